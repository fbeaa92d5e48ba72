// SPDX-License-Identifier: GPL-2.0
/*
 * A file that another open policy includes is checked as a part of that policy, which uses its
 * declarations. The other files are checked on their own, as --check does.
 */
#include "server.h"

#include <string.h>

#include "analysis.h"

static bool is_part_of_another(struct server *s, const struct document *d)
{
	for (struct document *other = s->documents.first; other; other = other->next)
		if (other != d && analysis_has(other->analysis, d->path) &&
		    !other->analysis->is_of_tests)
			return true;
	return false;
}

/* Files that include each other are parts of each other: each is also checked on its own. */
static bool is_judged(struct server *s, const struct document *d)
{
	if (!is_part_of_another(s, d))
		return true;
	for (const struct document *other = s->documents.first; other; other = other->next)
		if (other != d && analysis_has(d->analysis, other->path) &&
		    analysis_has(other->analysis, d->path))
			return true;
	return false;
}

/* Several policies may include one file and report the same finding in it. */
static void add_all(json_t *all, json_t *findings)
{
	const char *uri;
	json_t *list, *one;
	size_t i;

	json_object_foreach (findings, uri, list) {
		json_t *known = json_object_get(all, uri);

		if (!known) {
			json_object_set_new(all, uri, json_copy(list));
			continue;
		}
		json_array_foreach (list, i, one) {
			size_t j = 0;

			while (j < json_array_size(known) &&
			       !json_equal(json_array_get(known, j), one))
				j++;
			if (j == json_array_size(known))
				json_array_append(known, one);
		}
	}
}

static void publish_one(struct server *s, const char *uri, json_t *findings)
{
	struct document *d = documents_find(&s->documents, uri);
	json_t *params = json_pack("{s:s, s:O}", "uri", uri, "diagnostics", findings);

	if (!(d && d->must_publish) && json_equal(json_object_get(s->published, uri), findings)) {
		json_decref(params);
		return;
	}
	if (d) {
		json_object_set_new(params, "version", json_integer(d->version));
		d->must_publish = false;
	}
	server_notify(s, "textDocument/publishDiagnostics", params);
}

static json_t *gather(struct server *s)
{
	json_t *all = json_object();

	for (struct document *d = s->documents.first; d; d = d->next)
		server_analysis(s, d);
	for (struct document *d = s->documents.first; d; d = d->next)
		if (is_judged(s, d))
			add_all(all, d->analysis->findings);
	for (struct document *d = s->documents.first; d; d = d->next)
		if (!json_object_get(all, d->uri))
			json_object_set_new(all, d->uri, json_array());
	return all;
}

void server_publish(struct server *s)
{
	json_t *all = gather(s), *findings, *none = json_array();
	const char *uri;

	json_object_foreach (all, uri, findings)
		publish_one(s, uri, findings);
	json_object_foreach (s->published, uri, findings)
		if (!json_object_get(all, uri) && json_array_size(findings))
			publish_one(s, uri, none);
	json_decref(none);
	json_decref(s->published);
	s->published = all;
	s->is_stale = false;
}
