// SPDX-License-Identifier: GPL-2.0
#include "trace.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "parse/ast.h"
#include "report/source.h"

#define MAX_NAME_PARTS 8

struct reader {
	struct arena *arena;
	const struct plan *plan;
	const char *name;
	struct trace *trace;
	const char *trouble;
	uint32_t line, column; /* of the field in hand, from 1 */
	uint32_t room; /* rows */
};

static bool wrong(struct reader *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static bool wrong(struct reader *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	r->trouble = arena_printf(r->arena, "%s:%u:%u: %s", r->name, r->line, r->column,
				  arena_vprintf(r->arena, fmt, ap));
	va_end(ap);
	return false;
}

/* The next field of a line, or NULL; commas become ends. */
static char *next_field(struct reader *r, char **rest, uint32_t *offset)
{
	char *field = *rest, *comma;

	if (!field)
		return NULL;
	r->column = *offset + 1;
	comma = strchr(field, ',');
	if (comma)
		*comma = '\0';
	*offset += (uint32_t)strlen(field) + 1;
	*rest = comma ? comma + 1 : NULL;
	return field;
}

/* Names */

/*
 * The longest name of the policy's cgroups with which the column's name begins: names may have
 * dots.
 */
static uint32_t scope_length(const struct plan *p, const char *name)
{
	uint32_t best = 0;

	for (uint32_t i = 0; i < p->group_count; i++) {
		uint32_t len = (uint32_t)strlen(p->groups[i].name);

		if (len > best && !strncmp(name, p->groups[i].name, len) &&
		    (name[len] == '.' || name[len] == '['))
			best = len;
	}
	return best ? best : (uint32_t)strcspn(name, ".[");
}

/* [3] after a glob's name, [5s] at the end. */
static bool bracket(struct reader *r, const char *text, const char **ret_end, int64_t *ret_n,
		    int64_t *ret_window_ns)
{
	char *end;
	const struct unit_info *unit;
	long long n;

	errno = 0;
	n = strtoll(text + 1, &end, 10);
	*ret_end = strchr(text, ']');
	if (end == text + 1 || errno || n < 0 || !*ret_end)
		return wrong(r, "'%s' has a wrong bracket", text);
	*ret_n = n;
	if (*ret_end == end)
		return true;
	unit = unit_find(end, (size_t)(*ret_end - end));
	if (!unit || unit->quantity != QUANTITY_DURATION ||
	    __builtin_mul_overflow(n, unit->numerator, ret_window_ns))
		return wrong(r, "'%s' has a wrong window", text);
	return true;
}

static uint32_t split(const char *text, size_t len, struct word *parts)
{
	uint32_t n = 0;

	while (len && n < MAX_NAME_PARTS) {
		size_t part = 0;

		while (part < len && text[part] != '.')
			part++;
		parts[n++] = (struct word){ .text = text, .len = (uint32_t)part };
		text += part + (part < len);
		len -= part + (part < len);
	}
	return n;
}

static bool read_name(struct reader *r, const char *text, struct input_name *name,
		      struct word *parts)
{
	uint32_t scope = scope_length(r->plan, text);
	const char *rest = text + scope, *end;
	int64_t n = 0, window = 0;
	size_t len;

	*name = (struct input_name){ .parts = parts };
	parts[0] = (struct word){ .text = arena_strndup(r->arena, text, scope), .len = scope };
	if (*rest == '[') {
		if (!bracket(r, rest, &end, &n, &window))
			return false;
		if (window || n >= PLAN_GLOB_SLOTS)
			return wrong(r, "'%s' has no such match", text);
		name->row = (uint32_t)n;
		rest = end + 1;
	}
	rest += *rest == '.';
	len = strcspn(rest, "[%");
	if (rest[len] == '[' && !bracket(r, rest + len, &end, &n, &window))
		return false;
	name->window_ns = window;
	name->count = 1 + split(rest, len, parts + 1);
	return true;
}

static bool read_column(struct reader *r, const char *text)
{
	struct trace_column *c = &r->trace->columns[r->trace->column_count];
	struct word parts[MAX_NAME_PARTS + 1];
	struct input_name name;
	const char *near;

	for (uint32_t i = 0; i < r->trace->column_count; i++)
		if (!strcmp(r->trace->columns[i].name, text))
			return wrong(r, "'%s' is twice in the header", text);
	if (r->trace->column_count == TRACE_MAX_COLUMNS)
		return wrong(r, "there are more than %u columns", TRACE_MAX_COLUMNS);
	*c = (struct trace_column){ .name = arena_strdup(r->arena, text) };
	if (!read_name(r, text, &name, parts))
		return false;
	switch (input_find(r->plan, &name, &c->input)) {
	case INPUT_OK:
		c->is_of_policy = true;
		c->input.is_percent = text[strlen(text) - 1] == '%';
		if (c->input.is_percent && !(signal_infos[c->input.signal].traits & OR_PERCENT))
			return wrong(r, "'%s' cannot be a percentage", text);
		c->input.name = c->name;
		break;
	case INPUT_NO_SCOPE:
		break;
	case INPUT_NO_SIGNAL:
		near = input_nearest_signal(&name, r->arena);
		return wrong(r, "'%s' names no signal%s%s%s", text, near ? "; did you mean '" : "",
			     near ? near : "", near ? "'?" : "");
	case INPUT_NO_ROW:
		return wrong(r, "'%s' is not a glob: it has one match", parts[0].text);
	}
	r->trace->column_count++;
	return true;
}

static bool read_header(struct reader *r, char *line)
{
	char *rest = line, *field;
	uint32_t offset = 0;

	field = next_field(r, &rest, &offset);
	if (strcmp(field, "time"))
		return wrong(r, "a trace begins with the column 'time', not with '%s'", field);
	r->trace->columns = arena_array(r->arena, struct trace_column, TRACE_MAX_COLUMNS + 1);
	while ((field = next_field(r, &rest, &offset)))
		if (!read_column(r, field))
			return false;
	return true;
}

/* Rows */

/*
 * A decimal number times ten to the `decimals`; further digits are cut off. No exponents, no signs
 * except -, no white space.
 */
static bool read_number(const char *text, unsigned decimals, int64_t *ret_value)
{
	bool is_negative = *text == '-', is_fraction = false, has_digit = false;
	int64_t value = 0;

	for (text += is_negative; *text; text++) {
		if (*text == '.' && !is_fraction) {
			is_fraction = true;
			continue;
		}
		if (!isdigit((unsigned char)*text))
			return false;
		has_digit = true;
		if (is_fraction && !decimals)
			continue;
		decimals -= is_fraction;
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, *text - '0', &value))
			return false;
	}
	for (; decimals; decimals--)
		if (__builtin_mul_overflow(value, 10, &value))
			return false;
	*ret_value = is_negative ? -value : value;
	return has_digit;
}

static bool read_value(struct reader *r, struct trace_column *c, const char *field)
{
	bool is_percent = c->is_of_policy && input_quantity(&c->input) == QUANTITY_PERCENT;
	int64_t n = 0;

	if (*field && !read_number(field, is_percent ? 2 : 0, &n))
		return wrong(r, "'%s' is not a number", field);
	if (!c->is_of_policy || !c->input.is_read)
		return true;
	c->values[r->trace->rows] = *field ? mmp_known(n) : mmp_unknown();
	c->known += *field != '\0';
	return true;
}

static void *grown(struct reader *r, const void *old, size_t size, uint32_t count, uint32_t room)
{
	void *memory = arena_alloc(r->arena, size * room);

	if (count)
		memcpy(memory, old, size * count);
	return memory;
}

static void grow(struct reader *r)
{
	struct trace *t = r->trace;

	if (t->rows < r->room)
		return;
	r->room = r->room ? r->room * 2 : 1024;
	t->time = grown(r, t->time, sizeof(*t->time), t->rows, r->room);
	for (uint32_t i = 0; i < t->column_count; i++)
		t->columns[i].values = grown(r, t->columns[i].values, sizeof(struct mmp_value),
					     t->rows, r->room);
}

static bool read_row(struct reader *r, char *line, int64_t *first, int64_t *last)
{
	uint32_t offset = 0, n = 0;
	char *rest = line, *field;
	int64_t time;

	field = next_field(r, &rest, &offset);
	if (!read_number(field, 9, &time))
		return wrong(r, "'%s' is not a time in seconds", field);
	if (!r->trace->rows)
		*first = time;
	else if (time <= *last)
		return wrong(r, "the time '%s' is not after the row before", field);
	*last = time;
	grow(r);
	r->trace->time[r->trace->rows] = (uint64_t)time - (uint64_t)*first;
	while ((field = next_field(r, &rest, &offset))) {
		if (n == r->trace->column_count)
			return wrong(r, "this row has more fields than the header");
		if (!read_value(r, &r->trace->columns[n++], field))
			return false;
	}
	r->column = offset;
	if (n < r->trace->column_count)
		return wrong(r, "this row has %u fields, the header %u", n + 1,
			     r->trace->column_count + 1);
	r->trace->rows++;
	return true;
}

static bool read_lines(struct reader *r, FILE *in)
{
	int64_t first = 0, last = 0;
	char *line = NULL;
	bool is_right = true;
	size_t size = 0;
	ssize_t len;

	while (is_right && (len = getline(&line, &size, in)) >= 0) {
		r->line++;
		r->column = 1;
		if (strlen(line) != (size_t)len) {
			is_right = wrong(r, "the text contains a NUL byte");
			break;
		}
		line[strcspn(line, "\r\n")] = '\0';
		if (r->line == 1) /* after the mark with which spreadsheets begin a file */
			is_right = read_header(r,
					       line + (strncmp(line, "\xef\xbb\xbf", 3) ? 0 : 3));
		else if (*line)
			is_right = read_row(r, line, &first, &last);
	}
	free(line);
	if (is_right && ferror(in))
		return wrong(r, "reading failed: %s", strerror(errno));
	return is_right;
}

bool trace_read(struct arena *a, const struct plan *p, FILE *in, const char *name,
		struct trace *ret_trace, const char **ret_trouble)
{
	struct trace trace = { 0 };
	struct reader r = { .arena = a, .plan = p, .name = name, .trace = &trace };
	bool is_right = read_lines(&r, in);

	if (is_right && !trace.rows) {
		r.line = r.line ? r.line : 1;
		r.column = 1;
		is_right = wrong(&r, "the trace has no rows");
	}
	*ret_trouble = r.trouble;
	if (is_right)
		*ret_trace = trace;
	return is_right;
}
