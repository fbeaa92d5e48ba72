// SPDX-License-Identifier: GPL-2.0
/* mmpc fmt: lay policies out anew, in place, or say how they would change. */
#include "command.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/arena.h"
#include "base/bug.h"
#include "base/output_file.h"
#include "format.h"
#include "base/status.h"
#include "report/report.h"
#include "report/source.h"

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
	fprintf(stderr, "mmpc fmt: '%s': %s\n", path, what);
	return STATUS_USAGE;
}

static bool write_all(int fd, const char *text, size_t len)
{
	while (len) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0) {
			text += n;
			len -= (size_t)n;
		}
	}
	return true;
}

static int replace_file(const char *path, const char *text)
{
	struct output_file out;
	int error = output_file_begin(&out, path);

	if (!error) {
		fputs(text, out.stream);
		error = output_file_end(&out, true);
	}
	if (!error)
		return STATUS_OK;
	fprintf(stderr, "mmpc fmt: cannot write '%s': %s\n", path, strerror(-error));
	return STATUS_USAGE;
}

static int text_fd(const char *text, size_t len)
{
	int fd = memfd_create("mmpc-fmt", 0);

	if (fd < 0 || !write_all(fd, text, len))
		BUG("no memory for a policy");
	return fd;
}

/* diff -u of the two texts, to standard output. */
static int show_diff(const struct source *f, const char *text)
{
	char before[32], after[32], labels[2][PATH_MAX + 32];
	int fds[2] = { text_fd(f->text, f->len), text_fd(text, strlen(text)) }, status = 0;
	pid_t child;

	snprintf(before, sizeof(before), "/dev/fd/%d", fds[0]);
	snprintf(after, sizeof(after), "/dev/fd/%d", fds[1]);
	snprintf(labels[0], sizeof(labels[0]), "--label=%s", f->name);
	snprintf(labels[1], sizeof(labels[1]), "--label=%s (formatted)", f->name);
	fflush(stdout);
	child = fork();
	if (!child) {
		execlp("diff", "diff", "-u", labels[0], labels[1], before, after, (char *)NULL);
		_exit(127);
	}
	close(fds[0]);
	close(fds[1]);
	if (child < 0 || waitpid(child, &status, 0) < 0 || !WIFEXITED(status) ||
	    WEXITSTATUS(status) > 1)
		return say(f->name, "the program 'diff' failed or is not installed");
	return STATUS_OK;
}

static int handle_text(const struct fmt_options *o, const char *path, const struct source *f,
		       const char *text)
{
	bool is_same = strlen(text) == f->len && !memcmp(text, f->text, f->len);
	int status = STATUS_OK;

	if (o->is_diff && !is_same)
		status = show_diff(f, text);
	if (o->is_check && !is_same) {
		if (!o->is_diff)
			printf("%s\n", f->name);
		return status ? status : STATUS_DIFFERENCE;
	}
	if (o->is_diff || o->is_check)
		return status;
	if (!strcmp(path, "-")) {
		fputs(text, stdout);
		return STATUS_OK;
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
		status = handle_text(o, path, &s.files[file], text);
	arena_finish(&a);
	return status;
}

/* A file that cannot be read or written counts more than errors, and they more than a difference.
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

	optind = 0;
	while ((option = getopt_long(argc, argv, "h", long_options, NULL)) >= 0) {
		if (option == 'h') {
			fputs(usage_text, stdout);
			return STATUS_OK;
		}
		if (option == '?') {
			fputs(usage_text, stderr);
			return STATUS_USAGE;
		}
		o.is_check |= option == 'c';
		o.is_diff |= option == 'd';
	}
	if (optind == argc) {
		fputs(usage_text, stderr);
		return STATUS_USAGE;
	}
	while (optind < argc)
		status = graver(status, format_one(&o, argv[optind++]));
	return status;
}
