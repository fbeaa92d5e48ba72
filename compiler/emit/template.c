// SPDX-License-Identifier: GPL-2.0
#include "template.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"

#define SLOT_MARK "//@ "

struct filling {
	struct arena *arena;
	const char *name;
	const struct slot *slots;
	size_t count;
	bool *is_used;
	struct text out;
	unsigned line; /* of the output, the next one to be written */
	const char *problem;
};

static void add_line(struct filling *f, const char *line, size_t len)
{
	text_add(&f->out, line, len);
	text_add(&f->out, "\n", 1);
	f->line++;
}

/* The next line of *p, without its end; false at the end of the text. */
static bool next_line(const char **p, const char *end, const char **ret_line, size_t *ret_len)
{
	const char *stop;

	if (*p >= end)
		return false;
	stop = memchr(*p, '\n', (size_t)(end - *p));
	*ret_line = *p;
	*ret_len = (size_t)((stop ? stop : end) - *p);
	*p = stop ? stop + 1 : end;
	return true;
}

static bool is_line(const char *line, size_t len, const char *text)
{
	return len == strlen(text) && !memcmp(line, text, len);
}

static void add_slot(struct filling *f, const char *text)
{
	const char *p = text, *end = text + strlen(text), *line;
	size_t len;

	while (next_line(&p, end, &line, &len)) {
		if (is_line(line, len, SLOT_MARK "here")) {
			struct text mark;

			text_init(&mark, f->arena);
			text_printf(&mark, "#line %u ", f->line + 1);
			text_add_c_string(&mark, f->name, strlen(f->name));
			add_line(f, mark.data, mark.len);
		} else {
			add_line(f, line, len);
		}
	}
}

static void fill_slot(struct filling *f, const char *name, size_t len)
{
	for (size_t i = 0; i < f->count; i++) {
		if (!is_line(name, len, f->slots[i].name))
			continue;
		f->is_used[i] = true;
		add_slot(f, f->slots[i].text);
		return;
	}
	if (!f->problem)
		f->problem = arena_printf(f->arena,
					  "the template has a slot '%.*s' that nothing fills",
					  (int)len, name);
}

char *template_fill(struct arena *a, const char *name, const char *text, size_t len,
		    const struct slot *slots, size_t count, const char **ret_problem)
{
	struct filling f = { .arena = a, .name = name, .slots = slots, .count = count, .line = 1 };
	const char *p = text, *line;
	size_t line_len, mark = strlen(SLOT_MARK);

	f.is_used = arena_array(a, bool, count + 1);
	text_init(&f.out, a);
	while (next_line(&p, text + len, &line, &line_len)) {
		size_t indent = strspn(line, "\t"); /* as clang-format lays it out */

		if (line_len > indent + mark && !memcmp(line + indent, SLOT_MARK, mark))
			fill_slot(&f, line + indent + mark, line_len - indent - mark);
		else
			add_line(&f, line, line_len);
	}
	for (size_t i = 0; i < count && !f.problem; i++)
		if (!f.is_used[i])
			f.problem = arena_printf(a, "the template has no slot '%s'", slots[i].name);
	if (!f.problem)
		return f.out.data;
	*ret_problem = f.problem;
	return NULL;
}
