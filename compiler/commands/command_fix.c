// SPDX-License-Identifier: GPL-2.0
/* mmpc fix: carry out the hints that surely mend what they are about. */
#include "command.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>
#include <unistd.h>

#include "base/lang.h"
#include "base/shown.h"
#include "fix.h"
#include "options.h"
#include "text_change.h"

static const char usage_text[] =
	"usage: mmpc fix [--diff] [CODE...] FILE.mmp...|-\n"
	"\n"
	"Mends what surely can be mended: misspelt words, a unit that is missing beside one that "
	"is\n"
	"there, comments that suppress nothing, an exact order that wants 'or smaller'. Values "
	"keep\n"
	"their size and comments stay. With CODEs, only findings of these. '-' is standard input,\n"
	"written to standard output.\n"
	"\n"
	"  --diff            change nothing, show what would change\n"
	"  -I DIR            where included files are looked for, too\n"
	"  -D NAME=VALUE     give a define or a param another value\n"
	"  --config FILE     read the defaults there, not in the nearest .mmpc.conf above\n"
	"  --no-config       read no .mmpc.conf\n";

struct fix_options {
	struct options front;
	bool is_diff;
	bool codes[DIAG_CODE_COUNT];
};

static int say(const char *path, const char *what)
{
	shown_print(stderr, "mmpc fix: '%s': %s\n", path, what);
	return STATUS_USAGE;
}

static int handle_result(const struct fix_options *o, const char *path, const struct source *f,
			 const struct fix_result *r)
{
	int error = 0;

	if (r->trouble)
		return say(path, r->trouble);
	if (o->is_diff && r->fixed && !text_diff(f, r->text, "fixed"))
		return say(path, "the program 'diff' failed or is not installed");
	if (!o->is_diff && (r->fixed || !strcmp(path, "-")))
		error = text_replace(path, r->text);
	if (error)
		return say(path, strerror(-error));
	if (r->fixed && !o->is_diff)
		shown_print(stderr, "mmpc fix: '%s': %u fixed\n", path, r->fixed);
	if (!r->errors)
		return STATUS_OK;
	shown_print(stderr, "mmpc fix: '%s': errors are left: %u; mmpc --check shows them\n", path,
		    r->errors);
	return STATUS_ERRORS;
}

static bool is_of_tests(const char *path)
{
	size_t len = strlen(path);

	return len > 5 && !strcmp(path + len - 5, ".mmpt");
}

static int fix_one(const struct fix_options *o, const char *path)
{
	struct fix_result result;
	struct sources s;
	struct arena a;
	uint32_t bad;
	int file, status;

	if (is_of_tests(path))
		return say(path, "it has tests of a policy; fix mends policies");
	arena_init(&a);
	sources_init(&s, &a);
	file = sources_read(&s, path, &bad);
	if (file < 0) {
		status = say(path, source_error(file));
	} else {
		fix_policy(&a, &o->front.compile, path, s.files[file].text, o->codes, &result);
		status = handle_result(o, path, &s.files[file], &result);
	}
	arena_finish(&a);
	return status;
}

/* A file that cannot be read or written counts more than errors that are left. */
static int graver(int a, int b)
{
	return a == STATUS_USAGE || b == STATUS_USAGE ? STATUS_USAGE : a ? a : b;
}

static int no_such_word(const char *word)
{
	const char *slugs[DIAG_CODE_COUNT], *nearest;

	for (int i = 0; i < DIAG_CODE_COUNT; i++)
		slugs[i] = diag_slug(i);
	nearest = nearest_word(word, strlen(word), slugs, DIAG_CODE_COUNT);
	shown_print(stderr, "mmpc fix: there is no code and no file '%s'", word);
	if (nearest)
		fprintf(stderr, "; did you mean '%s'?", nearest);
	fputc('\n', stderr);
	return STATUS_USAGE;
}

/* A word that is a code, else a file. */
static int take_words(struct fix_options *o, int argc, char **argv)
{
	bool has_code = false;

	for (int i = optind; i < argc; i++) {
		enum diag_code code = diag_find(argv[i]);

		if (code != DIAG_CODE_COUNT)
			has_code = o->codes[code] = true;
		else if (!strpbrk(argv[i], "./-") && access(argv[i], F_OK))
			return no_such_word(argv[i]);
		else
			o->front.files[o->front.file_count++] = argv[i];
	}
	for (int i = 0; i < DIAG_CODE_COUNT; i++)
		o->codes[i] |= !has_code;
	if (o->front.file_count)
		return -1;
	fputs("mmpc fix: no file given; try 'mmpc fix --help'\n", stderr);
	return STATUS_USAGE;
}

static int parse(struct fix_options *o, int argc, char **argv)
{
	static const struct option long_options[] = { { "diff", no_argument, NULL, 'd' },
						      OPTIONS_INPUT_LONG,
						      { "help", no_argument, NULL, 'h' },
						      { 0 } };
	int option, status;

	optind = opterr = 0;
	while ((option = getopt_long(argc, argv, ":" OPTIONS_INPUT "h", long_options, NULL)) >= 0) {
		if (option == 'h') {
			fputs(usage_text, stdout);
			return STATUS_OK;
		}
		if (option == ':' || option == '?')
			return options_refused(argv[0], option, argv, long_options);
		o->is_diff |= option == 'd';
		status = option == 'd' ? -1 : options_take_input(&o->front, option, optarg);
		if (status >= 0)
			return status;
	}
	return take_words(o, argc, argv);
}

int command_fix(int argc, char **argv)
{
	struct fix_options o = { .is_diff = false };
	int status;

	options_init(&o.front, argc);
	status = parse(&o, argc, argv);
	if (status < 0) {
		status = STATUS_OK;
		for (unsigned i = 0; i < o.front.file_count; i++)
			status = graver(status, fix_one(&o, o.front.files[i]));
	}
	options_finish(&o.front);
	return status;
}
