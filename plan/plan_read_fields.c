// SPDX-License-Identifier: GPL-2.0
/* Reads members of the objects of a plan's file, by tables that describe them. */
#include "plan_read_impl.h"

#include <stdarg.h>
#include <string.h>

#include "base/arena.h"
#include "base/bug.h"
#include "words.h"

bool plan_read_bad(struct plan_reader *r, const char *fmt, ...)
{
	const char *what;
	va_list ap;

	if (r->problem)
		return false;
	va_start(ap, fmt);
	what = arena_vprintf(r->arena, fmt, ap);
	va_end(ap);
	r->problem = r->kind ? arena_printf(r->arena, "%s[%u]: %s", r->kind, r->index, what) : what;
	return false;
}

static bool is_clean_name(const char *text)
{
	if (!*text || strlen(text) > PLAN_MADE_NAME_MAX)
		return false;
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return false;
	return true;
}

static bool read_count(const json_t *value, json_int_t low, json_int_t high, uint32_t *ret)
{
	json_int_t n = json_integer_value(value);

	if (!json_is_integer(value) || n < low || n > high)
		return false;
	*ret = (uint32_t)n;
	return true;
}

bool plan_read_index(struct plan_reader *r, const char *what, const json_t *value, uint32_t count,
		     uint32_t *ret)
{
	return read_count(value, 0, (json_int_t)count - 1, ret) ||
	       plan_read_bad(r, "'%s' names something that is not there", what);
}

static int find_word(const struct plan_words *words, const json_t *value)
{
	return json_is_string(value) ? plan_word_find(words, json_string_value(value)) : -1;
}

static bool read_words(const struct plan_words *words, const json_t *list, unsigned *ret)
{
	const json_t *word;
	size_t i;

	json_array_foreach (list, i, word) {
		int bit = find_word(words, word);

		if (bit < 0)
			return false;
		*ret |= 1u << bit;
	}
	return json_is_array(list);
}

static bool read_quantity(const json_t *value, enum quantity *ret)
{
	for (int q = 0; json_is_string(value) && q < QUANTITY_COUNT_OF_ALL; q++) {
		if (strcmp(quantity_name((enum quantity)q), json_string_value(value)) != 0)
			continue;
		*ret = (enum quantity)q;
		return true;
	}
	return false;
}

static bool read_value(struct plan_reader *r, const json_t *value, struct plan_value *ret)
{
	const json_t *param = json_object_get(value, "param");

	ret->is_given = true;
	ret->is_param = param != NULL;
	ret->value = json_integer_value(value);
	if (!param)
		return json_is_integer(value);
	if (!read_count(param, 0, (json_int_t)r->plan->param_count - 1, &ret->param))
		return false;
	ret->value = r->plan->params[ret->param].value;
	return true;
}

static bool read_size(struct plan_reader *r, const char *name, const json_t *value,
		      struct plan_value *ret)
{
	if (!json_is_array(value))
		return read_value(r, value, ret);
	ret->is_given = true;
	return plan_read_code(r, r->rule, name, value, true, &ret->share);
}

static bool read_text(struct plan_reader *r, const json_t *value, const char **ret)
{
	if (!json_is_string(value))
		return false;
	*ret = arena_strndup(r->arena, json_string_value(value), json_string_length(value));
	return true;
}

static bool read_choice(const struct plan_words *words, const json_t *value, bool *ret)
{
	int i = find_word(words, value);

	*ret = i == 1;
	return i >= 0;
}

static bool read_word(const struct plan_words *words, const json_t *value, int *ret)
{
	*ret = find_word(words, value);
	return *ret >= 0;
}

static bool store(struct plan_reader *r, const struct plan_field *f, const json_t *value, void *to)
{
	const struct plan *p = r->plan;

	switch (f->type) {
	case FIELD_TEXT:
		return read_text(r, value, to);
	case FIELD_NAME:
		return json_is_string(value) && is_clean_name(json_string_value(value)) &&
		       read_text(r, value, to);
	case FIELD_FLAG:
		*(bool *)to = json_is_true(value);
		return json_is_boolean(value);
	case FIELD_LINE:
		return read_count(value, 1, PLAN_LINES_MAX, to);
	case FIELD_ROW:
		return read_count(value, 0, PLAN_ROWS_MAX, to);
	case FIELD_NUMBER:
		*(int64_t *)to = json_integer_value(value);
		return json_is_integer(value);
	case FIELD_WORD:
		return read_word(f->words, value, to);
	case FIELD_CHOICE:
		return read_choice(f->words, value, to);
	case FIELD_WORDS:
		return read_words(f->words, value, to);
	case FIELD_QUANTITY:
		return read_quantity(value, to);
	case FIELD_FILE:
		return read_count(value, 0, (json_int_t)p->file_count - 1, to);
	case FIELD_GROUP:
		return read_count(value, 0, (json_int_t)p->group_count - 1, to);
	case FIELD_PROCESS:
		return read_count(value, 0, (json_int_t)p->process_count - 1, to);
	case FIELD_VALUE:
		return read_value(r, value, to);
	case FIELD_SIZE:
		return read_size(r, f->name, value, to);
	}
	BUG("field type %d", f->type);
}

bool plan_read_fields(struct plan_reader *r, const json_t *object, const struct plan_field *fields,
		      void *to)
{
	for (const struct plan_field *f = fields; f->name; f++) {
		void *member = (char *)to + f->offset;
		const json_t *value = json_object_get(object, f->name);

		if (f->type == FIELD_GROUP || f->type == FIELD_PROCESS)
			*(uint32_t *)member = PLAN_NONE;
		if (f->type == FIELD_FILE)
			*(uint32_t *)member = r->plan->file;
		if (!value || json_is_null(value)) {
			if (f->is_needed)
				return plan_read_bad(r, "no '%s'", f->name);
			continue;
		}
		if (!store(r, f, value, member))
			return plan_read_bad(r, "no proper '%s'", f->name);
	}
	return true;
}
