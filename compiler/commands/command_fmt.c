// SPDX-License-Identifier: GPL-2.0
/* mmpc fmt: lay policies out anew, in place, or show how they would change. */
#include "command.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "base/bug.h"
#include "base/shown.h"
#include "base/text.h"
#include "format.h"
#include "options.h"
#include "base/status.h"
#include "report/report.h"
#include "report/source.h"
#include "text_change.h"

static const char usage_text[] =
	"usage: mmpc fmt [--check] [--diff] FILE.mmp...|-\n"
	"\n"
	"Lays each file out anew, in place; '-' is standard input, written to standard output.\n"
	"  --check   change nothing, name the files that would change, and exit 7 if there are "
	"any\n"
	"  --diff    change nothing, show what would change\n";

struct fmt_options {
	bool is_check, is_diff;
};

static int say(const char *path, const char *what)
{
	shown_print(stderr, "mmpc fmt: '%s': %s\n", path, what);
	return STATUS_USAGE;
}

static int replace_file(const char *path, const char *text)
{
	int error = text_replace(path, text);

	if (!error)
		return STATUS_OK;
	shown_print(stderr, "mmpc fmt: cannot write '%s': %s\n", path, strerror(-error));
	return STATUS_USAGE;
}

static int handle_text(const struct fmt_options *o, const char *path, const struct source *f,
		       const char *text)
{
	bool is_same = strlen(text) == f->len && !memcmp(text, f->text, f->len);
	int status = STATUS_OK;

	if (o->is_diff && !is_same)
		status = text_diff(f, text, "formatted")
				 ? STATUS_OK
				 : say(f->name, "the program 'diff' failed or is not installed");
	if (o->is_check && !is_same) {
		if (!o->is_diff)
			shown_print(stdout, "%s\n", f->name);
		return status ? status : STATUS_DIFFERENCE;
	}
	if (o->is_diff || o->is_check)
		return status;
	if (!strcmp(path, "-")) {
		return replace_file(path, text);
	}
	return is_same ? STATUS_OK : replace_file(path, text);
}

static int refuse(struct diags *ds, struct sources *s)
{
	struct report report = { .format = REPORT_TEXT, .max_findings = 100 };
	struct report_unit unit = { .sources = s, .diags = ds };

	diags_sort(ds);
	report_write(&report, stderr, &unit, 1);
	return STATUS_ERRORS;
}

/*
 * The file's line ends and byte order mark are kept: a file checked out on Windows stays as it was.
 */
static char *like_file(struct arena *a, const struct source *f, const char *text)
{
	const char *end = memchr(f->text, '\n', f->len);
	bool has_returns = end && end > f->text && end[-1] == '\r';
	struct text t;

	text_init(&t, a);
	if (!strncmp(f->text, "\xef\xbb\xbf", 3) && strncmp(text, "\xef\xbb\xbf", 3))
		text_add(&t, "\xef\xbb\xbf", 3);
	for (; *text; text++) {
		if (*text == '\n' && has_returns)
			text_add(&t, "\r", 1);
		text_add(&t, text, 1);
	}
	return t.data;
}

static int format_one(const struct fmt_options *o, const char *path)
{
	struct arena a;
	struct sources s;
	struct diags ds;
	uint32_t bad;
	int file, status;
	char *text;

	arena_init(&a);
	sources_init(&s, &a);
	diags_init(&ds, &a);
	file = sources_read(&s, path, &bad);
	text = file < 0 ? NULL : format_policy(&a, &s, (uint32_t)file, &ds);
	if (file < 0)
		status = say(path, source_error(file));
	else if (!text)
		status = refuse(&ds, &s);
	else
		status = handle_text(o, path, &s.files[file], like_file(&a, &s.files[file], text));
	arena_finish(&a);
	return status;
}

/*
 * A file that cannot be read or written counts more than errors, and errors more than a difference.
 */
static int graver(int a, int b)
{
	if (a == STATUS_USAGE || b == STATUS_USAGE)
		return STATUS_USAGE;
	if (a == STATUS_ERRORS || b == STATUS_ERRORS)
		return STATUS_ERRORS;
	return a ? a : b;
}

int command_fmt(int argc, char **argv)
{
	static const struct option long_options[] = { { "check", no_argument, NULL, 'c' },
						      { "diff", no_argument, NULL, 'd' },
						      { "help", no_argument, NULL, 'h' },
						      { 0 } };
	struct fmt_options o = { 0 };
	int option, status = STATUS_OK;

	optind = opterr = 0;
	while ((option = getopt_long(argc, argv, ":h", long_options, NULL)) >= 0) {
		if (option == 'h') {
			fputs(usage_text, stdout);
			return STATUS_OK;
		}
		if (option == ':' || option == '?')
			return options_refused(argv[0], option, argv, long_options);
		o.is_check |= option == 'c';
		o.is_diff |= option == 'd';
	}
	if (optind == argc) {
		fputs("mmpc fmt: no file given; try 'mmpc fmt --help'\n", stderr);
		return STATUS_USAGE;
	}
	while (optind < argc)
		status = graver(status, format_one(&o, argv[optind++]));
	return status;
}
