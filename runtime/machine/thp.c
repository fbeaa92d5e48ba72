// SPDX-License-Identifier: GPL-2.0
#include "thp.h"

#include "policy/setting.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define THP "/sys/kernel/mm/transparent_hugepage/"

const char *thp_mode(char *buf, size_t size)
{
	return setting_chosen(THP "enabled", buf, size);
}

/* Calls each(kB, setting) for the sizes in sysfs. */
static void each_size(void (*each)(unsigned long kb, const char *setting, void *arg), void *arg)
{
	glob_t sizes = { 0 };
	char setting[32];
	size_t i;

	if (!glob(THP "hugepages-*kB/enabled", 0, NULL, &sizes))
		for (i = 0; i < sizes.gl_pathc; i++)
			each(strtoul(sizes.gl_pathv[i] + strlen(THP "hugepages-"), NULL, 10),
			     setting_chosen(sizes.gl_pathv[i], setting, sizeof(setting)), arg);
	globfree(&sizes);
}

static void note_if_on(unsigned long kb, const char *setting, void *arg)
{
	bool *is_on = arg;

	*is_on |= !strcmp(setting, "always") || !strcmp(setting, "madvise");
}

bool thp_is_off(void)
{
	bool is_on = false;
	char mode[32];

	each_size(note_if_on, &is_on);
	return !is_on && !strcmp(thp_mode(mode, sizeof(mode)), "never");
}

struct words {
	char *buf;
	size_t size;
	const char *separator;
};

static void add_size(unsigned long kb, const char *setting, void *arg)
{
	struct words *w = arg;
	size_t len = strlen(w->buf);

	if (!strcmp(setting, "never") || !*setting)
		return;
	snprintf(w->buf + len, w->size - len, "%s%lukB %s", w->separator, kb, setting);
	w->separator = ", ";
}

const char *thp_words(char *buf, size_t size)
{
	struct words w = { .buf = buf, .size = size, .separator = "; " };

	thp_mode(buf, size);
	each_size(add_size, &w);
	return buf;
}

bool thp_is_refused_by(pid_t pid)
{
	char path[64], line[256];
	bool is_refused = false;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	file = fopen(path, "re");
	while (file && !is_refused && fgets(line, sizeof(line), file))
		is_refused = !strncmp(line, "THP_enabled:\t0", 14);
	if (file)
		fclose(file);
	return is_refused;
}
