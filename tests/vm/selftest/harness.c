// SPDX-License-Identifier: GPL-2.0
#include "harness.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096UL
#define ROOT "/sys/fs/cgroup"

static bool failed;

void die(const char *format, ...)
{
	va_list args;

	printf("Bail out! ");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf(": %s\n", strerror(errno));
	exit(1);
}

bool check(bool condition, const char *format, ...)
{
	va_list args;

	if (condition)
		return true;
	failed = true;
	printf("# ");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
	return false;
}

static int ignore_libbpf(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	(void)format;
	(void)args;
	return 0;
}

int run_tests(const struct test *tests, size_t count)
{
	bool any_failed = false;

	setvbuf(stdout, NULL, _IOLBF, 0);
	libbpf_set_print(ignore_libbpf);
	printf("1..%zu\n", count);
	for (size_t i = 0; i < count; i++) {
		failed = false;
		tests[i].run();
		any_failed |= failed;
		printf("%s %zu - %s\n", failed ? "not ok" : "ok", i + 1, tests[i].name);
	}
	return any_failed;
}

/* --- Programs --- */

struct bpf_object *load_object(const char *name)
{
	const char *project = getenv("PROJECT");
	struct bpf_object *object;
	char path[256];

	snprintf(path, sizeof(path), "%s/build/vm/selftest/%s.bpf.o", project ? project : ".",
		 name);
	object = bpf_object__open(path);
	if (!object)
		die("%s", path);
	if (!bpf_object__load(object))
		return object;
	bpf_object__close(object);
	return NULL;
}

static struct bpf_map *map_of(struct bpf_object *object, const char *name)
{
	struct bpf_map *map = bpf_object__find_map_by_name(object, name);

	if (!map)
		die("no map %s", name);
	return map;
}

/* libbpf 1.4 maps the section itself for skeletons only. */
void *shared_of(struct bpf_object *object)
{
	struct bpf_map *map = map_of(object, ".data.shared");
	void *memory = mmap(NULL, bpf_map__value_size(map), PROT_READ | PROT_WRITE, MAP_SHARED,
			    bpf_map__fd(map), 0);

	if (memory == MAP_FAILED)
		die("shared data");
	return memory;
}

int map_fd_of(struct bpf_object *object, const char *name)
{
	return bpf_map__fd(map_of(object, name));
}

/*
 * libbpf 1.4 fills the map on the way to a link of its own. For memcg_bpf_ops that link fails,
 * for want of a cgroup, and the map is filled all the same.
 */
void fill_map(struct bpf_object *object, const char *name)
{
	bpf_link__destroy(bpf_map__attach_struct_ops(map_of(object, name)));
}

int attach_fd(struct bpf_object *object, const char *map, int target_fd, unsigned int flags)
{
	LIBBPF_OPTS(bpf_link_create_opts, options, .flags = flags);

	fill_map(object, map);
	return bpf_link_create(map_fd_of(object, map), target_fd, LINK_TYPE_STRUCT_OPS, &options);
}

int attach(struct bpf_object *object, const char *map, const char *cgroup, unsigned int flags)
{
	int cgroup_fd = open_cgroup(cgroup);
	int link_fd = attach_fd(object, map, cgroup_fd, flags | FLAG_CGROUP_FD);

	close(cgroup_fd);
	return link_fd;
}

struct link_state link_state_of(int link_fd)
{
	/* The header's struct ends before cgroup_id. */
	union {
		struct bpf_link_info info;
		struct {
			__u32 type, id, prog_id, hole;
			__u32 map_id, hole2;
			__u64 cgroup_id;
		};
	} raw = {};
	__u32 size = sizeof(raw);

	if (bpf_link_get_info_by_fd(link_fd, &raw.info, &size))
		die("link info");
	return (struct link_state){ .map_id = raw.map_id, .cgroup_id = raw.cgroup_id };
}

/* --- Control groups --- */

static const char *cgroup_path(const char *name, const char *file)
{
	static char path[512];

	snprintf(path, sizeof(path), ROOT "/%s%s%s", name, file ? "/" : "", file ? file : "");
	return path;
}

int try_write_cgroup(const char *name, const char *file, const char *value)
{
	int fd = open(cgroup_path(name, file), O_WRONLY);
	int result;

	if (fd < 0)
		die("%s", cgroup_path(name, file));
	result = write(fd, value, strlen(value)) < 0 ? -errno : 0;
	close(fd);
	return result;
}

void write_cgroup(const char *name, const char *file, const char *value)
{
	if (try_write_cgroup(name, file, value))
		die("%s > %s", value, cgroup_path(name, file));
}

void create_cgroup(const char *name)
{
	char parent[256];
	char *slash;

	snprintf(parent, sizeof(parent), "%s", name);
	slash = strrchr(parent, '/');
	if (slash) {
		*slash = 0;
		write_cgroup(parent, "cgroup.subtree_control", "+memory");
	}
	if (mkdir(cgroup_path(name, NULL), 0755))
		die("mkdir %s", name);
}

int remove_cgroup(const char *name)
{
	int result = 0;

	eventually(!(result = rmdir(cgroup_path(name, NULL)) ? -errno : 0) || result != -EBUSY);
	return result;
}

int open_cgroup(const char *name)
{
	int fd = open(cgroup_path(name, NULL), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		die("%s", name);
	return fd;
}

/* A directory's links are its children, itself and its name in the parent. */
bool cgroup_is_leaf(const char *name)
{
	struct stat st;

	if (stat(cgroup_path(name, NULL), &st))
		die("%s", name);
	return st.st_nlink == 2;
}

__u64 cgroup_id_of(const char *name)
{
	struct stat st;

	if (stat(cgroup_path(name, NULL), &st))
		die("%s", name);
	return st.st_ino;
}

long read_cgroup(const char *name, const char *file)
{
	return read_cgroup_key(name, file, NULL);
}

long read_cgroup_key(const char *name, const char *file, const char *key)
{
	FILE *stream = fopen(cgroup_path(name, file), "r");
	char word[64];
	long value = -1;

	if (!stream)
		die("%s", cgroup_path(name, file));
	if (!key && fscanf(stream, "%ld", &value) != 1)
		value = -1;
	while (key && fscanf(stream, "%63s %ld", word, &value) == 2 && strcmp(word, key))
		value = -1;
	fclose(stream);
	return value;
}

/* --- Children --- */

static void touch_base_pages(size_t size)
{
	char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED || madvise(memory, size, MADV_NOHUGEPAGE))
		die("mmap");
	for (size_t at = 0; at < size; at += PAGE)
		memory[at] = 1;
}

static void enter_cgroup(const char *cgroup)
{
	write_cgroup(cgroup, "cgroup.procs", "0");
}

struct child start_holder(const char *cgroup, size_t size)
{
	struct child child;
	char byte = 0;
	int ready[2];

	if (pipe2(ready, O_CLOEXEC))
		die("pipe");
	fflush(stdout);
	child.pid = fork();
	if (child.pid < 0)
		die("fork");
	if (!child.pid) {
		enter_cgroup(cgroup);
		touch_base_pages(size);
		if (write(ready[1], &byte, 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		die("the child did not get its memory");
	close(ready[0]);
	return child;
}

void stop_child(struct child *child)
{
	kill(child->pid, SIGKILL);
	if (waitpid(child->pid, NULL, 0) != child->pid)
		die("waitpid");
}

static struct usage measure_charging(size_t size)
{
	struct rusage before, after;
	long start = now_ms();

	getrusage(RUSAGE_SELF, &before);
	touch_base_pages(size);
	getrusage(RUSAGE_SELF, &after);
	return (struct usage){ .milliseconds = now_ms() - start,
			       .sleeps = after.ru_nvcsw - before.ru_nvcsw };
}

struct usage charge_in(const char *cgroup, size_t size)
{
	struct usage usage = {};
	int result[2], status;
	pid_t pid;

	if (pipe2(result, O_CLOEXEC))
		die("pipe");
	fflush(stdout);
	pid = fork();
	if (pid < 0)
		die("fork");
	if (!pid) {
		enter_cgroup(cgroup);
		usage = measure_charging(size);
		_exit(write(result[1], &usage, sizeof(usage)) != sizeof(usage));
	}
	if (waitpid(pid, &status, 0) != pid || status)
		die("the charging child ended with %#x", status);
	if (read(result[0], &usage, sizeof(usage)) != sizeof(usage))
		die("read");
	close(result[0]);
	close(result[1]);
	return usage;
}

long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}
