// SPDX-License-Identifier: GPL-2.0
/* Cgroup paths, on a made tree: nothing leads out of the mount. */
#include "plan/plan.h"
#include "runtime/machine/cgroup.h"
#include "runtime/machine/cgroup_match.h"
#include "runtime/failure.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static struct cgroup_mount mount;
static struct failure f;

static int make_tree(void **state)
{
	snprintf(mount.path, sizeof(mount.path), "/tmp/rt_cgroup.XXXXXX");
	if (!mkdtemp(mount.path))
		return -1;
	mount.fd = open(mount.path, O_RDONLY | O_DIRECTORY);
	return mkdirat(mount.fd, "a", 0755) || mkdirat(mount.fd, "a/b", 0755) ||
	       mkdirat(mount.fd, "a/c", 0755) || symlinkat("/etc", mount.fd, "out") ||
	       symlinkat("a", mount.fd, "within");
}

static int remove_tree(void **state)
{
	unlinkat(mount.fd, "out", 0);
	unlinkat(mount.fd, "within", 0);
	unlinkat(mount.fd, "a/b", AT_REMOVEDIR);
	unlinkat(mount.fd, "a/c", AT_REMOVEDIR);
	unlinkat(mount.fd, "a", AT_REMOVEDIR);
	close(mount.fd);
	return rmdir(mount.path);
}

static void check_opens(const char *path, const char *below)
{
	struct cgroup c;
	struct stat st;

	assert_int_equal(cgroup_open(&mount, path, &c, &f), 0);
	assert_string_equal(c.path, below);
	assert_int_equal(fstatat(mount.fd, *below ? below : ".", &st, 0), 0);
	assert_int_equal(c.id, st.st_ino);
	cgroup_close(&c);
}

static void check_refused(const char *path, const char *words)
{
	struct cgroup c;

	assert_int_equal(cgroup_open(&mount, path, &c, &f), -1);
	assert_int_equal(f.status, STATUS_TARGET);
	assert_non_null(strstr(f.text, words));
}

static void paths_below_the_mount_open(void **state)
{
	char absolute[600];

	check_opens("a", "a");
	check_opens("a/b", "a/b");
	check_opens("a/b//", "a/b");
	check_opens("/", "");
	snprintf(absolute, sizeof(absolute), "%s/a/b", mount.path);
	check_opens(absolute, "a/b");
}

static void paths_elsewhere_are_refused(void **state)
{
	char beside[600];

	check_refused("/etc", "not below");
	snprintf(beside, sizeof(beside), "%s-beside/a", mount.path);
	check_refused(beside, "not below");
	check_refused("../../etc", "leads out");
	check_refused("a/../../etc", "leads out");
	check_refused("out", "leads out");
	check_refused("out/passwd", "leads out");
	check_refused("within", "leads out");
	check_refused("missing", "there is no cgroup 'missing'");
}

static void overlong_paths_are_refused(void **state)
{
	char path[4000];

	memset(path, 'a', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	check_refused(path, "too long");
}

/* Notes "depth" for each. */
static int note(unsigned depth, uint64_t id, int dir, void *arg)
{
	sprintf((char *)arg + strlen(arg), "%u", depth);
	return 0;
}

static void check_matches(const char **patterns, uint32_t count, const char **exceptions,
			  uint32_t exception_count, const char *depths)
{
	struct plan_group g = { .path = "p",
				.is_glob = true,
				.patterns = patterns,
				.pattern_count = count,
				.exceptions = exceptions,
				.exception_count = exception_count };
	char names[64] = "";

	assert_int_equal(cgroup_each_match(&mount, &g, NULL, note, names, &f), 0);
	assert_string_equal(names, depths);
}

static void globs_match_and_have_all_below(void **state)
{
	const char *two[] = { "/sys/fs/cgroup/*", "/sys/fs/cgroup/a/b" };
	const char *one[] = { "/sys/fs/cgroup/a/[bx]*" };
	const char *all[] = { "/sys/fs/cgroup/**" };
	const char *out[] = { "/sys/fs/cgroup/*/c" };

	check_matches(one, 1, NULL, 0, "0");
	check_matches(two, 1, NULL, 0, "011"); /* symbolic links are no cgroups */
	check_matches(two, 1, out, 1, "01");
	check_matches(all, 1, NULL, 0, "000");
	check_matches(all, 1, out, 1, "00");
}

static int count_one(uint64_t id, void *arg)
{
	++*(unsigned *)arg;
	return 0;
}

static int stop_at_second(uint64_t id, void *arg)
{
	return ++*(unsigned *)arg == 2;
}

static void a_walk_leaves_out_what_it_is_told(void **state)
{
	struct cgroup top;
	unsigned count = 0;

	assert_int_equal(cgroup_open(&mount, "/", &top, &f), 0);
	assert_int_equal(cgroup_each_below(&top, count_one, &count, &f), 0);
	assert_int_equal(count, 4);
	count = 0;
	assert_int_equal(cgroup_each_below(&top, stop_at_second, &count, &f), 0);
	assert_int_equal(count, 2);
	cgroup_close(&top);
}

static bool choose(struct cgroup_mount *m, const char *lines)
{
	FILE *file = fmemopen((void *)lines, strlen(lines), "r");
	bool found = cgroup_mount_choose(m, file);

	fclose(file);
	return found;
}

#define HIDDEN "40 1 0:9 /docker/ab /srv/c\\040d/cgroup rw - cgroup2 cgroup2 rw\n"
#define WHOLE "41 1 0:9 / /mnt/whole rw - cgroup2 cgroup2 rw\n"
#define USUAL "42 1 0:9 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw\n"
#define COVER "43 1 0:10 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n"
#define PART "44 1 0:9 /docker/ab /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"

/* A part of the tree may be mounted before the whole, and at its usual place over it. */
static void the_mount_of_the_whole_tree_is_chosen(void **state)
{
	struct cgroup_mount m;

	assert_false(choose(&m, "1 1 8:1 / / rw - ext4 /dev/vda rw\n"));
	assert_true(choose(&m, HIDDEN WHOLE USUAL));
	assert_string_equal(m.path, "/sys/fs/cgroup");
	assert_string_equal(m.root, "/");
	assert_true(choose(&m, HIDDEN WHOLE));
	assert_string_equal(m.path, "/mnt/whole");
	assert_true(choose(&m, USUAL WHOLE COVER));
	assert_string_equal(m.path, "/mnt/whole");
	assert_true(choose(&m, USUAL PART));
	assert_string_equal(m.path, "/sys/fs/cgroup");
	assert_string_equal(m.root, "/docker/ab");
	assert_true(choose(&m, HIDDEN));
	assert_string_equal(m.path, "/srv/c d/cgroup");
	assert_false(choose(&m, USUAL COVER));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_below_the_mount_open),
		cmocka_unit_test(paths_elsewhere_are_refused),
		cmocka_unit_test(overlong_paths_are_refused),
		cmocka_unit_test(globs_match_and_have_all_below),
		cmocka_unit_test(a_walk_leaves_out_what_it_is_told),
		cmocka_unit_test(the_mount_of_the_whole_tree_is_chosen),
	};

	return cmocka_run_group_tests(tests, make_tree, remove_tree);
}
