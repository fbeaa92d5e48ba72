// SPDX-License-Identifier: GPL-2.0
#include "limit_place.h"

#include "machine/cgroup.h"
#include "machine/effective_limit.h"
#include "failure.h"
#include "plan/plan.h"
#include "value.h"

#include <stdio.h>
#include <string.h>

bool limit_matters(const struct plan *p, const struct plan_rule *r)
{
	for (uint32_t i = 0; r->group != PLAN_NONE && i < r->signal_count; i++) {
		const struct plan_signal *s = &p->signals[r->signals[i]];

		if (s->scope == PLAN_OF_GROUP && s->group == r->group &&
		    (s->id == SIGNAL_LIMIT || (s->id == SIGNAL_USAGE && s->is_percent)))
			return true;
	}
	return false;
}

/* The path without its last `up` components. */
static void climb(char *path, unsigned up)
{
	for (; up; up--) {
		char *slash = strrchr(path, '/');

		*(slash ? slash : path) = '\0';
	}
}

json_t *limit_place(const struct cgroup_mount *m, const char *path)
{
	struct cgroup c = { .fd = -1 };
	struct effective_limit l;
	struct failure ignored;
	char text[64];
	json_t *doc;

	path += strspn(path, "/");
	if (cgroup_open(m, *path ? path : "/", &c, &ignored))
		return NULL;
	l = effective_limit(c.fd, 0, machine_memory());
	cgroup_close(&c);
	if (l.bytes == INT64_MAX)
		return NULL;
	climb(c.path, l.up);
	doc = json_pack("{s:I, s:s}", "bytes", (json_int_t)l.bytes, "text",
			value_print(text, sizeof(text), QUANTITY_SIZE, l.bytes));
	json_object_set_new(doc, "file",
			    l.is_of_cgroup ? json_sprintf("%s/%s%smemory.max", m->path, c.path,
							  *c.path ? "/" : "")
					   : json_string("/proc/meminfo"));
	return doc;
}
