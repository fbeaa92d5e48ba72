// SPDX-License-Identifier: GPL-2.0
/* The table of all methods, the life of a session, and the documents' own. */
#include "handlers.h"

#include <string.h>

#include "base/bug.h"

enum { SYNC_INCREMENTAL = 2 };

static json_t *capabilities_json(void)
{
	json_t *sync = json_pack("{s:b, s:i, s:{s:b}}", "openClose", 1, "change", SYNC_INCREMENTAL,
				 "save", "includeText", 0);
	json_t *completion = json_pack("{s:[s, s, s]}", "triggerCharacters", ".", "$", "\"");
	json_t *actions = json_pack("{s:[s, s]}", "codeActionKinds", "quickfix",
				    "source.fixAll.mmpc");

	return json_pack("{s:s, s:o, s:o, s:o, s:{s:b}, s:b, s:b, s:b, s:b, s:b}",
			 "positionEncoding", "utf-16", "textDocumentSync", sync,
			 "completionProvider", completion, "codeActionProvider", actions,
			 "renameProvider", "prepareProvider", 1, "hoverProvider", 1,
			 "definitionProvider", 1, "referencesProvider", 1, "documentSymbolProvider",
			 1, "documentFormattingProvider", 1);
}

static void initialize(struct server *s, const json_t *params, struct answer *a)
{
	if (s->is_initialized) {
		answer_error(a, LSP_INVALID_REQUEST, "'initialize' comes once");
		return;
	}
	s->is_initialized = true;
	a->result = json_pack("{s:o, s:{s:s, s:s}}", "capabilities", capabilities_json(),
			      "serverInfo", "name", "mmpc", "version", MMP_VERSION);
}

static void shut_down(struct server *s, const json_t *params, struct answer *a)
{
	s->is_shut_down = true;
}

static void ignore(struct server *s, const json_t *params, struct answer *a)
{
}

/* Other analyses may depend on the text that was at this path. */
static void forget_users(struct server *s, const char *path)
{
	for (struct document *d = s->documents.first; d; d = d->next)
		if (d->analysis && analysis_has(d->analysis, path))
			document_forget(d);
	s->is_stale = true;
}

/* A file may exist that did not exist before, or the other way round. */
static void forget_all(struct server *s)
{
	for (struct document *d = s->documents.first; d; d = d->next)
		document_forget(d);
	s->is_stale = true;
}

static void did_open(struct server *s, const json_t *params, struct answer *a)
{
	const json_t *item = json_object_get(params, "textDocument");
	const json_t *uri = json_object_get(item, "uri"), *text = json_object_get(item, "text");
	struct document *d;

	if (!json_is_string(uri) || !json_is_string(text)) {
		answer_error(a, LSP_INVALID_PARAMS, "textDocument has no uri and text");
		return;
	}
	d = documents_open(&s->documents, json_string_value(uri),
			   json_integer_value(json_object_get(item, "version")),
			   json_string_value(text), json_string_length(text));
	d->must_publish = true;
	forget_all(s);
}

static void did_change(struct server *s, const json_t *params, struct answer *a)
{
	struct document *d = document_read(s, params, a);
	const json_t *changes = json_object_get(params, "contentChanges"), *change;
	const json_t *version = json_object_get(json_object_get(params, "textDocument"), "version");
	size_t i;

	if (!d)
		return;
	json_array_foreach (changes, i, change) {
		if (document_change(d, change))
			continue;
		answer_error(a, LSP_INVALID_PARAMS, "change %zu has no text, or a wrong range", i);
		break;
	}
	if (json_is_integer(version))
		d->version = json_integer_value(version);
	d->must_publish = true;
	document_forget(d);
	forget_users(s, d->path);
}

static void did_close(struct server *s, const json_t *params, struct answer *a)
{
	struct document *d = document_read(s, params, a);

	if (!d)
		return;
	documents_close(&s->documents, d);
	forget_all(s);
}

static void files_changed(struct server *s, const json_t *params, struct answer *a)
{
	forget_all(s);
}

static const struct method methods[] = {
	{ "initialize", initialize, false },
	{ "initialized", ignore, true },
	{ "shutdown", shut_down, false },
	{ "textDocument/didOpen", did_open, true },
	{ "textDocument/didChange", did_change, true },
	{ "textDocument/didSave", files_changed, true },
	{ "textDocument/didClose", did_close, true },
	{ "textDocument/hover", lsp_hover, false },
	{ "textDocument/completion", lsp_completion, false },
	{ "textDocument/formatting", lsp_formatting, false },
	{ "textDocument/codeAction", lsp_code_actions, false },
	{ "textDocument/definition", lsp_definition, false },
	{ "textDocument/references", lsp_references, false },
	{ "textDocument/prepareRename", lsp_prepare_rename, false },
	{ "textDocument/rename", lsp_rename, false },
	{ "textDocument/documentSymbol", lsp_symbols, false },
	{ "workspace/didChangeWatchedFiles", files_changed, true },
	{ "workspace/didChangeConfiguration", ignore, true },
};

const struct method *method_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(methods); i++)
		if (!strcmp(methods[i].name, name))
			return &methods[i];
	return NULL;
}
