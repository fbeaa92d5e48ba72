// SPDX-License-Identifier: GPL-2.0
#include "value.h"

#include "failure.h"
#include "object/manifest.h"
#include "base/quantity.h"

#include <stdio.h>
#include <string.h>

const char *value_print(char *buf, size_t size, enum quantity quantity, int64_t value)
{
	return quantity_print(buf, size, quantity, value);
}

/* Say what is wrong with a text that should be a q; `of` begins the sentence: "param 'enter': ", or
 * "". */
static int refuse(const char *of, const char *text, enum quantity q, enum literal_problem problem,
		  struct failure *f)
{
	const char *unit = text + strspn(text, "-.0123456789");
	const char *meant = problem == LITERAL_UNKNOWN_UNIT ? unit_meant(unit, strlen(unit)) : NULL;

	if (problem == LITERAL_UNKNOWN_UNIT)
		fail(f, STATUS_USAGE, "%s'%s' has a unit that does not exist", of, text);
	else if (problem == LITERAL_TOO_LARGE)
		return fail(f, STATUS_USAGE, "%s'%s' is too large", of, text);
	else if (problem == LITERAL_INEXACT)
		fail(f, STATUS_USAGE, "%s'%s' is %s", of, text, quantity_inexact(q));
	else if (problem == LITERAL_NO_UNIT)
		fail(f, STATUS_USAGE, "%s'%s' has no unit", of, text);
	else if (problem == LITERAL_OTHER_UNIT)
		fail(f, STATUS_USAGE, "%s'%s' is a %s, not a %s", of, text,
		     quantity_name(unit_find(unit, strlen(unit))->quantity), quantity_name(q));
	else
		fail(f, STATUS_USAGE, "%s'%s' is not a %s", of, text, quantity_name(q));
	if (problem == LITERAL_INEXACT && quantity_inexact_hint(q))
		fail_hint(f, "%s", quantity_inexact_hint(q));
	else if (meant)
		fail_hint(f, "did you mean '%s'?", meant);
	else
		fail_hint(f, "write it as in '%s'", quantity_example(q));
	return -1;
}

int value_parse_duration(const char *text, int64_t *ret, struct failure *f)
{
	int64_t value;
	enum literal_problem problem = quantity_read(text, QUANTITY_DURATION, &value);

	if (problem)
		return refuse("", text, QUANTITY_DURATION, problem, f);
	if (value <= 0)
		return fail(f, STATUS_USAGE, "'%s' is not a duration above 0", text);
	*ret = value;
	return 0;
}

int value_parse_param(const struct manifest_param *param, const char *text, int64_t *ret,
		      struct failure *f)
{
	enum quantity q = param->quantity;
	char low[64], high[64], of[256];
	int64_t value;
	enum literal_problem problem = quantity_read(text, q, &value);

	snprintf(of, sizeof(of), "param '%.200s': ", param->name);
	if (problem)
		return refuse(of, text, q, problem, f);
	if (value < param->low || value > param->high)
		return fail(f, STATUS_USAGE,
			    "'%s' is outside the range of the param '%s', %s .. %s", text,
			    param->name, quantity_print(low, sizeof(low), q, param->low),
			    quantity_print(high, sizeof(high), q, param->high));
	*ret = value;
	return 0;
}

int value_no_param(const struct manifest *m, const char *name, struct failure *f)
{
	const char *names[64], *near;
	size_t i;

	for (i = 0; i < m->param_count && i < 64; i++)
		names[i] = m->params[i].name;
	near = nearest_word(name, strlen(name), names, i);
	fail(f, STATUS_USAGE, "the policy '%s' has no param '%s'", m->name, name);
	if (near)
		fail_hint(f, "did you mean '%s'?", near);
	else if (!m->param_count)
		fail_hint(f, "declare it in the policy: param %s = 100/s in 10/s .. 1000/s", name);
	else
		fail_hint(f, "'mmpctl status %s' lists its params", m->name);
	return -1;
}
