// SPDX-License-Identifier: GPL-2.0
#include "text.h"

#include "base/shown.h"
#include "commands/output.h"

#include <langinfo.h>
#include <string.h>

#define STRIP_TEXT 12 /* cells in the lines of the text: a minute */

const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static void count_rules(struct counts *c, const json_t *policy)
{
	const json_t *rule;
	size_t i;

	c->policies++;
	json_array_foreach (json_object_get(policy, "rules"), i, rule) {
		c->rules++;
		c->active += json_is_true(json_object_get(rule, "is_active"));
		c->acted_per_s += json_number_value(json_object_get(rule, "acted_per_s"));
		c->monitored_per_s += json_number_value(json_object_get(rule, "monitored_per_s"));
	}
}

struct counts text_count(const json_t *snapshot, const json_t *policy)
{
	struct counts c = { 0 };
	const json_t *one;
	size_t i;

	if (policy) {
		count_rules(&c, policy);
		return c;
	}
	json_array_foreach (json_object_get(snapshot, "policies"), i, one)
		count_rules(&c, one);
	return c;
}

/* At most three digits, and what they are of. */
static void print_rate(char *buf, size_t size, double rate)
{
	static const char units[] = { '\0', 'k', 'M', 'G' };
	size_t unit = 0;

	for (; rate >= 999.5 && unit + 1 < sizeof(units); unit++)
		rate /= 1000;
	snprintf(buf, size, "%.*f%.1s/s", rate < 9.95 && rate > 0 ? 1 : 0, rate, &units[unit]);
}

static void add(char *buf, size_t size, const char *text)
{
	size_t len = strlen(buf);

	snprintf(buf + len, size - len, "%s%s", len ? ", " : "", text);
}

static void add_share(char *buf, size_t size, const json_t *share, const char *what)
{
	char text[64];

	if (!json_is_real(share))
		return;
	snprintf(text, sizeof(text), "%.2f%% %s", json_real_value(share) * 100, what);
	add(buf, size, text);
}

const char *text_policy(const json_t *policy, char *buf, size_t size)
{
	struct counts c = text_count(NULL, policy);
	char text[64], rate[32];

	snprintf(buf, size, "%u rule%s, %u active", c.rules, c.rules == 1 ? "" : "s", c.active);
	print_rate(rate, sizeof(rate), c.acted_per_s > 0 ? c.acted_per_s : c.monitored_per_s);
	snprintf(text, sizeof(text), "%s %s", c.acted_per_s > 0 ? "acts" : "would act", rate);
	if (c.acted_per_s > 0 || c.monitored_per_s > 0)
		add(buf, size, text);
	add_share(buf, size, json_object_get(policy, "sampler_share"), "CPU sampling");
	if (json_real_value(json_object_get(policy, "reclaim_share")) > 0)
		add_share(buf, size, json_object_get(policy, "reclaim_share"), "CPU reclaiming");
	if (json_integer_value(json_object_get(policy, "slots_lost")))
		add(buf, size, "cgroups without a slot");
	if (json_integer_value(json_object_get(policy, "dead_links")))
		add(buf, size, "dead links");
	return buf;
}

const char *text_age(double seconds, char *buf, size_t size)
{
	if (seconds < 9.95)
		snprintf(buf, size, "%.1fs", seconds);
	else if (seconds < 119.5)
		snprintf(buf, size, "%.0fs", seconds);
	else if (seconds < 7200)
		snprintf(buf, size, "%.0fm", seconds / 60);
	else if (seconds < 172800)
		snprintf(buf, size, "%.0fh", seconds / 3600);
	else
		snprintf(buf, size, "%.0fd", seconds / 86400);
	return buf;
}

const char *text_acted(const json_t *rule, char *buf, size_t size)
{
	const json_t *acted = json_object_get(rule, "acted_per_s");
	const json_t *monitored = json_object_get(rule, "monitored_per_s");
	char rate[32];

	print_rate(rate, sizeof(rate), json_number_value(acted));
	if (!json_is_real(acted))
		snprintf(rate, sizeof(rate), "-");
	if (json_number_value(monitored) > 0 && json_number_value(acted) == 0) {
		print_rate(rate, sizeof(rate), json_number_value(monitored));
		snprintf(buf, size, "(%s)", rate);
	} else {
		snprintf(buf, size, "%s", rate);
	}
	return buf;
}

const char *text_signal(const json_t *s, char *buf, size_t size)
{
	const char *value = json_is_true(json_object_get(s, "known")) ? text_of(s, "text")
								      : "unknown";

	if (json_object_get(s, "comparison"))
		snprintf(buf, size, "%s%s %s %s %s",
			 strcmp(text_of(s, "clause"), "until") != 0 ? "" : "until ",
			 text_of(s, "signal"), value, text_of(s, "comparison"),
			 text_of(s, "threshold_text"));
	else
		snprintf(buf, size, "%s %s", text_of(s, "signal"), value);
	return buf;
}

const char *text_signals(const json_t *rule, char *buf, size_t size)
{
	const json_t *s;
	char text[512];
	size_t i;

	buf[0] = '\0';
	json_array_foreach (json_object_get(rule, "signals"), i, s)
		add(buf, size, text_signal(s, text, sizeof(text)));
	return buf;
}

static const char *block(char letter)
{
	switch (letter) {
	case '.':
		return "·";
	case ':':
		return "░";
	case '-':
		return "▒";
	case '+':
		return "▄";
	case '#':
		return "█";
	}
	return " ";
}

const char *text_strip(const json_t *rule, unsigned count, bool is_utf8, char *buf, size_t size)
{
	const char *strip = text_of(rule, "strip");
	size_t len = strlen(strip), at;

	buf[0] = '\0';
	for (at = len > count ? len - count : 0; at < len && strlen(buf) + 4 < size; at++) {
		char letter[2] = { strip[at], '\0' };

		strcat(buf, is_utf8 ? block(strip[at]) : letter);
	}
	return buf;
}

bool text_is_utf8(void)
{
	return !strcmp(nl_langinfo(CODESET), "UTF-8");
}

/* A rule as a row of output_table(). */
static json_t *line_of(const json_t *rule)
{
	char age[32], acted[64], strip[256], signals[2048];
	json_t *line = json_object();

	json_object_set(line, "rule", json_object_get(rule, "rule"));
	json_object_set(line, "cgroup", json_object_get(rule, "cgroup"));
	json_object_set(line, "state", json_object_get(rule, "state"));
	json_object_set(line, "acted", json_object_get(rule, "acted"));
	json_object_set_new(line, "for",
			    json_string(
				    text_age(json_number_value(json_object_get(rule, "since_s")),
					     age, sizeof(age))));
	json_object_set_new(line, "strip",
			    json_string(text_strip(rule, STRIP_TEXT, text_is_utf8(), strip,
						   sizeof(strip))));
	json_object_set_new(line, "rate", json_string(text_acted(rule, acted, sizeof(acted))));
	json_object_set_new(line, "signals",
			    json_string(text_signals(rule, signals, sizeof(signals))));
	return line;
}

static void print_rules(FILE *file, const json_t *policy)
{
	static const struct output_column columns[] = {
		{ "RULE", "rule", 0 },	 { "CGROUP", "cgroup", 0 },	{ "STATE", "state", 0 },
		{ "FOR", "for", 1 },	 { "LAST MINUTE", "strip", 0 }, { "ACTS", "rate", 1 },
		{ "ACTED", "acted", 1 }, { "SIGNALS", "signals", 0 },
	};
	json_t *lines = json_array();
	const json_t *rule;
	size_t i;

	json_array_foreach (json_object_get(policy, "rules"), i, rule)
		json_array_append_new(lines, line_of(rule));
	if (json_array_size(lines))
		output_table(file, lines, columns, sizeof(columns) / sizeof(columns[0]));
	json_decref(lines);
}

void text_print(FILE *file, const json_t *snapshot)
{
	const json_t *policies = json_object_get(snapshot, "policies"), *p;
	char text[512];
	size_t i;

	if (!json_array_size(policies))
		fprintf(file, "no policy is loaded\n");
	json_array_foreach (policies, i, p) {
		shown_print(file, "%s: %s, by %s, %s\n", text_of(p, "name"), text_of(p, "state"),
			    text_of(p, "by"), text_policy(p, text, sizeof(text)));
		print_rules(file, p);
	}
	fputc('\n', file);
}
