// SPDX-License-Identifier: GPL-2.0
#include "removal.h"

#include "failure.h"
#include "installed.h"

#include <bpf/bpf.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int disarm(const struct installed *p, struct failure *f)
{
	struct mmp_config config = p->config;

	if (p->config_fd < 0 || !config.is_armed)
		return 0;
	config.is_armed = 0;
	return installed_write_config(p, &config, f);
}

/* Removing a pin ends a link only if nobody else holds it: detach first. Dead ones need no more. */
static void detach_links(const struct installed *p)
{
	size_t i;
	int fd;

	for (i = 0; i < p->link_count; i++) {
		fd = p->links[i].link.map_id ? installed_map(p, p->links[i].pin) : -1;
		if (fd < 0)
			continue;
		bpf_link_detach(fd);
		close(fd);
	}
}

static int remove_policy(struct installed *p, struct failure *f)
{
	if (disarm(p, f))
		return -1;
	detach_links(p);
	return pin_remove(p->name, f);
}

struct leftover {
	const char *parent;
	struct failure *f;
};

/* A policy inside a tmp_ directory. */
static int remove_nested(const char *part, void *arg)
{
	struct leftover *l = arg;
	struct installed *p;
	char name[256];
	int error;

	snprintf(name, sizeof(name), "%.120s/%.120s", l->parent, part);
	if (installed_open(&p, name, l->f))
		return -1;
	error = remove_policy(p, l->f);
	installed_close(p);
	return error;
}

int removal_of(struct installed *p, struct failure *f)
{
	struct leftover leftover = { .parent = p->name, .f = f };

	if (p->condition == INSTALLED_LEFTOVER && pin_each(p->name, remove_nested, &leftover))
		return -1;
	return remove_policy(p, f);
}

static int remove_leftover(struct installed *p, void *arg)
{
	return p->way == INSTALLED_HOOKS && p->condition == INSTALLED_LEFTOVER ? removal_of(p, arg)
									       : 0;
}

int removal_of_leftovers(struct failure *f)
{
	return installed_each(remove_leftover, f, f);
}
