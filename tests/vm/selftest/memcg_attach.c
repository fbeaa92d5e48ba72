// SPDX-License-Identifier: GPL-2.0
/* memcg_bpf_ops: attaching to cgroups, who inherits what, and how attachments end */
#include "harness.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static struct bpf_object *object;
static struct memcg_shared *shared;

static void begin(void)
{
	memset(shared, 0, sizeof(*shared));
	create_cgroup("top");
	create_cgroup("top/mid");
	create_cgroup("top/mid/leaf");
}

static void end(void)
{
	check_equal(remove_cgroup("top/mid/leaf"), 0);
	check_equal(remove_cgroup("top/mid"), 0);
	check_equal(remove_cgroup("top"), 0);
}

/* Which policy a charge calls: 1, 2, or 0 for none */
static int policy_of_leaf(const char *cgroup)
{
	__u64 first = shared->charged, second = shared->other_charged;

	charge_in(cgroup, MIB);
	if (shared->charged > first && shared->other_charged > second)
		return 3;
	return shared->charged > first ? 1 : shared->other_charged > second ? 2 : 0;
}

/* Cgroups with children take no processes: a new child stands for them. */
static int policy_of(const char *cgroup)
{
	char probe[64];
	int policy;

	if (cgroup_is_leaf(cgroup))
		return policy_of_leaf(cgroup);
	snprintf(probe, sizeof(probe), "%s/probe", cgroup);
	create_cgroup(probe);
	policy = policy_of_leaf(probe);
	check_equal(remove_cgroup(probe), 0);
	return policy;
}

static int attach_first(const char *cgroup, unsigned int flags)
{
	return attach(object, "first", cgroup, flags);
}

static int attach_second(const char *cgroup, unsigned int flags)
{
	return attach(object, "second", cgroup, flags);
}

/* Checks it and closes it, should there be one against all odds. */
static void check_refused(int link, int error)
{
	check_equal(link, -error);
	if (link >= 0)
		close(link);
}

static void governs_the_subtree(void)
{
	int link;

	begin();
	link = attach_first("top", 0);
	check_range(link, 0, 1000);
	check_equal(policy_of("top/mid/leaf"), 1);
	create_cgroup("top/mid/new");
	check_equal(policy_of("top/mid/new"), 1);
	close(link);
	check_equal(remove_cgroup("top/mid/new"), 0);
	end();
}

static void nobody_else_is_governed(void)
{
	int link;

	begin();
	create_cgroup("top/aside");
	link = attach_first("top/mid", 0);
	check_equal(policy_of("top/aside"), 0);
	check_equal(policy_of("top"), 0);
	check_equal(policy_of("top/mid"), 1);
	close(link);
	check_equal(remove_cgroup("top/aside"), 0);
	end();
}

static void closing_detaches(void)
{
	int link;

	begin();
	link = attach_first("top", 0);
	check_equal(policy_of("top/mid"), 1);
	close(link);
	check_equal(policy_of("top/mid"), 0);
	check_equal(policy_of("top"), 0);
	end();
}

static void detach_works_once(void)
{
	int link;

	begin();
	link = attach_first("top", 0);
	check_equal(bpf_link_detach(link), 0);
	check_equal(policy_of("top/mid"), 0);
	check_equal(link_state_of(link).map_id, 0);
	check_equal(link_state_of(link).cgroup_id, 0);
	check_equal(bpf_link_detach(link), 0);
	close(link);
	end();
}

static void second_attachment_is_busy(void)
{
	int link;

	begin();
	link = attach_first("top", FLAG_ALLOW_OVERRIDE);
	check_refused(attach_first("top", 0), EBUSY);
	check_refused(attach_second("top", FLAG_ALLOW_OVERRIDE), EBUSY);
	check_equal(policy_of("top"), 1);
	close(link);
	end();
}

static void override_needs_consent(void)
{
	int link;

	begin();
	link = attach_first("top", 0);
	check_refused(attach_second("top/mid", 0), EBUSY);
	check_refused(attach_second("top/mid/leaf", FLAG_ALLOW_OVERRIDE), EBUSY);
	check_equal(policy_of("top/mid/leaf"), 1);
	close(link);
	end();
}

/* The overrider's own flags govern what is below it. */
static void override_governs_below(void)
{
	int link, over;

	begin();
	link = attach_first("top", FLAG_ALLOW_OVERRIDE);
	over = attach_second("top/mid", 0);
	check_range(over, 0, 1000);
	check_equal(policy_of("top"), 1);
	check_equal(policy_of("top/mid"), 2);
	check_equal(policy_of("top/mid/leaf"), 2);
	check_refused(attach_first("top/mid/leaf", 0), EBUSY);
	close(over);
	check_equal(policy_of("top/mid/leaf"), 1);
	close(link);
	end();
}

static void detaching_above_leaves_overrider(void)
{
	int link, over;

	begin();
	link = attach_first("top", FLAG_ALLOW_OVERRIDE);
	over = attach_second("top/mid", 0);
	close(link);
	check_equal(policy_of("top"), 0);
	check_equal(policy_of("top/mid/leaf"), 2);
	close(over);
	check_equal(policy_of("top/mid/leaf"), 0);
	end();
}

static void ancestor_comes_first(void)
{
	int link;

	begin();
	link = attach_first("top/mid/leaf", FLAG_ALLOW_OVERRIDE);
	check_refused(attach_second("top", FLAG_ALLOW_OVERRIDE), EBUSY);
	check_equal(policy_of("top/mid"), 0);
	check_equal(policy_of("top/mid/leaf"), 1);
	close(link);
	end();
}

/* Two attachments that have the same ops must not be taken for one. */
static void same_map_twice(void)
{
	int link, below;

	begin();
	link = attach_first("top", FLAG_ALLOW_OVERRIDE);
	below = attach_first("top/mid", FLAG_ALLOW_OVERRIDE);
	check_range(below, 0, 1000);
	check_refused(attach_first("top/mid", 0), EBUSY);
	close(link);
	check_equal(policy_of("top"), 0);
	check_equal(policy_of("top/mid"), 1);
	check_equal(policy_of("top/mid/leaf"), 1);
	close(below);
	check_equal(policy_of("top/mid/leaf"), 0);
	end();
}

static void same_map_on_siblings(void)
{
	int link, aside;

	begin();
	create_cgroup("top/aside");
	link = attach_first("top/mid", 0);
	aside = attach_first("top/aside", 0);
	check_range(aside, 0, 1000);
	close(link);
	check_equal(policy_of("top/mid"), 0);
	check_equal(policy_of("top/aside"), 1);
	close(aside);
	check_equal(remove_cgroup("top/aside"), 0);
	end();
}

static void flags_are_checked(void)
{
	int fd;

	begin();
	fd = open_cgroup("top");
	check_refused(attach_fd(object, "first", fd, 0), EINVAL);
	check_refused(attach_fd(object, "first", fd, FLAG_ALLOW_OVERRIDE), EINVAL);
	check_refused(attach_fd(object, "first", fd, FLAG_CGROUP_FD | 1U << 1), EINVAL);
	check_refused(attach_fd(object, "first", fd, FLAG_CGROUP_FD | 1U << 8), EINVAL);
	check_equal(policy_of("top"), 0);
	close(fd);
	end();
}

static void target_is_checked(void)
{
	int fd = open("/tmp", O_RDONLY);

	begin();
	check_refused(attach_fd(object, "first", fd, FLAG_CGROUP_FD), EBADF);
	check_refused(attach_fd(object, "first", 12345, FLAG_CGROUP_FD), EBADF);
	close(fd);
	end();
}

static void dead_target_is_refused(void)
{
	int fd, link;

	begin();
	create_cgroup("top/gone");
	fd = open_cgroup("top/gone");
	check_equal(remove_cgroup("top/gone"), 0);
	link = attach_fd(object, "first", fd, FLAG_CGROUP_FD);
	check(link == -ENOENT || link == -EBUSY || link == -ENODEV, "attached: %d", link);
	close(fd);
	end();
}

static void map_without_link_is_refused(void)
{
	struct bpf_object *plain = load_object("plain_map");

	if (!check(plain != NULL, "plain_map.bpf.o does not load"))
		return;
	check(!bpf_map__attach_struct_ops(bpf_object__find_map_by_name(plain, "unlinked")),
	      "a map without link was registered");
	check_equal(errno, EOPNOTSUPP);
	bpf_object__close(plain);
}

static void update_is_refused(void)
{
	int link;

	begin();
	link = attach_first("top", 0);
	fill_map(object, "second");
	check_equal(bpf_link_update(link, map_fd_of(object, "second"), NULL), -EOPNOTSUPP);
	check_equal(policy_of("top"), 1);
	close(link);
	end();
}

static void empty_ops_attach(void)
{
	int link;

	begin();
	link = attach(object, "empty", "top", 0);
	check_range(link, 0, 1000);
	check_equal(policy_of("top/mid"), 0);
	close(link);
	end();
}

static bool fdinfo_has(int fd, const char *line)
{
	char path[64], text[512] = "";
	FILE *stream;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	stream = fopen(path, "r");
	if (!stream)
		die("%s", path);
	text[fread(text, 1, sizeof(text) - 1, stream)] = 0;
	fclose(stream);
	return strstr(text, line);
}

static void link_names_its_cgroup(void)
{
	char line[64];
	int link;

	begin();
	link = attach_first("top/mid", 0);
	check_equal(link_state_of(link).cgroup_id, cgroup_id_of("top/mid"));
	check_range(link_state_of(link).map_id, 1, 1000000);
	snprintf(line, sizeof(line), "cgroup_id:\t%llu\n", cgroup_id_of("top/mid"));
	check(fdinfo_has(link, line), "fdinfo lacks %s", line);
	close(link);
	end();
}

static bool hung_up(int fd, int timeout)
{
	struct pollfd pollfd = { .fd = fd };

	return poll(&pollfd, 1, timeout) == 1 && pollfd.revents & POLLHUP;
}

static void removing_the_cgroup_detaches(void)
{
	int link;

	begin();
	create_cgroup("top/target");
	link = attach_first("top/target", 0);
	check(!hung_up(link, 0), "hung up too early");
	check_equal(remove_cgroup("top/target"), 0);
	check(hung_up(link, 5000), "no hang-up");
	check_equal(link_state_of(link).cgroup_id, 0);
	check_equal(link_state_of(link).map_id, 0);
	check(fdinfo_has(link, "cgroup_id:\t0\n"), "fdinfo still names the cgroup");
	check_equal(bpf_link_detach(link), 0);
	close(link);
	end();
}

/*
 * Memory charged to the cgroup outlives it. Freeing that after the policy has gone must not
 * reach for the policy: for lockdep and KASAN to judge.
 */
static void charges_outlive_the_cgroup(void)
{
	int link;

	begin();
	create_cgroup("top/target");
	create_cgroup("top/target/child");
	link = attach_first("top/target", 0);
	if (system("sh -c 'echo 0 >/sys/fs/cgroup/top/target/child/cgroup.procs &&"
		   " dd if=/dev/zero of=/tmp/left bs=1M count=8 2>/dev/null'"))
		die("dd");
	check_equal(remove_cgroup("top/target/child"), 0);
	check_equal(remove_cgroup("top/target"), 0);
	check(hung_up(link, 5000), "no hang-up");
	close(link);
	unlink("/tmp/left");
	usleep(100000);
	end();
}

/* Removal, detaching and closing at the same time, many times over */
static void ends_race(void)
{
	begin();
	for (int i = 0; i < 50; i++) {
		int link;
		pid_t pid;

		create_cgroup("top/target");
		link = attach_first("top/target", 0);
		fflush(stdout);
		pid = fork();
		if (!pid) {
			if (i & 1)
				bpf_link_detach(link);
			_exit(0);
		}
		if (i & 2)
			close(link);
		check_equal(remove_cgroup("top/target"), 0);
		if (!(i & 2)) {
			check(hung_up(link, 5000), "no hang-up in round %d", i);
			close(link);
		}
		while (pid > 0 && waitpid(pid, NULL, 0) != pid)
			;
	}
	end();
}

/* Hooks run while policies and children come and go. */
static void traffic_races(void)
{
	pid_t pid;

	begin();
	create_cgroup("top/busy");
	fflush(stdout);
	pid = fork();
	if (!pid) {
		for (;;)
			charge_in("top/busy", MIB);
	}
	for (int i = 0; i < 100; i++) {
		int link = attach_first("top", FLAG_ALLOW_OVERRIDE);
		int over = attach_second("top/busy", 0);

		check_range(link, 0, 1000);
		check_range(over, 0, 1000);
		create_cgroup("top/new");
		usleep(2000);
		close(i & 1 ? link : over);
		check_equal(remove_cgroup("top/new"), 0);
		close(i & 1 ? over : link);
	}
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) != pid)
		;
	check_range(shared->charged, 1, 1000000);
	check_range(shared->other_charged, 1, 1000000);
	check_equal(remove_cgroup("top/busy"), 0);
	end();
}

int main(void)
{
	static const struct test tests[] = {
		{ "existing and new descendants are governed", governs_the_subtree },
		{ "nobody else is", nobody_else_is_governed },
		{ "closing the link detaches", closing_detaches },
		{ "detaching works, and once more does no harm", detach_works_once },
		{ "a second attachment is busy", second_attachment_is_busy },
		{ "overriding needs the ancestor's consent", override_needs_consent },
		{ "an overrider governs what is below it", override_governs_below },
		{ "detaching above leaves the overrider", detaching_above_leaves_overrider },
		{ "an ancestor cannot come second", ancestor_comes_first },
		{ "one map above and below makes two attachments", same_map_twice },
		{ "one map on siblings makes two attachments", same_map_on_siblings },
		{ "wrong flags are refused", flags_are_checked },
		{ "a target that is no cgroup is refused", target_is_checked },
		{ "a removed cgroup is refused", dead_target_is_refused },
		{ "a map that needs no link is refused", map_without_link_is_refused },
		{ "a link cannot be updated", update_is_refused },
		{ "empty ops can be attached", empty_ops_attach },
		{ "the link names its cgroup", link_names_its_cgroup },
		{ "removing the cgroup detaches and hangs up", removing_the_cgroup_detaches },
		{ "charges outlive cgroup and policy", charges_outlive_the_cgroup },
		{ "removal, detaching and closing race", ends_race },
		{ "hooks run while policies come and go", traffic_races },
	};

	object = load_object("memcg");
	if (!object)
		die("memcg.bpf.o does not load");
	shared = shared_of(object);
	return run_tests(tests, sizeof(tests) / sizeof(*tests));
}
