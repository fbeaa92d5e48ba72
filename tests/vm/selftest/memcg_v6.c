// SPDX-License-Identifier: GPL-2.0
/* memcg_bpf_ops in the shape of revisions 3 to 6, on a kernel that has it */
#include "harness.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct bpf_object *object;
static struct memcg_shared *shared;

/* libbpf passes no relative_fd for struct_ops. Returns the link's descriptor or -errno. */
static int attach_v6(const char *cgroup, unsigned int flags)
{
	/* bpf_attr.link_create, of which the headers we build with know a part */
	struct {
		__u32 map_fd, target_fd, attach_type, flags;
		__u32 relative_fd, hole;
		__u64 expected_revision;
	} attr = {};
	int cgroup_fd = open_cgroup(cgroup);
	int link;

	fill_map(object, "first");
	attr.map_fd = map_fd_of(object, "first");
	attr.attach_type = LINK_TYPE_STRUCT_OPS;
	attr.flags = flags;
	attr.relative_fd = cgroup_fd;
	link = syscall(SYS_bpf, BPF_LINK_CREATE, &attr, sizeof(attr));
	if (link < 0)
		link = -errno;
	close(cgroup_fd);
	return link;
}

static void begin(void)
{
	memset(shared, 0, sizeof(*shared));
	create_cgroup("top");
	create_cgroup("top/guarded");
	create_cgroup("top/other");
}

static void end(void)
{
	check_equal(remove_cgroup("top/guarded"), 0);
	check_equal(remove_cgroup("top/other"), 0);
	check_equal(remove_cgroup("top"), 0);
}

static void check_refused(int link, int error)
{
	check_equal(link, -error);
	if (link >= 0)
		close(link);
}

static void attaches_by_relative_fd(void)
{
	int link, over;

	begin();
	link = attach_v6("top", FLAG_ALLOW_OVERRIDE);
	check_range(link, 0, 1000);
	check_equal(link_state_of(link).cgroup_id, cgroup_id_of("top"));
	check_refused(attach_v6("top", 0), EBUSY);
	over = attach_v6("top/guarded", 0);
	check_range(over, 0, 1000);
	close(over);
	create_cgroup("top/new");
	check_equal(shared->online, 1);
	check_equal(remove_cgroup("top/new"), 0);
	close(link);
	end();
}

static void knows_no_cgroup_flag(void)
{
	begin();
	check_refused(attach_v6("top", FLAG_CGROUP_FD), EINVAL);
	check_refused(attach(object, "first", "top", 0), EINVAL);
	end();
}

static void protects(__u64 *answer, const __u64 *calls)
{
	struct child guarded, other;
	int link;

	begin();
	guarded = start_holder("top/guarded", 32 * MIB);
	other = start_holder("top/other", 32 * MIB);
	link = attach_v6("top/guarded", 0);
	*answer = 1;
	try_write_cgroup("top", "memory.reclaim", "24M");
	check_range(*calls, 1, 1000000);
	check_range(read_cgroup("top/guarded", "memory.current") / MIB, 31, 34);
	check_range(read_cgroup("top/other", "memory.current") / MIB, 0, 12);
	close(link);
	stop_child(&guarded);
	stop_child(&other);
	end();
}

static void low_protects(void)
{
	protects(&shared->answer_low, &shared->below_low);
}

static void min_protects(void)
{
	protects(&shared->answer_min, &shared->below_min);
}

static void delay_delays(void)
{
	struct usage usage;
	int link;

	begin();
	link = attach_v6("top/guarded", 0);
	shared->answer_delay = 100;
	usage = charge_in("top/guarded", MIB);
	shared->answer_delay = 0;
	check_range(shared->charged, 4, 100);
	check_range(usage.milliseconds, 400, 10000);
	check_range(usage.sleeps, 4, 100);
	close(link);
	end();
}

static void newer_shape_is_refused(void)
{
	check(!load_object("memcg"), "the newer shape was accepted");
	check(!load_object("reclaim"), "there is a kfunc that reclaims");
}

int main(void)
{
	static const struct test tests[] = {
		{ "a cgroup is named by relative_fd", attaches_by_relative_fd },
		{ "there is no flag for it", knows_no_cgroup_flag },
		{ "below_low protects", low_protects },
		{ "below_min protects", min_protects },
		{ "get_high_delay_ms delays", delay_delays },
		{ "the newer shape and the kfunc are unknown", newer_shape_is_refused },
	};

	object = load_object("memcg_v6");
	if (!object)
		die("memcg_v6.bpf.o does not load");
	shared = shared_of(object);
	return run_tests(tests, sizeof(tests) / sizeof(*tests));
}
