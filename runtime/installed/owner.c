// SPDX-License-Identifier: GPL-2.0
#include "owner.h"

#include "base/path.h"
#include "machine/cgroup.h"
#include "failure.h"
#include "pin.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINK_TYPE_STRUCT_OPS 9

static void read_map(struct owner_link *link)
{
	struct bpf_map_info info = { 0 };
	uint32_t size = sizeof(info);
	int fd = link->map_id ? bpf_map_get_fd_by_id(link->map_id) : -1;

	if (fd < 0)
		return;
	if (!bpf_map_get_info_by_fd(fd, &info, &size)) {
		snprintf(link->map_name, sizeof(link->map_name), "%.16s", info.name);
		link->value_type = info.btf_vmlinux_value_type_id;
	}
	close(fd);
}

bool owner_read_link(int fd, struct owner_link *ret)
{
	/* The kernel's bpf_link_info may be longer than our headers': cgroup_id follows map_id. */
	union {
		struct {
			uint32_t type, id, prog_id, pad, map_id, pad2;
			uint64_t cgroup_id;
		} head;
		unsigned char bytes[256];
	} info;
	uint32_t size = sizeof(info);

	memset(&info, 0, sizeof(info));
	if (bpf_obj_get_info_by_fd(fd, &info, &size) || info.head.type != LINK_TYPE_STRUCT_OPS)
		return false;
	*ret = (struct owner_link){ .fd = fd,
				    .id = info.head.id,
				    .map_id = info.head.map_id,
				    .cgroup_id = info.head.cgroup_id };
	read_map(ret);
	return true;
}

int owner_each_link(int (*each)(const struct owner_link *link, void *arg), void *arg)
{
	struct owner_link link;
	uint32_t id = 0;
	int ret = 0, fd;

	while (!ret && !bpf_link_get_next_id(id, &id)) {
		fd = bpf_link_get_fd_by_id(id);
		if (fd < 0)
			continue;
		if (owner_read_link(fd, &link))
			ret = each(&link, arg);
		close(fd);
	}
	return ret;
}

/* nftw() passes no argument, and one search runs at a time. */
static struct {
	uint32_t id;
	char *buf;
	size_t size;
} pin_search;

static int look_at_pin(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	struct owner_link link;
	int fd, is_it;

	if (type != FTW_F)
		return 0;
	fd = bpf_obj_get(path);
	if (fd < 0)
		return 0;
	is_it = owner_read_link(fd, &link) && link.id == pin_search.id;
	close(fd);
	if (is_it)
		snprintf(pin_search.buf, pin_search.size, "%s", path);
	return is_it;
}

void owner_find_pin(uint32_t link_id, char *buf, size_t size)
{
	buf[0] = '\0';
	pin_search.id = link_id;
	pin_search.buf = buf;
	pin_search.size = size;
	nftw(PIN_BPFFS, look_at_pin, 16, FTW_PHYS | FTW_MOUNT);
}

static bool fdinfo_names_link(const char *path, uint32_t id)
{
	FILE *file = fopen(path, "re");
	char line[256];
	unsigned found;
	bool is_it = false;

	while (file && !is_it && fgets(line, sizeof(line), file))
		is_it = sscanf(line, "link_id: %u", &found) == 1 && found == id;
	if (file)
		fclose(file);
	return is_it;
}

static bool process_holds_link(const char *pid, uint32_t id)
{
	char path[600];
	struct dirent *entry;
	bool holds = false;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%.20s/fdinfo", pid);
	dir = opendir(path);
	while (dir && !holds && (entry = readdir(dir))) {
		snprintf(path, sizeof(path), "/proc/%.20s/fdinfo/%s", pid, entry->d_name);
		holds = entry->d_name[0] != '.' && fdinfo_names_link(path, id);
	}
	if (dir)
		closedir(dir);
	return holds;
}

static void add_process(const char *pid, char *buf, size_t size)
{
	char path[64], comm[32] = "";
	size_t len = strlen(buf);
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%.20s/comm", pid);
	file = fopen(path, "re");
	if (file && fgets(comm, sizeof(comm), file))
		comm[strcspn(comm, "\n")] = '\0';
	if (file)
		fclose(file);
	snprintf(buf + len, size - len, "%s%s (pid %s)", len ? ", " : "", comm, pid);
}

void owner_find_processes(uint32_t link_id, char *buf, size_t size)
{
	struct dirent *entry;
	DIR *dir = opendir("/proc");

	buf[0] = '\0';
	while (dir && (entry = readdir(dir)))
		if (isdigit((unsigned char)entry->d_name[0]) && atoi(entry->d_name) != getpid() &&
		    process_holds_link(entry->d_name, link_id))
			add_process(entry->d_name, buf, size);
	if (dir)
		closedir(dir);
}

/* "/sys/fs/bpf/mmp/NAME/link_..." is ours: NAME. */
static bool policy_of_pin(const char *pin, char *name, size_t size)
{
	size_t len = strlen(PIN_ROOT);

	if (strncmp(pin, PIN_ROOT "/", len + 1) != 0)
		return false;
	snprintf(name, size, "%.*s", (int)strcspn(pin + len + 1, "/"), pin + len + 1);
	return true;
}

static void hint_about(const struct owner_link *link, const char *pin, const char *processes,
		       struct failure *f)
{
	char name[128];

	if (policy_of_pin(pin, name, sizeof(name)))
		fail_hint(f,
			  "it is the policy '%s': mmpctl unload %s, or load with --replace under "
			  "that name",
			  name, name);
	else if (pin[0])
		fail_hint(f, "to take it away: rm '%s'", pin);
	else if (processes[0])
		fail_hint(f, "it ends with the process that holds it: %s", processes);
	else
		fail_hint(f, "bpftool link detach id %u", link->id);
}

static void describe_owner(const struct owner_link *link, const char *where, struct failure *f)
{
	size_t len = strlen(f->detail), size = sizeof(f->detail);
	char pin[512], processes[512];

	owner_find_pin(link->id, pin, sizeof(pin));
	owner_find_processes(link->id, processes, sizeof(processes));
	snprintf(f->detail + len, size - len, "link %u, map '%s' (id %u)%s%s%s%s%s%s\n", link->id,
		 link->map_name, link->map_id, where[0] ? ", at " : "", where,
		 pin[0] ? ", pinned at " : "", pin, processes[0] ? ", held by " : "", processes);
	if (!f->hint[0])
		hint_about(link, pin, processes, f);
}

/* The kernel's number for values of a struct_ops type's maps; 0: it has no such type. */
static uint32_t value_type_of(const char *type)
{
	struct btf *btf = btf__load_vmlinux_btf();
	char name[128];
	int id;

	snprintf(name, sizeof(name), "bpf_struct_ops_%s", type);
	id = btf ? btf__find_by_name_kind(btf, name, BTF_KIND_STRUCT) : 0;
	btf__free(btf);
	return id > 0 ? (uint32_t)id : 0;
}

/*
 * Relation of another policy to the refused cgroup, ordered from harmless to decisive. One at the
 * cgroup itself always forbids. One below it does, and shows that what is above allows override, or
 * it could not be there. Of those above only the nearest counts, and it then forbids.
 */
enum place { PLACE_ELSEWHERE, PLACE_ABOVE, PLACE_BELOW, PLACE_HERE };

static enum place place_of(const char *path, const char *seen_from)
{
	if (!strcmp(path, seen_from))
		return PLACE_HERE;
	if (path_is_below(path, seen_from))
		return PLACE_BELOW;
	return path_is_below(seen_from, path) ? PLACE_ABOVE : PLACE_ELSEWHERE;
}

struct cgroup_search {
	const struct cgroup_mount *mount;
	const struct cgroup *cgroup;
	uint32_t value_type;
	struct failure *f;
	enum place place; /* the most decisive one */
	size_t nearest; /* the longest path above */
};

static int weigh_cgroup_link(const struct owner_link *link, void *arg)
{
	struct cgroup_search *s = arg;
	const char *path = cgroup_path_of_id(s->mount, link->cgroup_id);
	enum place place = path ? place_of(path + 1, s->cgroup->path) : PLACE_ELSEWHERE;

	if (link->value_type != s->value_type)
		return 0;
	if (place > s->place)
		s->place = place;
	if (place == PLACE_ABOVE && strlen(path + 1) > s->nearest)
		s->nearest = strlen(path + 1);
	return 0;
}

static int tell_cgroup_link(const struct owner_link *link, void *arg)
{
	struct cgroup_search *s = arg;
	const char *path = cgroup_path_of_id(s->mount, link->cgroup_id);

	if (link->value_type != s->value_type || !path ||
	    place_of(path + 1, s->cgroup->path) != s->place)
		return 0;
	if (s->place != PLACE_ABOVE || strlen(path + 1) == s->nearest)
		describe_owner(link, path, s->f);
	return 0;
}

static void hint_if_none(struct failure *f)
{
	if (!f->hint[0])
		fail_hint(f, "'bpftool link list' shows all links; seeing their owners needs root");
}

void owner_of_cgroup(const char *type, const struct cgroup_mount *mount, const struct cgroup *c,
		     struct failure *f)
{
	struct cgroup_search s = {
		.mount = mount, .cgroup = c, .value_type = value_type_of(type), .f = f
	};

	if (s.value_type)
		owner_each_link(weigh_cgroup_link, &s);
	if (s.place != PLACE_ELSEWHERE)
		owner_each_link(tell_cgroup_link, &s);
	hint_if_none(f);
}

struct process_search {
	uint32_t value_type;
	struct failure *f;
};

/* The kernel does not say which process a link is for; any of that type may be it. */
static int look_at_process_link(const struct owner_link *link, void *arg)
{
	struct process_search *s = arg;

	if (link->value_type == s->value_type && link->map_id)
		describe_owner(link, "", s->f);
	return 0;
}

void owner_of_process(const char *type, struct failure *f)
{
	struct process_search s = { .value_type = value_type_of(type), .f = f };

	if (s.value_type)
		owner_each_link(look_at_process_link, &s);
	hint_if_none(f);
}
