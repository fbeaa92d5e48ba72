// SPDX-License-Identifier: GPL-2.0
#include "cgroup_match.h"

#include "cgroup.h"
#include "failure.h"
#include "plan/plan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Below the mount, which the plan takes as the usual one. */
static const char *below(const char *path, const char *mount)
{
	size_t usual = strlen(CGROUP_MOUNT_USUAL), len = strlen(mount);

	if (!strncmp(path, mount, len) && (path[len] == '/' || !path[len]))
		path += len;
	else if (!strncmp(path, CGROUP_MOUNT_USUAL, usual) && (path[usual] == '/' || !path[usual]))
		path += usual;
	return path + strspn(path, "/");
}

static bool add_bound(struct match_set *s, struct arena *a, const char *bound, const char *mount,
		      const char **ret_problem)
{
	char *path = arena_strdup(a, below(bound, mount));
	const char *const *each;

	for (size_t len = strlen(path); len && path[len - 1] == '/'; len--)
		path[len - 1] = '\0';
	each = pattern_expand(a, path, ret_problem);
	if (!each)
		return false;
	s->in = arena_array(a, struct mmp_pattern, PATTERN_ALTERNATIVES_MAX);
	for (; *each; each++)
		if (!pattern_compile(&s->in[s->in_count++], *each, ret_problem))
			return false;
	return true;
}

static bool add_own(struct match_set *s, struct arena *a, const struct plan_group *g,
		    const char *mount, const char **ret_problem)
{
	const char *plain[] = { g->absolute };
	const char **list = g->is_glob ? g->patterns : plain;

	s->in_count = g->is_glob ? g->pattern_count : 1;
	s->in = arena_array(a, struct mmp_pattern, s->in_count);
	for (uint32_t i = 0; i < s->in_count; i++)
		if (!pattern_compile(&s->in[i], below(list[i], mount), ret_problem))
			return false;
	return true;
}

bool match_set_init(struct match_set *s, struct arena *a, const struct plan_group *g,
		    const char *bound, const char *mount, const char **ret_problem)
{
	*s = (struct match_set){ .out = arena_array(a, struct mmp_pattern,
						    2 * g->exception_count) };
	for (uint32_t i = 0; i < g->exception_count; i++) {
		const char *path = below(g->exceptions[i], mount);
		const char *all = arena_printf(a, "%s%s**", path, *path ? "/" : "");

		if (!pattern_compile(&s->out[s->out_count++], path, ret_problem) ||
		    !pattern_compile(&s->out[s->out_count++], all, ret_problem))
			return false;
	}
	return bound ? add_bound(s, a, bound, mount, ret_problem)
		     : add_own(s, a, g, mount, ret_problem);
}

static bool is_left_out(const struct match_set *s, const char *path)
{
	for (uint32_t i = 0; i < s->out_count; i++)
		if (pattern_matches(&s->out[i], path))
			return true;
	return false;
}

bool match_set_has(const struct match_set *s, const char *path)
{
	for (uint32_t i = 0; i < s->in_count; i++)
		if (pattern_matches(&s->in[i], path))
			return !is_left_out(s, path);
	return false;
}

bool match_set_leads_below(const struct match_set *s, const char *path)
{
	for (uint32_t i = 0; i < s->in_count; i++)
		if (pattern_leads_below(&s->in[i], path))
			return true;
	return false;
}

struct match_walk {
	const struct match_set *set;
	int (*each)(unsigned depth, uint64_t id, int dir, void *arg);
	void *arg;
	char path[4096];
};

#define OUTSIDE UINT32_MAX /* a depth: above any match */

static int walk(struct match_walk *w, int fd, unsigned depth, size_t len);

/* Takes over fd, of the cgroup at w->path. */
static int visit(struct match_walk *w, int fd, unsigned depth, size_t len)
{
	struct stat st;
	int ret = 0;

	if (match_set_has(w->set, w->path))
		depth = 0;
	else if (is_left_out(w->set, w->path))
		depth = OUTSIDE;
	if ((depth == OUTSIDE && !match_set_leads_below(w->set, w->path)) || fstat(fd, &st)) {
		close(fd);
		return 0;
	}
	if (depth != OUTSIDE)
		ret = w->each(depth, st.st_ino, fd, w->arg);
	if (!ret)
		return walk(w, fd, depth == OUTSIDE ? depth : depth + 1, len);
	close(fd);
	return ret;
}

/* Takes over fd. A child that vanishes meanwhile is skipped. */
static int walk(struct match_walk *w, int fd, unsigned depth, size_t len)
{
	DIR *dir = fdopendir(fd);
	struct dirent *entry;
	int ret = 0, child, added;

	if (!dir) {
		close(fd);
		return 0;
	}
	while (!ret && (entry = readdir(dir))) {
		if (entry->d_type != DT_DIR || !strcmp(entry->d_name, ".") ||
		    !strcmp(entry->d_name, ".."))
			continue;
		added = snprintf(w->path + len, sizeof(w->path) - len, "%s%s", len ? "/" : "",
				 entry->d_name);
		if (added >= (int)(sizeof(w->path) - len))
			continue;
		child = openat(fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (child >= 0)
			ret = visit(w, child, depth, len + (size_t)added);
		w->path[len] = '\0';
	}
	closedir(dir);
	return ret;
}

int cgroup_each_match(const struct cgroup_mount *m, const struct plan_group *g, const char *bound,
		      int (*each)(unsigned depth, uint64_t id, int dir, void *arg), void *arg,
		      struct failure *f)
{
	struct match_walk w = { .each = each, .arg = arg };
	int fd = openat(m->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), ret;
	struct match_set set;
	struct arena a;
	const char *problem;

	if (fd < 0)
		return fail(f, STATUS_TARGET, "cannot read the cgroup2 mount '%s': %s", m->path,
			    errno_words(errno));
	arena_init(&a);
	w.set = &set;
	if (match_set_init(&set, &a, g, bound, m->path, &problem)) {
		ret = visit(&w, fd, OUTSIDE, 0);
	} else {
		close(fd);
		ret = fail(f, STATUS_USAGE, "the path '%s' cannot be used: %s",
			   bound ? bound : g->path, problem);
	}
	arena_finish(&a);
	return ret;
}
