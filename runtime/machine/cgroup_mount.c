// SPDX-License-Identifier: GPL-2.0
/* Which of the cgroup2 mounts is the one that policies' paths are below. */
#include "cgroup.h"

#include <stdio.h>
#include <string.h>

/* Paths are written with \040 for a space and so on. */
static void unescape(char *text)
{
	char *to = text;

	for (; *text; text++) {
		if (text[0] == '\\' && text[1] && text[2] && text[3]) {
			*to++ = (char)((text[1] - '0') * 64 + (text[2] - '0') * 8 +
				       (text[3] - '0'));
			text += 3;
		} else {
			*to++ = *text;
		}
	}
	*to = '\0';
}

struct line {
	char root[512], point[512], type[64];
};

/* "36 35 98:0 /root /mount/point options - cgroup2 ..." */
static bool parse_line(const char *text, struct line *ret)
{
	const char *dash = strstr(text, " - ");

	if (!dash || sscanf(dash, " - %63s", ret->type) != 1 ||
	    sscanf(text, "%*s %*s %*s %511s %511s", ret->root, ret->point) != 2)
		return false;
	unescape(ret->root);
	unescape(ret->point);
	return true;
}

/*
 * The whole tree is worth more than a part of it that was mounted elsewhere too, as into a
 * container's folder; among equals the usual place more than another, and the first line more than
 * a later one.
 */
static unsigned worth(const struct line *l)
{
	return 1 + (!strcmp(l->point, CGROUP_MOUNT_USUAL) ? 1 : 0) +
	       (!strcmp(l->root, "/") ? 2 : 0);
}

#define MOUNTS_MAX 64

bool cgroup_mount_choose(struct cgroup_mount *m, FILE *mountinfo)
{
	struct {
		char root[512], point[512];
		unsigned worth; /* 0: something else is mounted over it */
	} found[MOUNTS_MAX];
	size_t count = 0, i, best = 0;
	char text[4096];
	struct line l;

	while (fgets(text, sizeof(text), mountinfo)) {
		if (!parse_line(text, &l))
			continue;
		for (i = 0; i < count; i++)
			if (!strcmp(found[i].point, l.point))
				found[i].worth = 0;
		if (strcmp(l.type, "cgroup2") != 0 || count == MOUNTS_MAX)
			continue;
		strcpy(found[count].root, l.root);
		strcpy(found[count].point, l.point);
		found[count++].worth = worth(&l);
	}
	for (i = 0; i < count; i++)
		if (found[i].worth > found[best].worth)
			best = i;
	if (!count || !found[best].worth)
		return false;
	strcpy(m->path, found[best].point);
	strcpy(m->root, found[best].root);
	return true;
}
