// SPDX-License-Identifier: GPL-2.0
#include "output.h"

#include "base/shown.h"
#include "failure.h"

#include <string.h>

static void dump(struct output *o, json_t *document, size_t flags)
{
	json_dumpf(document, o->file, flags | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(15));
	fputc('\n', o->file);
}

void output_document(struct output *o, json_t *document, void (*print)(FILE *, const json_t *))
{
	if (o->format == OUTPUT_JSON)
		dump(o, document, JSON_INDENT(2));
	else
		print(o->file, document);
	json_decref(document);
}

void output_record(struct output *o, json_t *record, void (*print)(FILE *, const json_t *))
{
	if (o->format == OUTPUT_JSON)
		dump(o, record, JSON_COMPACT);
	else
		print(o->file, record);
	fflush(o->file);
	json_decref(record);
}

void output_clean(FILE *file, const char *text)
{
	shown_put(file, text, strlen(text));
}

static void print_lines(FILE *file, const char *lines)
{
	size_t len;

	for (; *lines; lines += len + (lines[len] == '\n')) {
		len = strcspn(lines, "\n");
		fprintf(file, "    ");
		shown_put(file, lines, len);
		fputc('\n', file);
	}
}

static json_t *failure_document(const struct failure *f, bool is_verbose)
{
	json_t *error = json_pack("{s:s, s:i}", "message", f->text, "status", f->status);

	if (!error)
		error = json_pack("{s:s, s:i}", "message", "not text", "status", f->status);
	if (f->place[0])
		json_object_set_new(error, "place", json_string(f->place));
	if (f->hint[0])
		json_object_set_new(error, "hint", json_string(f->hint));
	if (f->detail[0])
		json_object_set_new(error, "detail", json_string(f->detail));
	if (is_verbose && f->log[0])
		json_object_set_new(error, "log", json_string(f->log));
	return json_pack("{s:o}", "error", error);
}

void output_failure(struct output *o, const struct failure *f)
{
	json_t *document;

	if (o->format == OUTPUT_JSON) {
		document = failure_document(f, o->is_verbose);
		dump(o, document, 0); /* a line, since it may end a stream of them */
		json_decref(document);
	}
	output_clean(o->errors, f->place[0] ? f->place : "mmpctl");
	fprintf(o->errors, ": error: ");
	output_clean(o->errors, f->text);
	fputc('\n', o->errors);
	print_lines(o->errors, f->detail);
	if (o->is_verbose)
		print_lines(o->errors, f->log);
	if (f->hint[0]) {
		fprintf(o->errors, "          = hint: ");
		output_clean(o->errors, f->hint);
		fputc('\n', o->errors);
	}
}

const char *output_member(const json_t *object, const char *key, char *buf, size_t size)
{
	const json_t *value = json_object_get(object, key);

	if (json_is_string(value))
		return json_string_value(value);
	buf[0] = '\0';
	if (json_is_integer(value))
		snprintf(buf, size, "%lld", (long long)json_integer_value(value));
	else if (json_is_real(value))
		snprintf(buf, size, "%.2f", json_real_value(value));
	else if (json_is_boolean(value))
		snprintf(buf, size, "%s", json_is_true(value) ? "yes" : "no");
	return buf;
}

static const char *cell(const json_t *row, const char *key, char *buf, size_t size)
{
	const char *text = output_member(row, key, buf, size);

	return *text ? text : "-";
}

void output_lost(FILE *file, const json_t *policy)
{
	long long lost = json_integer_value(json_object_get(policy, "slots_lost"));

	if (lost)
		fprintf(file,
			"%lld cgroups matched a name that had no room for them: no rule acts on "
			"them\n",
			lost);
}

static int column_width(const json_t *rows, const struct output_column *column)
{
	size_t width = strlen(column->title), i;
	const json_t *row;
	char buf[64];

	json_array_foreach (rows, i, row) {
		size_t len = (size_t)shown_width(cell(row, column->key, buf, sizeof(buf)));

		if (len > width)
			width = len;
	}
	return (int)width;
}

static void print_cell(FILE *file, const char *text, int width, const struct output_column *c,
		       bool is_last)
{
	shown_padded(file, text, c->is_number || !is_last ? width : 0, c->is_number);
	fputs(is_last ? "\n" : "  ", file);
}

void output_table(FILE *file, const json_t *rows, const struct output_column *columns, size_t count)
{
	int widths[16] = { 0 };
	const json_t *row;
	size_t i, c;
	char buf[64];

	for (c = 0; c < count; c++)
		widths[c] = column_width(rows, &columns[c]);
	for (c = 0; c < count; c++)
		print_cell(file, columns[c].title, widths[c], &columns[c], c + 1 == count);
	json_array_foreach (rows, i, row)
		for (c = 0; c < count; c++)
			print_cell(file, cell(row, columns[c].key, buf, sizeof(buf)), widths[c],
				   &columns[c], c + 1 == count);
}
