// SPDX-License-Identifier: GPL-2.0
/* Which processes a name means, in folders that look like cgroups. */
#include "runtime/failure.h"
#include "runtime/object/manifest.h"
#include "runtime/policy/policy.h"
#include "runtime/machine/process.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/mmp-process.XXXXXX";
static struct process_list list;
static struct failure f;

static void write_members(const char *file, int times)
{
	FILE *out = fopen(file, "we");

	assert_non_null(out);
	while (times--)
		fprintf(out, "%d\n", getpid());
	fclose(out);
}

static int set_up(void **state)
{
	if (!mkdtemp(folder) || chdir(folder) || mkdir("below", 0755))
		return -1;
	write_members("cgroup.procs", 2);
	write_members("below/cgroup.procs", 1);
	return 0;
}

static int tear_down(void **state)
{
	return unlink("cgroup.procs") || unlink("below/cgroup.procs") || rmdir("below") ||
	       rmdir(folder);
}

/* The kernel may list one twice, and one that moves meanwhile stands in two cgroups. */
static void a_process_counts_once(void **state)
{
	struct manifest_group named = { .name = "web", .path = "web" };
	struct plan_group planned = { .name = "web", .path = "/", .absolute = "/sys/fs/cgroup" };
	struct plan plan = { .groups = &planned, .group_count = 1 };
	struct manifest manifest = { .plan = &plan, .groups = &named, .group_count = 1 };
	struct cgroup_mount mount = { .path = "/sys/fs/cgroup",
				      .fd = open(".", O_RDONLY | O_DIRECTORY) };
	struct policy_group group = { .cgroup = { .fd = -1 } };
	struct policy p = { .manifest = &manifest, .mount = &mount, .groups = &group };
	struct manifest_process process = { .name = "web",
					    .kind = PLAN_PROCESS_CGROUP,
					    .group = 0 };

	assert_int_equal(process_resolve(&process, &p, NULL, &list, &f), 0);
	assert_int_equal(list.count, 1);
	assert_int_equal(list.pids[0], getpid());
	close(mount.fd);
}

/* What has ended and was not waited for is listed too, and has no memory that a policy could
 * manage. */
static void a_dead_process_does_not_count(void **state)
{
	struct manifest_process process = { .name = "web",
					    .kind = PLAN_PROCESS_PID,
					    .group = MANIFEST_NONE };
	siginfo_t info;
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
	process.pid = pid;
	assert_int_equal(process_resolve(&process, NULL, NULL, &list, &f), -1);
	assert_non_null(strstr(f.text, "there is no process"));
	waitpid(pid, NULL, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_process_counts_once),
		cmocka_unit_test(a_dead_process_does_not_count),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
