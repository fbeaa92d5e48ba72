// SPDX-License-Identifier: GPL-2.0
#include "failure.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int fail(struct failure *f, enum exit_status status, const char *fmt, ...)
{
	va_list args;

	f->status = status;
	f->place[0] = f->hint[0] = f->detail[0] = f->log[0] = '\0';
	va_start(args, fmt);
	vsnprintf(f->text, sizeof(f->text), fmt, args);
	va_end(args);
	return -1;
}

void fail_at(struct failure *f, const char *file, unsigned line)
{
	snprintf(f->place, sizeof(f->place), "%.480s:%u", file, line);
}

void fail_hint(struct failure *f, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(f->hint, sizeof(f->hint), fmt, args);
	va_end(args);
}

const char *errno_words(int error)
{
	static char words[128];
	size_t i;

	switch (error < 0 ? -error : error) {
	case EPERM:
	case EACCES:
		return "permission denied";
	case ENOENT:
		return "it does not exist";
	case ENOTSUP:
		return "this kernel does not support it";
	case EBUSY:
		return "it is in use";
	}
	snprintf(words, sizeof(words), "%s", strerror(error < 0 ? -error : error));
	for (i = 0; words[i] && !isspace((unsigned char)words[i]); i++)
		words[i] = (char)tolower((unsigned char)words[i]);
	return words;
}
