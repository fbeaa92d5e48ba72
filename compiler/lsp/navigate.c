// SPDX-License-Identifier: GPL-2.0
/* Definition, references, rename: of the names that policies declare, in all open documents. */
#include "handlers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "names.h"
#include "parse/tokens.h"
#include "uri.h"
#include "mmp.tab.h"

/* The name at the place of the request. False: there is none. */
static bool asked_name(struct server *s, const json_t *params, struct answer *a,
		       struct occurrence *ret)
{
	struct spot spot;

	if (!spot_read(s, params, &spot, a))
		return false;
	return name_at(server_analysis(s, spot.document), spot.document->uri, spot.offset, ret);
}

static json_t *file_location(const char *path)
{
	char *uri = uri_of_path(path);
	json_t *start = position_json((struct position){ 0, 0 });

	start = json_pack("{s:s, s:{s:O, s:o}}", "uri", uri, "range", "start", start, "end", start);
	free(uri);
	return start;
}

void lsp_definition(struct server *s, const json_t *params, struct answer *a)
{
	struct occurrence o;

	if (!asked_name(s, params, a, &o))
		return;
	if (o.kind != NAME_FILE)
		a->result = location_json(o.home, o.name->span);
	else if (o.path)
		a->result = file_location(o.path);
}

/* ---- All places of one name ---- */

struct places {
	char home[4096 + 32]; /* the declaration's URI and offset: they identify the name */
	bool with_declaration;
	const char *path; /* NAME_FILE */
	const char *new_name; /* to be taken, or NULL */
	const char *clash; /* a declaration that has the new name, or NULL */
	json_t *by_place; /* URI and offset to location, each once */
};

static void home_of(const struct occurrence *o, char *out, size_t size)
{
	if (o->kind == NAME_FILE)
		snprintf(out, size, "file %s", o->path ? o->path : "");
	else
		snprintf(out, size, "%s %u", o->home->files[o->name->span.file].uri,
			 o->name->span.start);
}

static bool is_declaration(const struct occurrence *o)
{
	return o->kind != NAME_FILE && o->unit == o->home && o->span.file == o->name->span.file &&
	       o->span.start == o->name->span.start;
}

static void add_place(const struct occurrence *o, void *data)
{
	struct places *p = data;
	char home[sizeof(p->home)], place[sizeof(p->home)];

	home_of(o, home, sizeof(home));
	if (strcmp(home, p->home)) {
		if (p->new_name && o->kind != NAME_FILE && word_is(o->name, p->new_name))
			p->clash = o->name->text;
		return;
	}
	if (!p->with_declaration && is_declaration(o))
		return;
	snprintf(place, sizeof(place), "%s %u", o->unit->files[o->span.file].uri, o->span.start);
	json_object_set_new(p->by_place, place, location_json(o->unit, o->span));
}

static void gather(struct server *s, const struct occurrence *o, struct places *p)
{
	home_of(o, p->home, sizeof(p->home));
	p->by_place = json_object();
	for (struct document *d = s->documents.first; d; d = d->next)
		names_visit(server_analysis(s, d), add_place, p);
}

void lsp_references(struct server *s, const json_t *params, struct answer *a)
{
	const json_t *context = json_object_get(params, "context"), *place;
	struct places p = { .with_declaration = json_is_true(
				    json_object_get(context, "includeDeclaration")) };
	struct occurrence o;
	const char *key;

	if (!asked_name(s, params, a, &o))
		return;
	gather(s, &o, &p);
	a->result = json_array();
	json_object_foreach (p.by_place, key, place)
		json_array_append(a->result, (json_t *)place);
	json_decref(p.by_place);
}

/* ---- Rename ---- */

static bool may_be_renamed(const struct occurrence *o, struct answer *a)
{
	if (o->kind == NAME_FILE)
		answer_error(a, LSP_REQUEST_FAILED, "a file's name is changed outside the policy");
	else if (o->is_implicit)
		answer_error(a, LSP_REQUEST_FAILED,
			     "'%s' is not declared, so the name is the cgroup's own",
			     o->name->text);
	return !a->error;
}

void lsp_prepare_rename(struct server *s, const json_t *params, struct answer *a)
{
	struct occurrence o;

	if (!asked_name(s, params, a, &o) || !may_be_renamed(&o, a))
		return;
	a->result = json_pack("{s:o, s:s}", "range", range_json(o.unit, o.span), "placeholder",
			      o.name->text);
}

static bool is_name(const char *text)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
	size_t len = strlen(text);
	int token;

	if (!len || !strchr(letters, *text) ||
	    strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") != len)
		return false;
	token = word_token(text, len);
	return token == TOK_NAME || (token >= TOK_ALL && token <= TOK_TO);
}

static bool is_scope(const char *text)
{
	return !strcmp(text, "self") || !strcmp(text, "parent") || !strcmp(text, "system");
}

/* What the compiler would report about such a declaration is reported before anything changes. */
static bool check_new_name(const struct occurrence *o, const char *name, struct answer *a)
{
	if (!is_name(name))
		answer_error(a, LSP_REQUEST_FAILED,
			     "'%s' is not a name: letters, digits and '_', and no reserved word",
			     name);
	else if (o->kind == NAME_CGROUP && is_scope(name))
		answer_error(a, LSP_REQUEST_FAILED, "'%s' is a scope of signals", name);
	else if (o->kind != NAME_CGROUP && o->kind != NAME_RULE &&
		 signal_find(name, strlen(name)) != SIGNAL_COUNT)
		answer_error(a, LSP_REQUEST_FAILED, "'%s' is a built-in signal", name);
	return !a->error;
}

static json_t *rename_edits(const json_t *by_place, const char *new_name)
{
	json_t *changes = json_object(), *place;
	const char *key;

	json_object_foreach ((json_t *)by_place, key, place) {
		const char *uri = json_string_value(json_object_get(place, "uri"));

		if (!json_object_get(changes, uri))
			json_object_set_new(changes, uri, json_array());
		json_array_append_new(json_object_get(changes, uri),
				      json_pack("{s:O, s:s}", "range",
						json_object_get(place, "range"), "newText",
						new_name));
	}
	return json_pack("{s:o}", "changes", changes);
}

void lsp_rename(struct server *s, const json_t *params, struct answer *a)
{
	const char *new_name = json_string_value(json_object_get(params, "newName"));
	struct places p = { .with_declaration = true, .new_name = new_name };
	struct occurrence o;

	if (!new_name) {
		answer_error(a, LSP_INVALID_PARAMS, "newName is not a string");
		return;
	}
	if (!asked_name(s, params, a, &o)) {
		if (!a->error)
			answer_error(a, LSP_REQUEST_FAILED, "there is no declared name here");
		return;
	}
	if (!may_be_renamed(&o, a) || !check_new_name(&o, new_name, a))
		return;
	gather(s, &o, &p);
	if (p.clash)
		answer_error(a, LSP_REQUEST_FAILED, "'%s' is declared already", p.clash);
	else
		a->result = rename_edits(p.by_place, new_name);
	json_decref(p.by_place);
}
