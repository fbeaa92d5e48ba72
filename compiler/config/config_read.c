// SPDX-License-Identifier: GPL-2.0
#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/bug.h"
#include "base/lang.h"
#include "check/kernels.h"
#include "report/report.h"

enum key {
#define KEY(id, word) KEY_##id,
#include "keys.def"
#undef KEY
	KEY_COUNT
};

static const char *const key_words[KEY_COUNT] = {
#define KEY(id, word) [KEY_##id] = word,
#include "keys.def"
#undef KEY
};

static const char *const profile_names[PROFILE_COUNT] = {
	[PROFILE_DEFAULT] = "default", [PROFILE_STRICT] = "strict", [PROFILE_ALL] = "all"
};

struct reader {
	struct config *config;
	struct arena *arena;
	struct diags *ds;
	const char *text;
	uint32_t file; /* the number that it gets where it has findings */
	char *folder; /* of the file, with its '/'; "" is the current one */
	struct span keys[KEY_COUNT], codes[DIAG_CODE_COUNT]; /* where each was given; end 0: not */
};

struct part {
	struct span span;
	const char *text; /* with a NUL */
};

enum diag_profile config_profile(const char *name)
{
	int i = 0;

	while (i < PROFILE_COUNT && strcmp(profile_names[i], name))
		i++;
	return i;
}

void config_levels(enum diag_level *levels, const struct level_change *changes, unsigned count)
{
	for (unsigned n = 0; n < count; n++)
		for (int i = 0; i < DIAG_CODE_COUNT; i++)
			if ((int)changes[n].code == i ||
			    (changes[n].code == DIAG_CODE_COUNT && levels[i] == DIAG_WARNING))
				levels[i] = changes[n].level;
}

static struct diag *refuse(struct reader *r, const struct part *p, const char *what)
{
	return diag_add(r->ds, DIAG_BAD_CONFIG, p->span, "%s, not '%s'", what, p->text);
}

/* ---- Values ---- */

static void refuse_word(struct reader *r, const struct part *value, const char *what,
			const char *const *words, size_t count)
{
	diag_did_you_mean(r->ds, refuse(r, value, what),
			  nearest_word(value->text, strlen(value->text), words, count));
}

static void take_profile(struct reader *r, const struct part *value)
{
	enum diag_profile profile = config_profile(value->text);

	if (profile != PROFILE_COUNT)
		r->config->profile = profile;
	else
		refuse_word(r, value, "a profile is default, strict or all", profile_names,
			    PROFILE_COUNT);
}

/* DIAG_LEVEL_COUNT: it was refused. */
static enum diag_level level_of(struct reader *r, const struct part *value, enum diag_level lowest,
				const char *what)
{
	const char *words[DIAG_LEVEL_COUNT];

	for (int i = 0; i < DIAG_LEVEL_COUNT; i++) {
		words[i] = diag_level_name(i);
		if (i >= (int)lowest && !strcmp(words[i], value->text))
			return i;
	}
	refuse_word(r, value, what, words + lowest, DIAG_LEVEL_COUNT - lowest);
	return DIAG_LEVEL_COUNT;
}

static void take_fail_level(struct reader *r, const struct part *value)
{
	enum diag_level level = level_of(r, value, DIAG_NOTE,
					 "a fail level is error, warning or note");

	if (level != DIAG_LEVEL_COUNT)
		r->config->fail_level = level;
}

static void take_level(struct reader *r, enum diag_code code, const struct part *value)
{
	enum diag_level level = level_of(r, value, DIAG_OFF,
					 "a code's level is off, note, warning or error");

	if (level == DIAG_LEVEL_COUNT)
		return;
	if (diag_default_level(code) == DIAG_ERROR && level != DIAG_ERROR)
		diag_add(r->ds, DIAG_BAD_CONFIG, value->span,
			 "'%s' is an error and stays one: it cannot be turned down",
			 diag_slug(code));
	else
		r->config->levels[r->config->level_count++] = (struct level_change){ code, level };
}

static const char *from_folder(struct reader *r, const char *path)
{
	return *path == '/' ? path : arena_printf(r->arena, "%s%s", r->folder, path);
}

static void take_include(struct reader *r, const struct part *value)
{
	struct config *c = r->config;
	const char **dirs = arena_array(r->arena, const char *, c->include_count + 1);
	const char *path = from_folder(r, value->text);
	struct stat st;

	if (stat(path, &st) || !S_ISDIR(st.st_mode)) {
		diag_add(r->ds, DIAG_BAD_CONFIG, value->span, "there is no folder '%s'", path);
		return;
	}
	if (c->include_count)
		memcpy(dirs, c->include_dirs, c->include_count * sizeof(*dirs));
	dirs[c->include_count++] = path;
	c->include_dirs = dirs;
}

/* A+B: of the parts, those that are files stand in the folder of this one. */
static const char *kernel_from_folder(struct reader *r, const char *value)
{
	const char *kernel = "";

	for (;;) {
		size_t len = strcspn(value, "+");
		const char *part = arena_strndup(r->arena, value, len);

		if (len > 5 && !strcmp(part + len - 5, ".json"))
			part = from_folder(r, part);
		kernel = arena_join(r->arena, kernel, *kernel ? "+" : "", part);
		if (!value[len])
			return kernel;
		value += len + 1;
	}
}

static void take_kernel(struct reader *r, const struct part *value)
{
	const char *name = kernel_from_folder(r, value->text);
	struct kernel_facts facts;
	char *trouble = NULL;

	if (strcmp(name, "files") && kernel_by_name(&facts, r->arena, name, &trouble))
		diag_add(r->ds, DIAG_BAD_CONFIG, value->span, "%s", trouble);
	else
		r->config->kernel = name;
}

/* ---- Keys ---- */

static bool is_twice(struct reader *r, const struct part *key, struct span *given)
{
	struct diag *d;

	if (given->end) {
		d = diag_add(r->ds, DIAG_BAD_CONFIG, key->span, "'%s' is given twice", key->text);
		diag_note(r->ds, d, *given, "it is given here before");
		return true;
	}
	*given = key->span;
	return false;
}

static void take_code(struct reader *r, const struct part *key, const struct part *value)
{
	const char *slugs[DIAG_CODE_COUNT], *slug = key->text + strlen(key_words[KEY_LEVEL]);
	enum diag_code code = diag_find(slug);
	struct part at = *key;
	struct diag *d;

	if (code != DIAG_CODE_COUNT) {
		if (!is_twice(r, key, &r->codes[code]))
			take_level(r, code, value);
		return;
	}
	for (int i = 0; i < DIAG_CODE_COUNT; i++)
		slugs[i] = diag_slug(i);
	at.span.start += (uint32_t)(slug - key->text);
	d = diag_add(r->ds, DIAG_BAD_CONFIG, at.span, "there is no code '%s'", slug);
	diag_did_you_mean(r->ds, d, nearest_word(slug, strlen(slug), slugs, DIAG_CODE_COUNT));
}

static void refuse_key(struct reader *r, const struct part *key)
{
	const char *word = nearest_word(key->text, strlen(key->text), key_words, KEY_COUNT);
	struct diag *d = diag_add(r->ds, DIAG_BAD_CONFIG, key->span, "there is no key '%s'",
				  key->text);

	if (diag_find(key->text) != DIAG_CODE_COUNT)
		diag_hint(r->ds, d, "a code's level is written 'level.%s'", key->text);
	else if (word)
		diag_did_you_mean(r->ds, d, word);
	else
		diag_hint(r->ds, d,
			  "the keys are profile, fail-level, level.CODE, include, kernel");
}

static void take_pair(struct reader *r, const struct part *key, const struct part *value)
{
	static void (*const takers[KEY_COUNT])(struct reader * r, const struct part *value) = {
		[KEY_PROFILE] = take_profile,
		[KEY_FAIL_LEVEL] = take_fail_level,
		[KEY_INCLUDE] = take_include,
		[KEY_KERNEL] = take_kernel,
	};
	int k = 0;

	if (!strncmp(key->text, key_words[KEY_LEVEL], strlen(key_words[KEY_LEVEL]))) {
		take_code(r, key, value);
		return;
	}
	while (k < KEY_COUNT && strcmp(key_words[k], key->text))
		k++;
	if (k == KEY_COUNT)
		refuse_key(r, key);
	else if (k == KEY_INCLUDE || !is_twice(r, key, &r->keys[k]))
		takers[k](r, value);
}

/* ---- Lines ---- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static struct part trimmed(struct reader *r, uint32_t start, uint32_t end)
{
	while (start < end && is_blank(r->text[start]))
		start++;
	while (end > start && is_blank(r->text[end - 1]))
		end--;
	return (struct part){ { r->file, start, end },
			      arena_strndup(r->arena, r->text + start, end - start) };
}

/* A '#' begins a comment where a word could begin. */
static uint32_t without_comment(const struct reader *r, uint32_t start, uint32_t end)
{
	for (uint32_t i = start; i < end; i++)
		if (r->text[i] == '#' && (i == start || is_blank(r->text[i - 1])))
			return i;
	return end;
}

static void take_line(struct reader *r, uint32_t start, uint32_t end)
{
	struct part line = trimmed(r, start, without_comment(r, start, end)), key, value;
	const char *equals = strchr(line.text, '=');
	uint32_t middle = line.span.start + (uint32_t)(equals ? equals - line.text : 0);

	if (!*line.text)
		return;
	if (!equals) {
		diag_hint(r->ds, refuse(r, &line, "a line is KEY = VALUE"),
			  "write for example 'profile = strict'");
		return;
	}
	key = trimmed(r, line.span.start, middle);
	value = trimmed(r, middle + 1, line.span.end);
	if (!*key.text || !*value.text)
		refuse(r, &line,
		       *key.text ? "a value stands after '='" : "a key stands before '='");
	else
		take_pair(r, &key, &value);
}

static void take_text(struct reader *r, const struct source *f)
{
	static const char mark[] = "\xef\xbb\xbf"; /* the byte order mark */
	uint32_t start = f->len >= 3 && !memcmp(f->text, mark, 3) ? 3 : 0;

	r->text = f->text;
	while (start < f->len) {
		const char *at = memchr(f->text + start, '\n', f->len - start);
		uint32_t end = at ? (uint32_t)(at - f->text) : f->len;

		take_line(r, start, end);
		start = end + 1;
	}
}

static char *folder_of(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');

	return arena_strndup(a, path, slash ? (size_t)(slash + 1 - path) : 0);
}

int config_read(struct config *ret, const char *path, struct sources *s, struct diags *ds,
		char **ret_trouble)
{
	struct reader r = { .config = ret, .arena = s->arena, .ds = ds, .file = s->count };
	unsigned before = ds->errors;
	struct sources own;
	uint32_t bad;
	int file;

	*ret = (struct config){ .path = path };
	sources_init(&own, s->arena);
	own.overlay = s->overlay;
	file = sources_read(&own, path, &bad);
	if (file < 0 && file != -EILSEQ) {
		*ret_trouble = arena_printf(s->arena, "cannot read '%s': %s", path,
					    source_error(file));
		return -1;
	}
	if (file == -EILSEQ)
		diag_add(ds, DIAG_BAD_CONFIG, (struct span){ r.file, bad, bad },
			 "a NUL byte stands in the text");
	r.folder = folder_of(s->arena, path);
	take_text(&r, &own.files[0]);
	if (ds->errors > before)
		sources_add(s, path, own.files[0].text, own.files[0].len);
	return 0;
}
