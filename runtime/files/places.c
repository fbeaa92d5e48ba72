// SPDX-License-Identifier: GPL-2.0
#include "places.h"

#include "base/arena.h"
#include "machine/cgroup.h"
#include "machine/open_beneath.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The plan's own paths; what does not fit was refused when the plan was read. */
static void bind_own(struct places *p, uint32_t group)
{
	const struct plan_group *g = &p->plan->groups[group];
	const char *problem, *path = g->path;

	if (!g->is_glob) {
		places_bind(p, group, path, &problem);
		return;
	}
	snprintf(p->groups[group].path, PLACE_PATH, "%s", path + strspn(path, "/"));
	match_set_init(&p->groups[group].matches, p->arena, g, NULL, CGROUP_MOUNT_USUAL, &problem);
}

void places_init(struct places *p, struct arena *a, const struct plan *plan, int root)
{
	uint32_t i, room = 2;

	while (room < 2 * plan->slot_rows)
		room *= 2;
	*p = (struct places){ .plan = plan,
			      .root = root,
			      .arena = a,
			      .rows = arena_array(a, struct cgroup_place, plan->slot_rows + 1),
			      .groups = arena_array(a, struct place_group, plan->group_count + 1),
			      .by_id = arena_array(a, uint32_t, room),
			      .by_id_mask = room - 1 };
	for (i = 0; i < plan->slot_rows; i++)
		p->rows[i].dir = -1;
	for (i = 0; i < plan->group_count; i++)
		bind_own(p, i);
}

void places_finish(struct places *p)
{
	uint32_t i;

	for (i = 0; i < p->plan->slot_rows; i++)
		if (p->rows[i].dir >= 0)
			close(p->rows[i].dir);
}

bool places_bind(struct places *p, uint32_t group, const char *path, const char **ret_problem)
{
	struct place_group *g = &p->groups[group];
	size_t len;

	path += strspn(path, "/");
	len = strlen(path);
	while (len && path[len - 1] == '/')
		len--;
	*ret_problem = "it is too long";
	if (len >= sizeof(g->path))
		return false;
	memcpy(g->path, path, len);
	g->path[len] = '\0';
	return !p->plan->groups[group].is_glob ||
	       match_set_init(&g->matches, p->arena, &p->plan->groups[group], g->path,
			      CGROUP_MOUNT_USUAL, ret_problem);
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

/* The glob's rows by id: as many as there are matches, so none is searched for from the start. */

static uint32_t *bucket(struct places *p, uint64_t id)
{
	uint64_t at = id * 0x9e3779b97f4a7c15ULL >> 32;

	while (p->by_id[at & p->by_id_mask] && p->rows[p->by_id[at & p->by_id_mask] - 1].id != id)
		at++;
	return &p->by_id[at & p->by_id_mask];
}

static void index_rows(struct places *p, const struct plan_group *g)
{
	memset(p->by_id, 0, ((size_t)p->by_id_mask + 1) * sizeof(*p->by_id));
	for (uint32_t i = g->row_base; i < g->row_base + g->rows; i++) {
		p->rows[i].is_seen = false;
		if (p->rows[i].id)
			*bucket(p, p->rows[i].id) = i + 1;
	}
	p->next_free = g->row_base;
}

static struct cgroup_place *free_row(struct places *p, const struct plan_group *g)
{
	while (p->next_free < g->row_base + g->rows && p->rows[p->next_free].id)
		p->next_free++;
	return p->next_free < g->row_base + g->rows ? &p->rows[p->next_free] : NULL;
}

/* A match: its slot is marked, or it gets one. */
static bool see(struct places *p, const struct plan_group *g, const char *path, uint64_t id)
{
	uint32_t known = *bucket(p, id);
	uint32_t *seen = &p->groups[g - p->plan->groups].seen;
	struct cgroup_place *row;

	if (known) {
		p->rows[known - 1].is_seen = true;
		return false;
	}
	row = free_row(p, g);
	p->lost += !row;
	if (!row || strlen(path) >= PLACE_PATH || !enter(p, row, path))
		return false;
	if (*seen <= row - &p->rows[g->row_base])
		*seen = (uint32_t)(row - &p->rows[g->row_base]) + 1;
	return true;
}

struct entry { /* of getdents64(2) */
	uint64_t ino;
	int64_t off;
	unsigned short len;
	unsigned char type;
	char name[];
};

/* A look over the tree below the root, as deep as the hooks look. It allocates nothing. */
static struct look {
	struct places *places;
	const struct plan_group *group;
	const struct match_set *matches;
	bool changed;
	char path[MMP_PATH_ROOM];
	char entries[MMP_PATH_LEVELS][8192] __attribute__((aligned(8)));
} look;

static void look_into(int dir, unsigned level, size_t len);

static void look_at(int parent, const struct entry *e, unsigned level, size_t len)
{
	int dir;

	if (match_set_has(look.matches, look.path))
		look.changed |= see(look.places, look.group, look.path, e->ino);
	if (level + 1 >= MMP_PATH_LEVELS || !match_set_leads_below(look.matches, look.path))
		return;
	dir = openat(parent, e->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (dir < 0)
		return;
	look_into(dir, level + 1, len);
	close(dir);
}

static void look_into(int dir, unsigned level, size_t len)
{
	char *buf = look.entries[level];
	long n, at;

	while ((n = syscall(SYS_getdents64, dir, buf, sizeof(look.entries[0]))) > 0)
		for (at = 0; at < n; at += ((struct entry *)(void *)(buf + at))->len) {
			const struct entry *e = (struct entry *)(void *)(buf + at);
			int added;

			if (e->type != DT_DIR || !strcmp(e->name, ".") || !strcmp(e->name, ".."))
				continue;
			added = snprintf(look.path + len, sizeof(look.path) - len, "%s%s",
					 len ? "/" : "", e->name);
			if (added < (int)(sizeof(look.path) - len))
				look_at(dir, e, level, len + (size_t)added);
			look.path[len] = '\0';
		}
}

static bool follow_glob(struct places *p, uint32_t group)
{
	const struct plan_group *g = &p->plan->groups[group];
	int root = openat(p->root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	index_rows(p, g);
	look.places = p;
	look.group = g;
	look.matches = &p->groups[group].matches;
	look.changed = false;
	look.path[0] = '\0';
	if (root >= 0) {
		look_into(root, 0, 0);
		close(root);
	}
	for (uint32_t i = g->row_base; i < g->row_base + g->rows; i++)
		if (p->rows[i].id && !p->rows[i].is_seen) {
			leave(&p->rows[i]);
			look.changed = true;
		}
	return look.changed;
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
