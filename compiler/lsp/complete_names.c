// SPDX-License-Identifier: GPL-2.0
/* Offers from the tables and from what the policy declares. */
#include "complete.h"

#include <dirent.h>
#include <string.h>

#include "report/report.h"
#include "resolve/resolve.h"

void complete_add(struct completion *c, enum item_kind kind, const char *text, const char *detail,
		  const char *help)
{
	const struct line_index *lines = &c->document->lines;
	json_t *item = json_pack("{s:o, s:i, s:{s:{s:o, s:o}, s:o}}", "label",
				 report_text_json(text), "kind", (int)kind, "textEdit", "range",
				 "start", position_json(position_of(lines, c->from)), "end",
				 position_json(position_of(lines, c->to)), "newText",
				 report_text_json(text));

	if (detail && *detail)
		json_object_set_new(item, "detail", report_text_json(detail));
	if (help && *help)
		json_object_set_new(item, "documentation", report_text_json(help));
	json_array_append_new(c->items, item);
}

static const char *signal_detail(struct completion *c, const struct signal_info *s)
{
	return arena_printf(&c->arena, "%s%s, %s", quantity_name(s->quantity),
			    s->traits & OR_PERCENT ? " or percentage" : "", s->source);
}

void complete_signals(struct completion *c, enum scope scope, enum rule_place place)
{
	const char *typed = c->document->text + c->from, *dot = memchr(typed, '.', c->to - c->from);
	size_t parts = dot ? (size_t)(dot - typed) + 1 : 0; /* of a name with dots of its own */

	for (int i = 0; i < SIGNAL_COUNT; i++) {
		const struct signal_info *s = &signal_infos[i];

		if (strncmp(s->name, typed, parts))
			continue;
		if (!scope_has_signal(scope, i) ||
		    (place != PLACE_COUNT && !(signal_places(i, scope) & 1u << place)))
			continue;
		complete_add(c, ITEM_FIELD, s->name, signal_detail(c, s), s->help);
	}
}

static const struct ast *ast_of(const struct completion *c)
{
	return c->analysis->policy ? c->analysis->policy->ast : NULL;
}

/* A name that is not a word of the language is written in quotes. */
static bool is_word(const char *text)
{
	return text[strspn(text,
			   "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789")] ==
	       '\0';
}

/* The parser takes a name that is being typed for a cgroup's; it is not offered for itself. */
static bool is_typed_now(const struct completion *c, const struct word *name)
{
	return name->span.end == c->to && name->span.start == c->from;
}

void complete_cgroups(struct completion *c)
{
	const struct ast *ast = ast_of(c);

	for (const struct cgroup_decl *g = ast ? ast->cgroups : NULL; g; g = g->next)
		if (!is_typed_now(c, &g->name))
			complete_add(c, ITEM_MODULE,
				     is_word(g->name.text)
					     ? g->name.text
					     : arena_printf(&c->arena, "\"%s\"", g->name.text),
				     "cgroup", g->absolute);
}

void complete_processes(struct completion *c)
{
	const struct ast *ast = ast_of(c);

	for (const struct process_decl *p = ast ? ast->processes : NULL; p; p = p->next)
		complete_add(c, ITEM_MODULE, p->name.text, "process", p->text.text);
}

void complete_params(struct completion *c, const char *before)
{
	const struct ast *ast = ast_of(c);

	for (const struct param_decl *p = ast ? ast->params : NULL; p; p = p->next)
		complete_add(c, ITEM_VARIABLE,
			     arena_printf(&c->arena, "%s%s", before, p->name.text), "param",
			     quantity_name(p->value->quantity));
	if (!*before)
		return;
	for (const struct define_decl *d = ast ? ast->defines : NULL; d; d = d->next)
		complete_add(c, ITEM_CONSTANT,
			     arena_printf(&c->arena, "%s%s", before, d->name.text), "define",
			     quantity_name(d->value->quantity));
}

void complete_rules(struct completion *c)
{
	const struct ast *ast = ast_of(c);

	for (const struct stmt *s = ast ? ast->first : NULL; s; s = s->next)
		if (s->kind == STMT_RULE && s->rule.name.text)
			complete_add(c, ITEM_FUNCTION, s->rule.name.text, "rule",
				     action_infos[s->rule.action].word);
}

static bool ends_in(const char *text, const char *ending)
{
	size_t len = strlen(text), n = strlen(ending);

	return len > n && !strcmp(text + len - n, ending);
}

static void add_file(struct completion *c, const struct dirent *entry, const char *before,
		     const char *ending)
{
	const char *own = strrchr(c->document->path, '/');
	bool is_folder = entry->d_type == DT_DIR;

	if (entry->d_name[0] == '.' || (!is_folder && !ends_in(entry->d_name, ending)) ||
	    (!*before && own && !strcmp(own + 1, entry->d_name)))
		return;
	complete_add(c, ITEM_FILE,
		     arena_printf(&c->arena, "%s%s%s", before, entry->d_name, is_folder ? "/" : ""),
		     is_folder ? "folder" : "file", NULL);
}

void complete_files(struct completion *c, const char *ending)
{
	const char *typed = arena_strndup(&c->arena, c->document->text + c->from, c->to - c->from);
	const char *slash = strrchr(typed, '/'), *own = strrchr(c->document->path, '/');
	const char *before = slash ? arena_strndup(&c->arena, typed, (size_t)(slash - typed) + 1)
				   : "";
	const char *folder = before;
	const struct dirent *entry;
	DIR *dir;

	if (*before != '/' && own)
		folder = arena_printf(&c->arena, "%.*s/%s", (int)(own - c->document->path),
				      c->document->path, before);
	dir = opendir(*folder ? folder : ".");
	if (!dir)
		return;
	while ((entry = readdir(dir)))
		add_file(c, entry, before, ending);
	closedir(dir);
}
