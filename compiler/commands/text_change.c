// SPDX-License-Identifier: GPL-2.0
#include "text_change.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/bug.h"
#include "base/output_file.h"
#include "base/shown.h"
#include "report/source.h"

/* A terminal gets only characters that it may show; all other outputs get the text unchanged. */
static void put_policy(FILE *out, const char *text, size_t len)
{
	if (!isatty(STDOUT_FILENO)) {
		fwrite(text, 1, len, out);
		return;
	}
	while (len) {
		const char *end = memchr(text, '\n', len);
		size_t line = end ? (size_t)(end - text) : len;

		shown_put(out, text, line);
		if (end)
			fputc('\n', out);
		text += line + !!end;
		len -= line + !!end;
	}
}

static int text_fd(const char *text, size_t len)
{
	int fd = memfd_create("mmpc", 0), copy = fd < 0 ? fd : dup(fd);
	FILE *out = copy < 0 ? NULL : fdopen(copy, "w");

	if (!out)
		NO_MEMORY();
	put_policy(out, text, len);
	if (fclose(out))
		NO_MEMORY();
	return fd;
}

/* diff -u's word for one of the texts: a copy, to be freed. */
static char *label(const char *name, const char *how)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		NO_MEMORY();
	shown_print(out, "--label=%s%s", name, how);
	fclose(out);
	return text;
}

bool text_diff(const struct source *f, const char *text, const char *how)
{
	char before[32], after[32], kind[64], *labels[2];
	int fds[2] = { text_fd(f->text, f->len), text_fd(text, strlen(text)) }, status = 0;
	pid_t child;

	snprintf(before, sizeof(before), "/dev/fd/%d", fds[0]);
	snprintf(after, sizeof(after), "/dev/fd/%d", fds[1]);
	snprintf(kind, sizeof(kind), " (%s)", how);
	labels[0] = label(f->name, "");
	labels[1] = label(f->name, kind);
	fflush(stdout);
	child = fork();
	if (!child) {
		execlp("diff", "diff", "-u", labels[0], labels[1], before, after, (char *)NULL);
		_exit(127);
	}
	for (int i = 0; i < 2; i++) {
		close(fds[i]);
		free(labels[i]);
	}
	return child > 0 && waitpid(child, &status, 0) > 0 && WIFEXITED(status) &&
	       WEXITSTATUS(status) <= 1;
}

int text_replace(const char *path, const char *text)
{
	struct output_file out;
	int error = output_file_begin(&out, path);

	if (error)
		return error;
	if (out.stream == stdout)
		put_policy(out.stream, text, strlen(text));
	else
		fputs(text, out.stream);
	return output_file_end(&out, true);
}
