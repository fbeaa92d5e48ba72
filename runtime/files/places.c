// SPDX-License-Identifier: GPL-2.0
#include "places.h"

#include "base/arena.h"
#include "machine/open_beneath.h"

#include <dirent.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

void places_init(struct places *p, struct arena *a, const struct plan *plan, int root)
{
	uint32_t i;

	*p = (struct places){ .plan = plan,
			      .root = root,
			      .rows = arena_array(a, struct cgroup_place, plan->slot_rows + 1),
			      .groups = arena_array(a, struct place_group, plan->group_count + 1) };
	for (i = 0; i < plan->slot_rows; i++)
		p->rows[i].dir = -1;
	for (i = 0; i < plan->group_count; i++) {
		p->groups[i].dir = -1;
		places_bind(p, i, plan->groups[i].path);
	}
}

void places_finish(struct places *p)
{
	uint32_t i;

	for (i = 0; i < p->plan->slot_rows; i++)
		if (p->rows[i].dir >= 0)
			close(p->rows[i].dir);
	for (i = 0; i < p->plan->group_count; i++)
		if (p->groups[i].dir >= 0)
			close(p->groups[i].dir);
}

bool places_bind(struct places *p, uint32_t group, const char *path)
{
	struct place_group *g = &p->groups[group];
	size_t len;
	char *slash;

	path += strspn(path, "/");
	len = strlen(path);
	while (len && path[len - 1] == '/')
		len--;
	if (len >= sizeof(g->path))
		return false;
	memcpy(g->path, path, len);
	g->path[len] = '\0';
	if (!p->plan->groups[group].is_glob)
		return true;
	slash = strrchr(g->path, '/');
	if (strlen(slash ? slash + 1 : g->path) >= sizeof(g->pattern))
		return false;
	strcpy(g->pattern, slash ? slash + 1 : g->path);
	*(slash ? slash : g->path) = '\0';
	return true;
}

uint32_t places_rows(const struct places *p, uint32_t group, uint32_t rows)
{
	if (group == PLAN_NONE || rows <= 1 || !p->plan->groups[group].is_glob)
		return rows;
	return p->groups[group].seen < rows ? p->groups[group].seen : rows;
}

/* The folder's number, or 0 where there is none. */
static uint64_t id_of(int root, const char *path)
{
	struct stat st;

	if (fstatat(root, *path ? path : ".", &st, AT_SYMLINK_NOFOLLOW) || !S_ISDIR(st.st_mode))
		return 0;
	return st.st_ino;
}

static void leave(struct cgroup_place *row)
{
	if (row->dir >= 0)
		close(row->dir);
	row->dir = -1;
	row->id = 0;
}

static bool enter(struct places *p, struct cgroup_place *row, const char *path)
{
	struct stat st;
	int dir = open_beneath(p->root, path, false);

	if (dir < 0)
		return false;
	if (fstat(dir, &st)) {
		close(dir);
		return false;
	}
	leave(row);
	row->dir = dir;
	row->id = st.st_ino;
	row->generation++;
	row->is_seen = true;
	if (row->path != path)
		snprintf(row->path, sizeof(row->path), "%s", path);
	return true;
}

static bool follow_named(struct places *p, uint32_t group)
{
	struct cgroup_place *row = &p->rows[p->plan->groups[group].row_base];
	uint64_t id = id_of(p->root, p->groups[group].path);

	if (id == row->id)
		return false;
	if (id)
		return enter(p, row, p->groups[group].path);
	leave(row);
	return true;
}

static struct cgroup_place *row_of(struct places *p, const struct plan_group *g, uint64_t id)
{
	uint32_t i;

	for (i = g->row_base; i < g->row_base + g->rows; i++)
		if (p->rows[i].id == id)
			return &p->rows[i];
	return NULL;
}

/* A match by its name: its slot is marked, or it gets one. */
static bool see(struct places *p, uint32_t group, const char *name)
{
	const struct plan_group *g = &p->plan->groups[group];
	char path[PLACE_PATH];
	const char *parent = p->groups[group].path;
	struct cgroup_place *row;
	uint64_t id;

	if (snprintf(path, sizeof(path), "%s%s%s", parent, *parent ? "/" : "", name) >=
	    (int)sizeof(path))
		return false;
	id = id_of(p->root, path);
	row = id ? row_of(p, g, id) : NULL;
	if (row) {
		row->is_seen = true;
		return false;
	}
	row = id ? row_of(p, g, 0) : NULL;
	p->lost += id && !row;
	if (!row || !enter(p, row, path))
		return false;
	if (p->groups[group].seen <= row - &p->rows[g->row_base])
		p->groups[group].seen = (uint32_t)(row - &p->rows[g->row_base]) + 1;
	return true;
}

struct entry { /* of getdents64(2) */
	uint64_t ino;
	int64_t off;
	unsigned short len;
	unsigned char type;
	char name[];
};

static bool see_all(struct places *p, uint32_t group)
{
	static char buf[32768] __attribute__((aligned(8)));
	const char *pattern = p->groups[group].pattern;
	bool changed = false;
	long n, at;

	if (lseek(p->groups[group].dir, 0, SEEK_SET))
		return false;
	while ((n = syscall(SYS_getdents64, p->groups[group].dir, buf, sizeof(buf))) > 0)
		for (at = 0; at < n; at += ((struct entry *)(void *)(buf + at))->len) {
			const struct entry *e = (struct entry *)(void *)(buf + at);

			if (e->type == DT_DIR && e->name[0] != '.' &&
			    !fnmatch(pattern, e->name, FNM_PERIOD))
				changed |= see(p, group, e->name);
		}
	return changed;
}

static void follow_parent(struct places *p, struct place_group *g)
{
	uint64_t id = id_of(p->root, g->path);

	if (id && id == g->id)
		return;
	if (g->dir >= 0)
		close(g->dir);
	g->dir = id ? open_beneath(p->root, g->path, false) : -1;
	g->id = g->dir >= 0 ? id : 0;
}

static bool follow_glob(struct places *p, uint32_t group)
{
	const struct plan_group *g = &p->plan->groups[group];
	bool changed = false;
	uint32_t i;

	follow_parent(p, &p->groups[group]);
	for (i = g->row_base; i < g->row_base + g->rows; i++)
		p->rows[i].is_seen = false;
	if (p->groups[group].dir >= 0)
		changed = see_all(p, group);
	for (i = g->row_base; i < g->row_base + g->rows; i++)
		if (p->rows[i].id && !p->rows[i].is_seen) {
			leave(&p->rows[i]);
			changed = true;
		}
	return changed;
}

static void note_slot(struct mmp_slot *s, const struct cgroup_place *row, bool is_glob,
		      uint64_t now)
{
	if (row->id && (s->cgroup_id != row->id || s->state != MMP_SLOT_USED)) {
		s->cgroup_id = row->id;
		s->generation = row->generation;
		s->claimed_ns = now;
		s->state = MMP_SLOT_USED;
	} else if (!row->id && s->state == MMP_SLOT_USED) {
		s->state = is_glob ? MMP_SLOT_FREE : MMP_SLOT_GONE;
	}
}

bool places_follow(struct places *p, struct mmp_slot *slots, uint64_t now)
{
	const struct plan_group *g = p->plan->groups;
	bool changed = false;
	uint32_t i, row;

	p->lost = 0;
	for (i = 0; i < p->plan->group_count; i++) {
		if (!g[i].rows)
			continue;
		changed |= g[i].is_glob ? follow_glob(p, i) : follow_named(p, i);
		for (row = g[i].row_base; slots && row < g[i].row_base + g[i].rows; row++)
			note_slot(&slots[row], &p->rows[row], g[i].is_glob, now);
	}
	return changed;
}
