// SPDX-License-Identifier: GPL-2.0
/* Cgroups: their paths, patterns and exceptions. */
#include "resolve_impl.h"

#include <string.h>

#include "base/arena.h"
#include "base/pattern.h"
#include "base/text.h"

static const char cgroup_mount[] = "/sys/fs/cgroup";

/* Append `path` to `out` one component at a time; "." and empty ones vanish. False at "..". */
static bool append_components(char *out, const char *path)
{
	char *end = out + strlen(out);

	while (*path) {
		size_t len = strcspn(path, "/");

		if (len == 2 && !strncmp(path, "..", 2))
			return false;
		if (len && !(len == 1 && *path == '.')) {
			*end++ = '/';
			memcpy(end, path, len);
			end += len;
			*end = '\0';
		}
		path += len + (path[len] == '/');
	}
	return true;
}

/* The canonical path with the mount at its usual place. */
static const char *canonical(struct resolver *r, struct cgroup_decl *g, const struct word *w,
			     const char *path)
{
	char *out = arena_alloc(r->arena, sizeof(cgroup_mount) + strlen(path) + 2);
	struct diag *d;

	if (path[0] != '/' || !strcmp(path, "/"))
		strcpy(out, cgroup_mount);
	if (!path[0]) {
		diag_add(r->ds, DIAG_OUT_OF_RANGE, w->span, "the cgroup's path is empty");
		g->is_broken = true;
	} else if (!append_components(out, path)) {
		d = diag_add(r->ds, DIAG_OUT_OF_RANGE, w->span,
			     "the cgroup's path '%s' contains '..'", path);
		diag_hint(r->ds, d, "write the path without '..'");
		g->is_broken = true;
	}
	return out;
}

/* Pattern characters of other tools that these globs do not have. */
static void note_dialect(struct resolver *r, const struct word *w)
{
	struct diag *d;

	if (!strchr(w->text, '|') && w->text[0] != '^' && !(w->len && w->text[w->len - 1] == '$'))
		return;
	d = diag_add(r->ds, DIAG_PATTERN_TAKEN_LITERALLY, w->span,
		     "'%s' has signs of another pattern language", w->text);
	diag_hint(r->ds, d,
		  "in a path '*' and '?' match within one name, '[a-z]' is a set, '{a,b}' either, "
		  "'**' any number of names, and all else is itself");
}

/* Characters that mean another character elsewhere. */
static void note_escape(struct resolver *r, const struct word *w)
{
	struct diag *d;

	if (!w->path || !strcmp(w->path, w->text))
		return;
	d = diag_add(
		r->ds, DIAG_ESCAPE_IN_PATH, w->span,
		"a backslash stands for itself in a cgroup's path, as in the directory's name");
	diag_hint(r->ds, d, "the path is '%s'; only \\\\ and \\\" are escapes here", w->path);
}

static void report_pattern(struct resolver *r, struct cgroup_decl *g, const struct word *w,
			   const char *problem)
{
	struct diag *d = diag_add(r->ds, DIAG_OUT_OF_RANGE, w->span,
				  "the pattern '%s' cannot be used: %s", w->text, problem);

	if (strstr(problem, "has no"))
		diag_hint(r->ds, d, "'[[]' and '[{]' stand for the characters themselves");
	g->is_broken = true;
}

/* The patterns of some words, NULL-terminated. */
struct pattern_list {
	const char **list;
	size_t count, room;
};

static void add_pattern(struct resolver *r, struct pattern_list *l, const char *absolute)
{
	const char **old = l->list;

	if (l->count + 1 >= l->room) {
		l->room = l->room ? 2 * l->room : 2;
		l->list = arena_array(r->arena, const char *, l->room);
		if (l->count)
			memcpy(l->list, old, l->count * sizeof(*old));
	}
	l->list[l->count++] = absolute;
}

static void add_patterns(struct resolver *r, struct cgroup_decl *g, struct pattern_list *l,
			 const struct word *w)
{
	const char *problem, *const *each = pattern_expand(r->arena, w->text, &problem);
	struct mmp_pattern compiled;

	if (!each) {
		report_pattern(r, g, w, problem);
		return;
	}
	for (; *each; each++) {
		const char *absolute = canonical(r, g, w, *each);

		if (*absolute && !pattern_compile(&compiled, absolute + 1, &problem)) {
			report_pattern(r, g, w, problem);
			return;
		}
		add_pattern(r, l, absolute);
	}
	if (l->count > PLAN_PATTERNS_MAX) {
		diag_add(r->ds, DIAG_TOO_LARGE, w->span, "a cgroup has at most %d patterns",
			 PLAN_PATTERNS_MAX);
		g->is_broken = true;
	}
}

/* "a/, b/, except c/" as one text, for people. */
static void add_shown(struct text *t, const char *before, const char *path)
{
	text_printf(t, "%s%s", t->len ? before : "", path);
}

static void cgroup_patterns(struct resolver *r, struct cgroup_decl *g)
{
	struct pattern_list in = { 0 }, out = { 0 };
	struct text path, absolute;

	text_init(&path, r->arena);
	text_init(&absolute, r->arena);
	for (uint32_t i = 0; i < g->path_count; i++)
		add_patterns(r, g, &in, &g->paths[i]);
	for (uint32_t i = 0; i < g->exception_count; i++)
		add_patterns(r, g, &out, &g->exceptions[i]);
	for (uint32_t i = 0; i < g->path_count && !g->is_broken; i++) {
		add_shown(&path, ", ", g->paths[i].text);
		add_shown(&absolute, ", ", canonical(r, g, &g->paths[i], g->paths[i].text));
	}
	for (uint32_t i = 0; i < g->exception_count && !g->is_broken; i++) {
		add_shown(&path, i ? ", " : " except ", g->exceptions[i].text);
		add_shown(&absolute, i ? ", " : " except ",
			  canonical(r, g, &g->exceptions[i], g->exceptions[i].text));
	}
	g->is_glob = true;
	g->path = path.data;
	g->absolute = absolute.data;
	g->patterns = in.list;
	g->left_out = out.list;
}

static void cgroup_place(struct resolver *r, struct cgroup_decl *g)
{
	bool is_plain = g->path_count == 1 && !g->exception_count;

	for (uint32_t i = 0; i < g->path_count; i++) {
		note_dialect(r, &g->paths[i]);
		is_plain &= !pattern_is_one(g->paths[i].text);
	}
	if (!is_plain) {
		cgroup_patterns(r, g);
		return;
	}
	g->path = g->paths[0].text;
	g->absolute = canonical(r, g, &g->paths[0], g->path);
}

static void cgroup_append(struct resolver *r, struct cgroup_decl *g)
{
	g->index = r->cgroup_count++;
	*r->last_cgroup = g;
	r->last_cgroup = &g->next;
}

static struct cgroup_decl *cgroup_imply(struct resolver *r, const struct word *name)
{
	struct cgroup_decl *g = arena_new(r->arena, struct cgroup_decl);
	struct symbol *s;

	g->name = word_as_path(name);
	g->paths = &g->name;
	g->path_count = 1;
	g->is_implicit = true;
	cgroup_place(r, g);
	s = symbol_add(r, SYMBOL_CGROUP, &g->name);
	s->cgroup = g;
	cgroup_append(r, g);
	return g;
}

struct cgroup_decl *resolve_cgroup(struct resolver *r, const struct word *name, const char *role)
{
	struct word path = word_as_path(name);
	struct symbol *s = symbol_find(r, &path);
	struct cgroup_decl *g;
	struct diag *d;

	note_escape(r, name);
	if (!s) {
		g = cgroup_imply(r, name);
	} else if (s->kind == SYMBOL_CGROUP) {
		g = s->cgroup;
	} else {
		if (s->kind == SYMBOL_LOST)
			return NULL;
		d = diag_add(r->ds, DIAG_UNKNOWN_NAME, name->span, "'%s' is %s, and %s is a cgroup",
			     name->text, symbol_kind_name(s->kind), role);
		diag_note(r->ds, d, s->name->span, "declared here");
		return NULL;
	}
	g->is_used = true;
	return g->is_broken ? NULL : g;
}

static void read_words(struct resolver *r, struct word *words, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		note_escape(r, &words[i]);
		words[i] = word_as_path(&words[i]);
	}
}

void resolve_cgroup_declaration(struct resolver *r, struct cgroup_decl *g)
{
	struct symbol *s = symbol_add(r, SYMBOL_CGROUP, &g->name);

	read_words(r, g->paths, g->path_count);
	read_words(r, g->exceptions, g->exception_count);
	cgroup_place(r, g);
	cgroup_append(r, g);
	if (s)
		s->cgroup = g;
	else
		g->is_broken = true;
}
