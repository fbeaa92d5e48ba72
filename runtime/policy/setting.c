// SPDX-License-Identifier: GPL-2.0
#include "setting.h"

#include <stdio.h>
#include <string.h>

const char *setting_line(const char *path, char *buf, size_t size)
{
	FILE *file = fopen(path, "re");

	buf[0] = '\0';
	if (file && !fgets(buf, (int)size, file))
		buf[0] = '\0';
	if (file)
		fclose(file);
	buf[strcspn(buf, "\n")] = '\0';
	return buf;
}

const char *setting_chosen(const char *path, char *buf, size_t size)
{
	char line[256], *open, *close;

	setting_line(path, line, sizeof(line));
	open = strchr(line, '[');
	close = open ? strchr(open, ']') : NULL;
	snprintf(buf, size, "%.*s", close ? (int)(close - open - 1) : 0, open ? open + 1 : "");
	return buf;
}
