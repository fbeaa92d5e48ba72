// SPDX-License-Identifier: GPL-2.0
#include "document.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis.h"
#include "base/bug.h"
#include "uri.h"

#define LINE_MAX_NUMBER 0x7fffffff

static const char *find_text(const struct overlay *o, const char *path, size_t *ret_len)
{
	const struct documents *ds = (const struct documents *)o;
	const struct document *d = documents_find_path(ds, path);

	if (!d)
		return NULL;
	*ret_len = d->len;
	return d->text;
}

/*
 * The page on findings, as installed beside the program or in its source tree; NULL where neither
 * has it. Malloc'ed.
 */
static char *find_page(void)
{
	static const char *const places[] = { "share/doc/mmp/diagnostics.md",
					      "docs/diagnostics.md" };
	char program[PATH_MAX], path[PATH_MAX + 64];
	ssize_t len = readlink("/proc/self/exe", program, sizeof(program) - 1);
	char *slash;

	if (len <= 0)
		return NULL;
	program[len] = '\0';
	for (int i = 0; i < 2; i++) {
		slash = strrchr(program, '/');
		if (!slash)
			return NULL;
		*slash = '\0';
	}
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/%s", program, places[i]);
		if (!access(path, R_OK))
			return uri_of_path(path);
	}
	return NULL;
}

void documents_init(struct documents *ds)
{
	*ds = (struct documents){ .overlay.find = find_text, .page = find_page() };
}

void documents_finish(struct documents *ds)
{
	while (ds->first)
		documents_close(ds, ds->first);
	free(ds->page);
}

struct document *documents_find(const struct documents *ds, const char *uri)
{
	struct document *d = ds->first;

	while (d && strcmp(d->uri, uri))
		d = d->next;
	return d;
}

static struct document *find_real(const struct documents *ds, const char *path)
{
	struct document *d = ds->first;

	while (d && strcmp(d->path, path))
		d = d->next;
	return d;
}

struct document *documents_find_path(const struct documents *ds, const char *path)
{
	struct document *d = find_real(ds, path);
	char *real = d ? NULL : source_real_path(path);

	if (real)
		d = find_real(ds, real);
	free(real);
	return d;
}

static void set_text(struct document *d, char *text, size_t len)
{
	if (!text)
		NO_MEMORY();
	free(d->text);
	line_index_finish(&d->lines);
	d->text = text;
	d->len = len;
	line_index_init(&d->lines, text, len);
}

static char *copy_text(const char *text, size_t len)
{
	char *copy = malloc(len + 1);

	if (copy) {
		memcpy(copy, text, len);
		copy[len] = '\0';
	}
	return copy;
}

/* Where the policy is on the disk, or would be. */
static char *document_path(const char *uri)
{
	char *path = uri_path(uri), *real = path ? source_real_path(path) : NULL;

	if (!path)
		return strdup(uri);
	if (!real)
		return path;
	free(path);
	return real;
}

struct document *documents_open(struct documents *ds, const char *uri, json_int_t version,
				const char *text, size_t len)
{
	struct document *d = documents_find(ds, uri);

	if (!d) {
		d = calloc(1, sizeof(*d));
		if (!d)
			NO_MEMORY();
		d->uri = strdup(uri);
		d->path = document_path(uri);
		d->next = ds->first;
		ds->first = d;
	}
	d->version = version;
	set_text(d, copy_text(text, len), len);
	document_forget(d);
	return d;
}

void document_forget(struct document *d)
{
	analysis_free(d->analysis);
	d->analysis = NULL;
}

void documents_close(struct documents *ds, struct document *d)
{
	struct document **at = &ds->first;

	while (*at != d)
		at = &(*at)->next;
	*at = d->next;
	document_forget(d);
	line_index_finish(&d->lines);
	free(d->uri);
	free(d->path);
	free(d->text);
	free(d);
}

static bool number_read(const json_t *j, const char *key, uint32_t *ret)
{
	const json_t *n = json_object_get(j, key);
	json_int_t value = json_integer_value(n);

	if (!json_is_integer(n) || value < 0)
		return false;
	*ret = value > LINE_MAX_NUMBER ? LINE_MAX_NUMBER : (uint32_t)value;
	return true;
}

bool position_read(const json_t *j, struct position *ret)
{
	return number_read(j, "line", &ret->line) && number_read(j, "character", &ret->character);
}

json_t *position_json(struct position p)
{
	return json_pack("{s:i, s:i}", "line", (int)p.line, "character", (int)p.character);
}

static void replace(struct document *d, uint32_t start, uint32_t end, const json_t *text)
{
	size_t len = json_string_length(text), all = d->len - (end - start) + len;
	char *changed = malloc(all + 1);

	if (changed) {
		memcpy(changed, d->text, start);
		memcpy(changed + start, json_string_value(text), len);
		memcpy(changed + start + len, d->text + end, d->len - end);
		changed[all] = '\0';
	}
	set_text(d, changed, all);
}

bool document_change(struct document *d, const json_t *change)
{
	const json_t *range = json_object_get(change, "range");
	const json_t *text = json_object_get(change, "text");
	struct position from, to;
	uint32_t start = 0, end = (uint32_t)d->len;

	if (!json_is_string(text))
		return false;
	if (range && !json_is_null(range)) {
		if (!position_read(json_object_get(range, "start"), &from) ||
		    !position_read(json_object_get(range, "end"), &to))
			return false;
		start = position_offset(&d->lines, from);
		end = position_offset(&d->lines, to);
	}
	if (start <= end)
		replace(d, start, end, text);
	else
		replace(d, end, start, text);
	return true;
}
