// SPDX-License-Identifier: GPL-2.0
#include "installed.h"

#include "failure.h"
#include "object/manifest.h"
#include "object/object.h"
#include "run_dir.h"
#include "base/lang.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int installed_map(const struct installed *p, const char *part)
{
	char path[PIN_PATH_MAX];

	return bpf_obj_get(pin_path(path, p->name, part));
}

static int open_file(const struct installed *p, const char *part, int flags)
{
	char path[RUN_PATH_MAX];

	return open(run_path(path, p->name, part), flags | O_CLOEXEC | O_NOFOLLOW);
}

bool installed_read_file(const struct installed *p, const char *part, void *to, size_t size)
{
	int fd = open_file(p, part, O_RDONLY);
	size_t done = 0;
	ssize_t n = 0;

	while (fd >= 0 && done < size && (n = read(fd, (char *)to + done, size - done)) > 0)
		done += (size_t)n;
	if (fd >= 0)
		close(fd);
	return fd >= 0 && done == size;
}

static char *read_file_text(const struct installed *p, const char *part, size_t *ret_size)
{
	int fd = open_file(p, part, O_RDONLY);
	char *text = NULL;
	struct stat st;

	if (fd >= 0 && !fstat(fd, &st) && st.st_size > 0 && st.st_size <= OBJECT_SIZE_MAX)
		text = calloc(1, (size_t)st.st_size + 1);
	if (fd >= 0)
		close(fd);
	if (text && !installed_read_file(p, part, text, (size_t)st.st_size)) {
		free(text);
		text = NULL;
	}
	*ret_size = text ? (size_t)st.st_size + 1 : 0;
	return text;
}

/* The text of a map made by policy_maps.c; NULL where there is none. */
static char *read_map_text(const struct installed *p, const char *part, size_t *ret_size)
{
	struct bpf_map_info info = { 0 };
	uint32_t size = sizeof(info), zero = 0;
	int fd = installed_map(p, part);
	char *text = NULL;

	if (fd < 0)
		return NULL;
	if (!bpf_map_get_info_by_fd(fd, &info, &size) && info.type == BPF_MAP_TYPE_ARRAY &&
	    info.value_size && info.value_size <= 2 * PLAN_FILE_BYTES_MAX)
		text = malloc(info.value_size);
	if (text && bpf_map_lookup_elem(fd, &zero, text)) {
		free(text);
		text = NULL;
	}
	close(fd);
	*ret_size = info.value_size;
	return text;
}

static char *read_text(const struct installed *p, const char *part, size_t *ret_size)
{
	return p->way == INSTALLED_FILES ? read_file_text(p, part, ret_size)
					 : read_map_text(p, part, ret_size);
}

/* One entry of a map whose values have `size` bytes; false where they have not. */
static bool read_value(int fd, void *value, size_t size)
{
	struct bpf_map_info info = { 0 };
	uint32_t len = sizeof(info), zero = 0;

	return fd >= 0 && !bpf_map_get_info_by_fd(fd, &info, &len) && info.value_size == size &&
	       !bpf_map_lookup_elem(fd, &zero, value);
}

static int add_link(const char *part, void *arg)
{
	struct installed *p = arg;
	struct installed_link *list;
	struct owner_link link;
	int fd;

	if (strncmp(part, PIN_LINK, strlen(PIN_LINK)) != 0 || strlen(part) >= sizeof(list->pin))
		return 0;
	fd = installed_map(p, part);
	if (fd < 0)
		return 0;
	list = realloc(p->links, (p->link_count + 1) * sizeof(*list));
	if (list && owner_read_link(fd, &link)) {
		list[p->link_count].link = link;
		strcpy(list[p->link_count++].pin, part);
	}
	p->links = list ? list : p->links;
	close(fd);
	return list ? 0 : -1;
}

static void read_manifest(struct installed *p)
{
	struct failure ignored;
	size_t size;
	char *text = read_text(p, PIN_MANIFEST, &size);

	if (text)
		manifest_parse(&p->manifest, text, size, p->name, &ignored);
	free(text);
	text = read_text(p, PIN_RECORD, &size);
	if (text)
		p->record = json_loadb(text, strnlen(text, size), 0, NULL);
	free(text);
}

static enum installed_condition judge(const struct installed *p, bool has_config)
{
	if (!strncmp(p->name, PIN_TMP, strlen(PIN_TMP)))
		return INSTALLED_LEFTOVER;
	if (p->way == INSTALLED_FILES && !p->pid)
		return INSTALLED_KILLED;
	if (!p->manifest || !p->record || !has_config)
		return INSTALLED_BROKEN;
	return p->config.is_armed ? INSTALLED_WHOLE : INSTALLED_DISARMED;
}

static int open_pinned(struct installed *p, struct failure *f)
{
	bool has_config;
	int fd;

	p->config_fd = installed_map(p, PIN_CONFIG);
	if (p->config_fd < 0 && (errno == EMFILE || errno == ENFILE))
		return fail(f, STATUS_UNSUPPORTED, "cannot look at the policy '%s': %s", p->name,
			    errno_words(errno));
	if (p->config_fd < 0 && (errno == EPERM || errno == EACCES)) {
		fail(f, STATUS_UNSUPPORTED, "no permission to look at the policy '%s'", p->name);
		fail_hint(f, "run mmpctl as root");
		return -1;
	}
	has_config = read_value(p->config_fd, &p->config, sizeof(p->config));
	fd = installed_map(p, PIN_RUN);
	read_value(fd, &p->run, sizeof(p->run));
	if (fd >= 0)
		close(fd);
	read_manifest(p);
	pin_each(p->name, add_link, p);
	p->condition = judge(p, has_config);
	return 0;
}

static void open_held(struct installed *p)
{
	bool has_config;

	p->config_fd = -1;
	p->pid = run_process(p->name);
	has_config = installed_read_file(p, PIN_CONFIG, &p->config, sizeof(p->config));
	installed_read_file(p, PIN_RUN, &p->run, sizeof(p->run));
	installed_read_file(p, RUN_HANDS, &p->hands, sizeof(p->hands));
	read_manifest(p);
	p->condition = judge(p, has_config);
}

static int open_way(struct installed **ret, const char *name, enum installed_way way,
		    struct failure *f)
{
	struct installed *p = calloc(1, sizeof(*p));

	if (!p)
		return fail(f, STATUS_USAGE, "out of memory");
	snprintf(p->name, sizeof(p->name), "%s", name);
	p->way = way;
	if (way == INSTALLED_FILES) {
		open_held(p);
	} else if (open_pinned(p, f)) {
		installed_close(p);
		return -1;
	}
	*ret = p;
	return 0;
}

int installed_lock(struct pin_lock *lock, struct failure *f)
{
	struct stat st;

	if (!pin_lock(lock, false, f))
		return 0;
	return geteuid() && !stat(run_root(), &st) ? 0 : -1;
}

bool installed_exists(const char *name)
{
	return pin_exists(name) || run_exists(name);
}

int installed_open(struct installed **ret, const char *name, struct failure *f)
{
	return open_way(ret, name,
			!pin_exists(name) && run_exists(name) ? INSTALLED_FILES : INSTALLED_HOOKS,
			f);
}

void installed_close(struct installed *p)
{
	if (!p)
		return;
	if (p->config_fd >= 0)
		close(p->config_fd);
	manifest_destroy(p->manifest);
	json_decref(p->record);
	free(p->links);
	free(p);
}

struct name_list {
	const char **names;
	size_t count, pinned; /* the first ones are pinned, the others held by a process */
};

static int add_name(const char *part, void *arg)
{
	struct name_list *list = arg;
	const char **names = realloc(list->names, (list->count + 1) * sizeof(*names));

	if (!names)
		return -1;
	list->names = names;
	names[list->count] = strdup(part);
	return names[list->count] ? (list->count++, 0) : -1;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void sort_names(struct name_list *list, size_t from, size_t to)
{
	if (to > from)
		qsort(list->names + from, to - from, sizeof(*list->names), compare_names);
}

/* Of all policies, in order: names_finish() frees them, also after a failure. */
static int names_read(struct name_list *list, struct failure *f)
{
	int error;

	*list = (struct name_list){ 0 };
	error = pin_each("", add_name, list);
	list->pinned = list->count;
	if (error || run_each(add_name, list))
		return fail(f, STATUS_USAGE, "out of memory");
	sort_names(list, 0, list->pinned);
	sort_names(list, list->pinned, list->count);
	return 0;
}

static void names_finish(struct name_list *list)
{
	while (list->count)
		free((void *)list->names[--list->count]);
	free(list->names);
}

int installed_each(int (*each)(struct installed *p, void *arg), void *arg, struct failure *f)
{
	struct name_list list;
	struct installed *p;
	int ret = names_read(&list, f);
	size_t i;

	for (i = 0; i < list.count && !ret; i++) {
		ret = open_way(&p, list.names[i],
			       i < list.pinned ? INSTALLED_HOOKS : INSTALLED_FILES, f);
		if (ret)
			break;
		ret = each(p, arg);
		installed_close(p);
	}
	names_finish(&list);
	return ret;
}

static int no_such_policy(const char *name, struct failure *f)
{
	struct failure ignored;
	struct name_list list;
	const char *near = NULL;

	fail(f, STATUS_USAGE, "no policy '%s' is loaded", name);
	if (!names_read(&list, &ignored))
		near = nearest_word(name, strlen(name), list.names, list.count);
	if (near)
		fail_hint(f, "did you mean '%s'?", near);
	else
		fail_hint(f,
			  list.count ? "'mmpctl list' shows what is loaded" : "nothing is loaded");
	names_finish(&list);
	return -1;
}

int installed_get(struct installed **ret, const char *name, struct failure *f)
{
	if (!manifest_name_is_valid(name) || !installed_exists(name))
		return no_such_policy(name, f);
	if (installed_open(ret, name, f))
		return -1;
	if ((*ret)->condition != INSTALLED_BROKEN)
		return 0;
	installed_close(*ret);
	fail(f, STATUS_USAGE,
	     "the policy '%s' is not whole: its unloading was interrupted, or another version of "
	     "mmpctl loaded it",
	     name);
	fail_hint(f, "mmpctl unload %s", name);
	return -1;
}

static int write_file(const struct installed *p, const struct mmp_config *config)
{
	int fd = open_file(p, PIN_CONFIG, O_WRONLY), error = 0;

	if (fd < 0)
		return -errno;
	if (pwrite(fd, config, sizeof(*config), 0) != sizeof(*config))
		error = errno ? -errno : -EIO;
	close(fd);
	return error;
}

int installed_write_config(const struct installed *p, const struct mmp_config *config,
			   struct failure *f)
{
	uint32_t zero = 0;
	int error = p->way == INSTALLED_FILES
			    ? write_file(p, config)
			    : bpf_map_update_elem(p->config_fd, &zero, config, BPF_ANY);

	return error ? fail(f, STATUS_UNSUPPORTED, "cannot change the policy '%s': %s", p->name,
			    errno_words(error))
		     : 0;
}

const char *installed_group_path(const struct installed *p, uint32_t index, char *buf, size_t size)
{
	const json_t *group = json_array_get(json_object_get(p->record, "groups"), index);
	const char *path = json_string_value(json_object_get(group, "path"));

	snprintf(buf, size, "/%s", path ? path : "");
	return buf;
}

size_t installed_dead_links(const struct installed *p)
{
	size_t i, dead = 0;

	for (i = 0; i < p->link_count; i++)
		dead += !p->links[i].link.map_id;
	return dead;
}

const char *installed_condition_words(const struct installed *p)
{
	switch (p->condition) {
	case INSTALLED_WHOLE:
		return p->config.mode == MMP_MONITOR ? "monitor" : "enforce";
	case INSTALLED_DISARMED:
		return "disarmed";
	case INSTALLED_BROKEN:
		return "broken";
	case INSTALLED_LEFTOVER:
		return "leftover";
	case INSTALLED_KILLED:
		return "killed";
	}
	return "";
}

const json_t *installed_attachment(const struct installed *p, const char *pin)
{
	const json_t *list = json_object_get(p->record, "attachments"), *entry;
	const char *name;
	size_t i;

	json_array_foreach (list, i, entry) {
		name = json_string_value(json_object_get(entry, "pin"));
		if (name && !strcmp(name, pin))
			return entry;
	}
	return NULL;
}

const char *installed_way_words(const struct installed *p)
{
	return p->way == INSTALLED_FILES ? "files" : "hooks";
}
