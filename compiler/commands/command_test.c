// SPDX-License-Identifier: GPL-2.0
/* mmpc test: run tests of policies. */
#include "command.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "base/shown.h"
#include "options.h"
#include "outputs.h"
#include "trial/trial_suite.h"

static const char usage_text[] =
	"usage: mmpc test FILE.mmpt...\n"
	"\n"
	"  -v, --verbose           show a timeline of every test, not only of failed ones\n"
	"  --coverage              say which rules and operands no test has seen both ways\n"
	"  --min N                 fail below N percent coverage\n"
	"  --junit FILE            write the results as JUnit XML, too; '-' is standard output\n"
	"  --format=FORMAT         text (default) or json\n"
	"  -D NAME=VALUE           give a define or a param of the policies another value\n"
	"  -I DIR                  where included files are looked for, too\n"
	"  --config FILE           read the defaults there, not in the nearest .mmpc.conf above\n"
	"  --no-config             read no .mmpc.conf\n";

struct test_options {
	struct options front; /* for the policies */
	bool is_verbose, is_json, with_coverage;
	unsigned min_percent;
	const char *junit;
};

static int usage_error(const char *what, const char *text)
{
	shown_print(stderr, "mmpc test: %s '%s'\n", what, text);
	return STATUS_USAGE;
}

static int set_min(struct test_options *o, const char *text)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (*end || end == text || n > 100 || text[0] == '-')
		return usage_error("--min takes a percentage from 0 to 100, not", text);
	o->min_percent = (unsigned)n;
	o->with_coverage = true;
	return -1;
}

static int set_format(struct test_options *o, const char *text)
{
	o->is_json = !strcmp(text, "json");
	if (o->is_json || !strcmp(text, "text"))
		return -1;
	return usage_error("--format is text or json, not", text);
}

static int parse_one(struct test_options *o, int option)
{
	switch (option) {
	case 'v':
		o->is_verbose = true;
		return -1;
	case 'c':
		o->with_coverage = true;
		return -1;
	case 'm':
		return set_min(o, optarg);
	case 'j':
		o->junit = optarg;
		return -1;
	case 'f':
		return set_format(o, optarg);
	case 'I':
	case 'D':
	case OPTION_CONFIG:
	case OPTION_NO_CONFIG:
		return options_take_input(&o->front, option, optarg);
	default: /* 'h' */
		fputs(usage_text, stdout);
		return STATUS_OK;
	}
}

static int parse(struct test_options *o, int argc, char **argv)
{
	static const struct option long_options[] = { { "verbose", no_argument, NULL, 'v' },
						      { "coverage", no_argument, NULL, 'c' },
						      { "min", required_argument, NULL, 'm' },
						      { "junit", required_argument, NULL, 'j' },
						      { "format", required_argument, NULL, 'f' },
						      OPTIONS_INPUT_LONG,
						      { "help", no_argument, NULL, 'h' },
						      { 0 } };
	int option, status;

	optind = opterr = 0;
	while ((option = getopt_long(argc, argv, ":" OPTIONS_INPUT "vh", long_options, NULL)) >=
	       0) {
		status = option == ':' || option == '?'
				 ? options_refused(argv[0], option, argv, long_options)
				 : parse_one(o, option);
		if (status >= 0)
			return status;
	}
	if (optind < argc)
		return -1;
	fputs("mmpc test: no file given; try 'mmpc test --help'\n", stderr);
	return STATUS_USAGE;
}

/* What kept the tests from running. A policy's warnings are for mmpc check to say. */
static void print_trouble(const struct suite *s, const struct options *o, int status)
{
	struct report_unit units[] = { { .sources = &s->sources, .diags = &s->diags },
				       { .sources = &s->policy.sources,
					 .diags = &s->policy.diags } };

	if (s->diags.errors)
		report_write(&o->report, stderr, units, 1);
	else if (status == STATUS_ERRORS && s->has_policy)
		report_write(&o->report, stderr, units + 1, 1);
	if (s->trouble)
		shown_print(stderr, "mmpc test: %s\n", s->trouble);
	if (s->has_policy && s->policy.trouble)
		shown_print(stderr, "mmpc test: %s: %s\n", s->path, s->policy.trouble);
}

/* Several files may test one policy: what one has seen counts for all. */
static void merge_coverage(struct suite *suites, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		for (uint32_t j = 0; j < count; j++)
			if (suites[i].coverage.plan && suites[j].coverage.plan &&
			    !strcmp(suites[i].policy_path, suites[j].policy_path))
				coverage_merge(&suites[i].coverage, &suites[j].coverage);
}

static bool is_first_of_policy(const struct suite *suites, uint32_t i)
{
	if (!suites[i].coverage.plan)
		return false;
	for (uint32_t j = 0; j < i; j++)
		if (suites[j].coverage.plan &&
		    !strcmp(suites[i].policy_path, suites[j].policy_path))
			return false;
	return true;
}

/* What people read goes to standard error where standard output is the document's. */
static FILE *text_output(const struct test_options *o)
{
	return o->junit && !strcmp(o->junit, "-") ? stderr : stdout;
}

static int check_coverage(const struct test_options *o, struct suite *suites, uint32_t count)
{
	int status = STATUS_OK;

	merge_coverage(suites, count);
	for (uint32_t i = 0; i < count; i++) {
		if (!is_first_of_policy(suites, i))
			continue;
		if (!o->is_json)
			suite_print_coverage(text_output(o), &suites[i]);
		if (coverage_add_up(&suites[i].coverage).percent >= o->min_percent)
			continue;
		shown_print(stderr, "mmpc test: the coverage of '%s' is below %u %%\n",
			    suites[i].policy_path, o->min_percent);
		status = STATUS_DIFFERENCE;
	}
	return status;
}

/* A file that cannot be read is graver than errors, and these than a test that failed. */
static int graver(int a, int b)
{
	static const int order[] = { STATUS_USAGE, STATUS_ERRORS, STATUS_DIFFERENCE };

	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		if (a == order[i] || b == order[i])
			return order[i];
	return a ? a : b;
}

static int write_documents(const struct test_options *o, const struct suite *suites, uint32_t count)
{
	int err = 0;

	if (o->is_json && suites_write_json(stdout, suites, count, o->with_coverage))
		fputs("mmpc test: writing the results failed\n", stderr);
	if (o->junit)
		err = suites_write_junit(o->junit, suites, count);
	if (!err)
		return STATUS_OK;
	shown_print(stderr, "mmpc test: cannot write '%s': %s\n", o->junit, strerror(-err));
	return STATUS_USAGE;
}

/* The results go onto neither the tests, their policies nor what these include. */
static int check_outputs(const struct test_options *o, struct suite *suites, uint32_t count)
{
	struct file_uses uses = { 0 };
	char *trouble = NULL;

	for (uint32_t i = 0; i < count; i++) {
		outputs_read(&uses, &suites[i].sources);
		if (suites[i].has_policy)
			outputs_read_policy(&uses, &suites[i].policy);
	}
	if (o->is_json)
		trouble = outputs_write(&uses, &suites[0].arena, "-");
	if (o->junit && !trouble)
		trouble = outputs_write(&uses, &suites[0].arena, o->junit);
	file_uses_finish(&uses);
	if (trouble)
		shown_print(stderr, "mmpc test: %s\n", trouble);
	return trouble ? STATUS_USAGE : STATUS_OK;
}

static int report(const struct test_options *o, struct suite *suites, uint32_t count)
{
	int status = STATUS_OK;

	for (uint32_t i = 0; i < count; i++) {
		struct suite *s = &suites[i];

		print_trouble(s, &o->front, s->status);
		if (!o->is_json && (s->status == STATUS_OK || s->status == STATUS_DIFFERENCE))
			suite_print(text_output(o), s, o->is_verbose);
		status = graver(status, s->status);
	}
	if (o->with_coverage)
		status = graver(status, check_coverage(o, suites, count));
	return graver(write_documents(o, suites, count), status);
}

static int run(const struct test_options *o, char **paths, uint32_t count)
{
	struct suite *suites = calloc(count, sizeof(*suites));
	int status = STATUS_OK;

	if (!suites)
		NO_MEMORY();
	for (uint32_t i = 0; i < count; i++)
		suite_run(&suites[i], &o->front.compile, paths[i]);
	status = check_outputs(o, suites, count);
	if (status == STATUS_OK)
		status = report(o, suites, count);
	for (uint32_t i = 0; i < count; i++)
		suite_finish(&suites[i]);
	free(suites);
	return status;
}

int command_test(int argc, char **argv)
{
	struct test_options o = { 0 };
	int status;

	options_init(&o.front, argc);
	status = parse(&o, argc, argv);
	if (status < 0)
		status = run(&o, argv + optind, (uint32_t)(argc - optind));
	options_finish(&o.front);
	return status;
}
