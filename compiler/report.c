// SPDX-License-Identifier: GPL-2.0
#include "report.h"

#include <errno.h>
#include <string.h>
#include "bug.h"

const char *const report_format_names[REPORT_FORMAT_COUNT] = {
	[REPORT_TEXT] = "text",
};

static void (*const writers[REPORT_FORMAT_COUNT])(const struct report *, FILE *,
						  const struct report_unit *, size_t) = {
	[REPORT_TEXT] = report_text,
};

enum report_format report_format_find(const char *name)
{
	int i = 0;

	while (i < REPORT_FORMAT_COUNT &&
	       !(report_format_names[i] && !strcmp(report_format_names[i], name)))
		i++;
	return i;
}

const char *diag_level_name(enum diag_level level)
{
	static const char *const names[DIAG_LEVEL_COUNT] = {
		[DIAG_OFF] = "off",
		[DIAG_NOTE] = "note",
		[DIAG_WARNING] = "warning",
		[DIAG_ERROR] = "error",
	};

	return names[level];
}

int report_write(const struct report *r, FILE *out, const struct report_unit *units, size_t count)
{
	errno = 0;
	writers[r->format](r, out, units, count);
	if (fflush(out) || ferror(out))
		return errno ? -errno : -EIO;
	return 0;
}
