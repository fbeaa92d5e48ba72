// SPDX-License-Identifier: GPL-2.0
/* The results of tests for programs: JSON, and the JUnit XML that CI systems read. */
#include "trial_suite.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

#include "base/output_file.h"
#include "base/shown.h"
#include "base/utf8.h"
#include "replay/time_axis.h"

/* Names may be any bytes, but a document is UTF-8: other bytes become U+FFFD. */
static json_t *text_json(const char *text)
{
	json_t *value = json_string(text);

	return value ? value : json_string("\xef\xbf\xbd");
}

static json_t *check_json(const struct suite *s, const struct bound_trial *b, const struct check *c)
{
	struct place p = source_place(&s->sources, c->expect->span.file, c->expect->span.start);
	json_t *o = json_object();
	char got[64];

	json_object_set_new(o, "line", json_integer(p.line));
	json_object_set_new(o, "column", json_integer(p.column));
	json_object_set_new(o, "text", text_json(c->text));
	json_object_set_new(o, "passed", json_boolean(!c->is_wrong));
	if (!c->is_wrong)
		return o;
	check_print(got, sizeof(got), c, c->answers[c->wrong_tick]);
	json_object_set_new(o, "tick", json_integer(c->wrong_tick));
	json_object_set_new(o, "time_ns",
			    json_integer((json_int_t)b->recording.time[c->wrong_tick]));
	json_object_set_new(o, "got", text_json(got));
	return o;
}

static json_t *trial_json(const struct suite *s, const struct bound_trial *b)
{
	struct place p = source_place(&s->sources, b->trial->span.file, b->trial->span.start);
	json_t *o = json_object(), *checks = json_array();

	for (uint32_t i = 0; i < b->check_count; i++)
		json_array_append_new(checks, check_json(s, b, &b->checks[i]));
	json_object_set_new(o, "name", text_json(b->trial->name.text));
	json_object_set_new(o, "line", json_integer(p.line));
	json_object_set_new(o, "ticks", json_integer(b->ticks));
	json_object_set_new(o, "passed", json_boolean(!trial_failures(b)));
	json_object_set_new(o, "expectations", checks);
	return o;
}

static json_t *coverage_json(const struct suite *s)
{
	struct coverage_sum sum = coverage_add_up(&s->coverage);
	json_t *o = json_object();

	json_object_set_new(o, "rules", json_integer(sum.rules));
	json_object_set_new(o, "rules_covered", json_integer(sum.rules_seen));
	json_object_set_new(o, "operands", json_integer(sum.operands));
	json_object_set_new(o, "operands_covered", json_integer(sum.operands_seen));
	json_object_set_new(o, "percent", json_integer(sum.percent));
	return o;
}

static json_t *suite_json(const struct suite *s, bool with_coverage)
{
	json_t *o = json_object(), *tests = json_array();

	for (uint32_t i = 0; i < s->trial_count; i++)
		json_array_append_new(tests, trial_json(s, s->trials[i]));
	json_object_set_new(o, "file", text_json(s->path));
	json_object_set_new(o, "policy", s->policy_path ? text_json(s->policy_path) : json_null());
	json_object_set_new(o, "tests", tests);
	if (with_coverage && s->coverage.plan)
		json_object_set_new(o, "coverage", coverage_json(s));
	return o;
}

int suites_write_json(FILE *out, const struct suite *suites, uint32_t count, bool with_coverage)
{
	json_t *root = json_object(), *files = json_array();
	uint32_t failed = 0;
	int err;

	for (uint32_t i = 0; i < count; i++) {
		json_array_append_new(files, suite_json(&suites[i], with_coverage));
		failed += suites[i].failed;
	}
	json_object_set_new(root, "version", json_integer(1));
	json_object_set_new(root, "failed", json_integer(failed));
	json_object_set_new(root, "files", files);
	err = json_dumpf(root, out, JSON_INDENT(2) | JSON_ENSURE_ASCII) || fputc('\n', out) == EOF;
	json_decref(root);
	return err ? -EIO : 0;
}

/* XML 1.0 cannot represent most control characters, nor bytes that are not UTF-8. */
static void put_xml(FILE *out, const char *text)
{
	size_t len = strlen(text);

	while (len) {
		size_t taken;
		uint32_t c = utf8_decode(text, len, &taken);

		if (c == '&' || c == '<' || c == '"')
			fputs(c == '&' ? "&amp;" : c == '<' ? "&lt;" : "&quot;", out);
		else if (c == '\n' || c == '\t')
			fprintf(out, "&#%u;", c);
		else if (c == UTF8_INVALID || c < ' ' || c == 0x7f || c == 0xfffe || c == 0xffff)
			fputs("\xef\xbf\xbd", out);
		else if (!shown_is_plain(c))
			fprintf(out, "&#%u;", c);
		else
			fwrite(text, 1, taken, out);
		text += taken;
		len -= taken;
	}
}

static void put_failure(FILE *out, const struct bound_trial *b, const struct check *c)
{
	char got[64], when[64];

	check_print(got, sizeof(got), c, c->answers[c->wrong_tick]);
	time_print(when, sizeof(when), b->recording.time[c->wrong_tick]);
	fputs("      <failure message=\"", out);
	put_xml(out, c->text);
	fprintf(out, ", but it is %s at %s\"/>\n", got, when);
}

static void put_trial(FILE *out, const struct suite *s, const struct bound_trial *b)
{
	fputs("    <testcase classname=\"", out);
	put_xml(out, s->path);
	fputs("\" name=\"", out);
	put_xml(out, b->trial->name.text);
	fputs(trial_failures(b) ? "\">\n" : "\"/>\n", out);
	if (!trial_failures(b))
		return;
	for (uint32_t i = 0; i < b->check_count; i++)
		if (b->checks[i].is_wrong)
			put_failure(out, b, &b->checks[i]);
	fputs("    </testcase>\n", out);
}

/* The first error with its place, as on standard error. */
static const struct diag *first_error(const struct diags *ds)
{
	const struct diag *d = ds->first;

	while (d && d->level != DIAG_ERROR)
		d = d->next;
	return d;
}

static void put_trouble(FILE *out, const struct suite *s)
{
	const struct diag *d = first_error(&s->diags);
	const struct sources *sources = &s->sources;
	struct place p;

	if (!d && s->has_policy) {
		d = first_error(&s->policy.diags);
		sources = &s->policy.sources;
	}
	if (!d) {
		put_xml(out, s->trouble				  ? s->trouble
			     : s->has_policy && s->policy.trouble ? s->policy.trouble
								  : "the tests could not be run");
		return;
	}
	p = source_place(sources, d->span.file, d->span.start);
	put_xml(out, p.file);
	fprintf(out, ":%u:%u: ", p.line, p.column);
	put_xml(out, d->text);
}

/* A file whose tests could not be run is an error, so that CI does not take it for a success. */
static void put_suite(FILE *out, const struct suite *s)
{
	bool is_broken = s->trouble || s->diags.errors || !s->coverage.plan;

	fputs("  <testsuite name=\"", out);
	put_xml(out, s->path);
	fprintf(out, "\" tests=\"%u\" failures=\"%u\" errors=\"%d\">\n",
		is_broken ? 1 : s->trial_count, is_broken ? 0 : s->failed, is_broken);
	if (is_broken) {
		fputs("    <testcase classname=\"", out);
		put_xml(out, s->path);
		fputs("\" name=\"read\"><error message=\"", out);
		put_trouble(out, s);
		fputs("\"/></testcase>\n", out);
	} else {
		for (uint32_t i = 0; i < s->trial_count; i++)
			put_trial(out, s, s->trials[i]);
	}
	fputs("  </testsuite>\n", out);
}

int suites_write_junit(const char *path, const struct suite *suites, uint32_t count)
{
	struct output_file out;
	int error = output_file_begin(&out, path);

	if (error)
		return error;
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n", out.stream);
	for (uint32_t i = 0; i < count; i++)
		put_suite(out.stream, &suites[i]);
	fputs("</testsuites>\n", out.stream);
	return output_file_end(&out, true);
}
