// SPDX-License-Identifier: GPL-2.0
#include "sweep_option.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/quantity.h"

struct sweep_text {
	struct arena *arena;
	const struct plan *plan;
	const struct plan_param *param;
	const char *text, *trouble;
};

static bool wrong(struct sweep_text *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static bool wrong(struct sweep_text *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	s->trouble = arena_printf(s->arena, "--sweep '%s': %s", s->text,
				  arena_vprintf(s->arena, fmt, ap));
	va_end(ap);
	return false;
}

static bool no_param(struct sweep_text *s, const char *name)
{
	const struct plan *p = s->plan;
	const char **names = arena_array(s->arena, const char *, p->param_count + 1), *near;

	for (uint32_t i = 0; i < p->param_count; i++)
		names[i] = p->params[i].name;
	near = nearest_word(name, strlen(name), names, p->param_count);
	if (near)
		return wrong(s, "the policy has no param '%s'; did you mean '%s'?", name, near);
	if (!p->param_count)
		return wrong(s,
			     "the policy has no param; declare the number that is to be swept: "
			     "param %s = 100/s in 10/s .. 1000/s",
			     name);
	return wrong(s, "the policy has no param '%s'; its first is '%s'", name, names[0]);
}

static bool find_param(struct sweep_text *s, const char *name, uint32_t *ret_param)
{
	for (uint32_t i = 0; i < s->plan->param_count; i++)
		if (!strcmp(s->plan->params[i].name, name)) {
			s->param = &s->plan->params[i];
			*ret_param = i;
			return true;
		}
	return no_param(s, name);
}

static bool refuse(struct sweep_text *s, const char *text, enum literal_problem problem)
{
	enum quantity q = s->param->quantity;

	if (problem == LITERAL_INEXACT)
		return wrong(s, "'%s' is %s", text, quantity_inexact(q));
	if (problem == LITERAL_TOO_LARGE)
		return wrong(s, "'%s' is too large", text);
	return wrong(s, "'%s' is not a %s; write it as in '%s'", text, quantity_name(q),
		     quantity_example(q));
}

static bool read_end(struct sweep_text *s, const char *text, int64_t *ret)
{
	const struct plan_param *param = s->param;
	enum literal_problem problem = quantity_read(text, param->quantity, ret);
	char low[64], high[64];

	if (problem)
		return refuse(s, text, problem);
	if (*ret < param->low || *ret > param->high)
		return wrong(s, "'%s' is outside the range of the param, %s .. %s (%s:%u)", text,
			     quantity_print(low, sizeof(low), param->quantity, param->low),
			     quantity_print(high, sizeof(high), param->quantity, param->high),
			     s->plan->files[param->at.file].name, param->at.line);
	return true;
}

static bool read_steps(struct sweep_text *s, const char *text, uint32_t *ret)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (*end || end == text || *text < '0' || *text > '9' || n < 2 || n > SWEEP_VALUES_MAX)
		return wrong(s, "'%s' is not a number of steps from 2 to %u", text,
			     SWEEP_VALUES_MAX);
	*ret = (uint32_t)n;
	return true;
}

/* The three parts become texts of their own; *ret_steps is NULL where there is none. */
static bool split(struct sweep_text *s, char *name, char **ret_low, char **ret_high,
		  char **ret_steps)
{
	char *equals = strchr(name, '='), *dots = equals ? strstr(equals, "..") : NULL;

	if (!equals || equals == name || !dots)
		return wrong(s, "write PARAM=LOW..HIGH or PARAM=LOW..HIGH:STEPS, "
				"as in 'busy=10/s..1000/s:50'");
	*equals = *dots = '\0';
	*ret_low = equals + 1;
	*ret_high = dots + 2;
	*ret_steps = strchr(*ret_high, ':');
	if (*ret_steps)
		*(*ret_steps)++ = '\0';
	return true;
}

static bool read(struct sweep_text *s, uint32_t steps, struct sweep_axis *ret)
{
	char *name = arena_strdup(s->arena, s->text);
	char *low_text = NULL, *high_text = NULL, *steps_text = NULL;
	int64_t low = 0, high = 0;
	uint32_t param = 0;

	if (!split(s, name, &low_text, &high_text, &steps_text) || !find_param(s, name, &param) ||
	    !read_end(s, low_text, &low) || !read_end(s, high_text, &high) ||
	    (steps_text && !read_steps(s, steps_text, &steps)))
		return false;
	if (low >= high)
		return wrong(s, "'%s' is not below '%s'", low_text, high_text);
	sweep_axis_fill(ret, s->arena, s->plan, param, low, high, steps);
	return true;
}

bool sweep_option_read(struct arena *a, const struct plan *p, const char *text, uint32_t steps,
		       struct sweep_axis *ret, const char **ret_trouble)
{
	struct sweep_text s = { .arena = a, .plan = p, .text = text };
	bool is_right = read(&s, steps, ret);

	*ret_trouble = s.trouble;
	return is_right;
}
