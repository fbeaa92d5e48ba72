// SPDX-License-Identifier: GPL-2.0
#include "file_number.h"

#include <stdio.h>
#include <string.h>

enum file_number_kind file_number_kind(enum signal_id id)
{
	switch (signal_infos[id].reads) {
	case READS_PSI_NOW:
		return FILE_NUMBER_SHARE;
	case READS_MEMORY_EVENTS:
		return FILE_NUMBER_NEW;
	case READS_LIMIT:
		return FILE_NUMBER_LIMIT;
	case READS_CHARGED:
	case READS_UNCHARGED:
	case READS_CALL:
		return FILE_NUMBER_NONE;
	case READS_USAGE:
		return signal_infos[id].quantity == QUANTITY_SIZE_RATE ? FILE_NUMBER_GROWTH
								       : FILE_NUMBER_VALUE;
	default:
		return signal_infos[id].quantity == QUANTITY_RATE ? FILE_NUMBER_RATE
								  : FILE_NUMBER_VALUE;
	}
}

/* signals.def says "FILE", "FILE KEY" or "FILE KEY + KEY". */
struct file_number file_number_of(enum signal_id id)
{
	struct file_number n = { .kind = file_number_kind(id) };

	sscanf(signal_infos[id].source, "%31s %31[^+]+ %31s", n.file, n.key, n.more);
	if (n.more[0])
		n.key[strcspn(n.key, " ")] = '\0';
	return n;
}

const char *file_number_system_path(const char *file)
{
	if (!strcmp(file, "memory.pressure"))
		return "/proc/pressure/memory";
	if (file[0] == '/')
		return file;
	return !strcmp(file, "memory.stat") ? "/proc/vmstat" : NULL;
}

/* "some avg10" in "some avg10=1.23 avg60=...": the line's first word, then the word in it. */
static const char *find_pressure(const char *text, const char *key)
{
	size_t line = strcspn(key, " ");
	const char *word = key + line + (key[line] == ' ');
	size_t len = strlen(word);

	for (; text && *text; text = strchr(text, '\n'), text = text ? text + 1 : NULL)
		if (!strncmp(text, key, line) && text[line] == ' ')
			break;
	for (text = text && *text ? text + line : NULL; text; text = strchr(text, ' ')) {
		text++;
		if (!strncmp(text, word, len) && text[len] == '=')
			return text + len + 1;
	}
	return NULL;
}

/* The line that begins with the key; /proc/meminfo has a colon after it. */
static const char *find_line(const char *text, const char *key)
{
	size_t len = strlen(key);

	for (; text && *text; text = strchr(text, '\n'), text = text ? text + 1 : NULL)
		if (!strncmp(text, key, len) && (text[len] == ' ' || text[len] == ':'))
			return text + len + 1;
	return NULL;
}

static bool parse(const char *at, bool is_percent, int64_t *ret)
{
	unsigned places = is_percent ? 2 : 0;
	uint64_t n = 0;

	at += strspn(at, " ");
	if (!strncmp(at, "max", 3)) {
		*ret = INT64_MAX;
		return true;
	}
	if (*at < '0' || *at > '9')
		return false;
	for (; *at >= '0' && *at <= '9'; at++)
		n = n * 10 + (uint64_t)(*at - '0');
	for (at += *at == '.'; places; places--, at += *at >= '0' && *at <= '9')
		n = n * 10 + (*at >= '0' && *at <= '9' ? (uint64_t)(*at - '0') : 0);
	if (!strncmp(at, " kB", 3))
		n *= 1024;
	*ret = n > INT64_MAX ? INT64_MAX : (int64_t)n;
	return true;
}

static bool find(const char *text, const char *key, int64_t *ret)
{
	bool is_pressure = key[0] && strchr(key, ' ');
	const char *at = text;

	if (key[0])
		at = is_pressure ? find_pressure(text, key) : find_line(text, key);
	return at && parse(at, is_pressure && !strstr(key, " total"), ret);
}

/* The kernel's table of the whole machine splits what reclaim did into several lines, whose sum is
 * the number. */
static bool sum_prefixed(const char *text, const char *prefix, int64_t *ret)
{
	static const char *const by[] = { "_kswapd", "_direct", "_khugepaged", "_proactive" };
	char key[64];
	int64_t n;
	size_t i;

	*ret = 0;
	for (i = 0; i < sizeof(by) / sizeof(by[0]); i++) {
		snprintf(key, sizeof(key), "%s%s", prefix, by[i]);
		if (find(text, key, &n))
			*ret += n;
	}
	return true;
}

bool file_number_find(const struct file_number *n, bool is_system, const char *text, int64_t *ret)
{
	int64_t more = 0;

	if (is_system && !strncmp(n->key, "pgs", 3))
		return sum_prefixed(text, n->key, ret);
	if (!find(text, n->key, ret) || (n->more[0] && !find(text, n->more, &more)))
		return false;
	*ret += more;
	return true;
}
