// SPDX-License-Identifier: GPL-2.0
#include "detail.h"

#include "base/bug.h"
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static void say(struct detail *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void say(struct detail *d, const char *fmt, ...)
{
	va_list args;

	if (d->count == DETAIL_LINES)
		return;
	va_start(args, fmt);
	if (vasprintf(&d->lines[d->count], fmt, args) < 0)
		NO_MEMORY();
	va_end(args);
	d->count++;
}

static void about_policy(struct detail *d, const json_t *policy)
{
	char text[512];

	say(d, "%s: %s, by %s, tick %.0f ms, %lld ticks", text_of(policy, "name"),
	    text_of(policy, "state"), text_of(policy, "by"),
	    json_number_value(json_object_get(policy, "tick_s")) * 1e3,
	    (long long)json_integer_value(json_object_get(policy, "ticks")));
	say(d, "%s", text_policy(policy, text, sizeof(text)));
}

static void about_rule(struct detail *d, const json_t *policy, const json_t *rule)
{
	const char *cgroup = text_of(rule, "cgroup");
	const json_t *one;
	char text[1024];
	size_t i;

	say(d, "%s: %s%s%s, active for %.1f s in all, acted %lld times, entered %lld times",
	    text_of(policy, "name"), text_of(rule, "rule"), *cgroup ? " on " : "", cgroup,
	    json_number_value(json_object_get(rule, "active_s")),
	    (long long)json_integer_value(json_object_get(rule, "acted")),
	    (long long)json_integer_value(json_object_get(rule, "entered")));
	say(d, "%s:%lld: %s", text_of(rule, "file"),
	    (long long)json_integer_value(json_object_get(rule, "line")), text_of(rule, "text"));
	json_array_foreach (json_object_get(rule, "signals"), i, one)
		say(d, "  %s", text_signal(one, text, sizeof(text)));
	json_array_foreach (json_object_get(rule, "reasons"), i, one)
		say(d, "  = %s", json_string_value(one));
}

void detail_of(struct detail *d, const struct view_line *line, bool is_whole)
{
	char text[2048];

	d->count = 0;
	if (!line)
		return;
	if (line->rule && !is_whole)
		say(d, "%s: %s", text_of(line->policy, "name"),
		    text_signals(line->rule, text, sizeof(text)));
	else if (line->rule)
		about_rule(d, line->policy, line->rule);
	else
		about_policy(d, line->policy);
}

void detail_finish(struct detail *d)
{
	while (d->count)
		free(d->lines[--d->count]);
}
