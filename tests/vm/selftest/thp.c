// SPDX-License-Identifier: GPL-2.0
/*
 * bpf_thp_ops. Run with "v11" on a kernel booted with bpf_thp_v11=1, where a negative answer
 * denies. Run with "huge" by itself, after execve(): prints the kB of huge pages that a mapping
 * gets.
 */
#include "harness.h"
#include "thp_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

enum { PAGEFAULT = 1, KHUGEPAGED = 2, FORCED_COLLAPSE = 3, SWAP_PAGEFAULT = 4 };

static const char *self;

static int print_huge(void)
{
	long kb = huge_of_new_memory();

	return write(1, &kb, sizeof(kb)) != sizeof(kb);
}

/* --- Policies --- */

struct policy {
	struct bpf_object *object;
	struct thp_shared *shared;
	int link; /* or -errno */
};

static void set_pid(struct bpf_object *object, const char *map, pid_t pid)
{
	size_t size;
	pid_t *value = bpf_map__initial_value(bpf_object__find_map_by_name(object, map), &size);

	*value = pid;
}

/* The struct's pid has to be set between opening and loading. */
static struct policy load_policy(pid_t first, pid_t second, int order)
{
	struct policy policy = { .link = -1 };
	char path[256];

	snprintf(path, sizeof(path), "%s/build/vm/selftest/thp.bpf.o", getenv("PROJECT"));
	policy.object = bpf_object__open(path);
	if (!policy.object)
		die("%s", path);
	set_pid(policy.object, "first", first);
	set_pid(policy.object, "second", second);
	if (bpf_object__load(policy.object))
		die("thp.bpf.o does not load");
	policy.shared = shared_of(policy.object);
	for (int i = 0; i < TVA_TYPES; i++)
		policy.shared->answer[i] = order;
	return policy;
}

static int attach_map(struct policy *policy, const char *map)
{
	struct bpf_map *ops = bpf_object__find_map_by_name(policy->object, map);
	struct bpf_link *link = bpf_map__attach_struct_ops(ops);

	if (!link)
		return -errno;
	/* The link is the descriptor's from here on. */
	int fd = dup(bpf_link__fd(link));

	bpf_link__destroy(link);
	return fd;
}

static struct policy attach_policy(pid_t pid, int order)
{
	struct policy policy = load_policy(pid, pid, order);

	policy.link = attach_map(&policy, "first");
	return policy;
}

static void end_policy(struct policy *policy)
{
	if (policy->link >= 0)
		close(policy->link);
	bpf_object__close(policy->object);
}

static void check_attached(const struct policy *policy)
{
	check_range(policy->link, 0, 1000);
}

static void check_refused(pid_t pid, int error)
{
	struct policy policy = attach_policy(pid, 0);

	check_equal(policy.link, -error);
	end_policy(&policy);
}

/* --- Tests --- */

static void default_is_huge(void)
{
	check_equal(huge_of_new_memory(), THP_KB);
	check_equal(huge_in_child(self), THP_KB);
}

static void order_9_is_huge(void)
{
	struct policy policy = attach_policy(getpid(), 9);

	check_attached(&policy);
	check_equal(huge_of_new_memory(), THP_KB);
	check_range(policy.shared->calls[PAGEFAULT], THP_SIZE / HUGE, 100);
	check(policy.shared->orders[PAGEFAULT] & 1 << 9, "order 9 was not on offer");
	end_policy(&policy);
}

static void order_0_is_not(void)
{
	struct policy policy = attach_policy(getpid(), 0);

	check_attached(&policy);
	check_equal(huge_of_new_memory(), 0);
	check_range(policy.shared->calls[PAGEFAULT], THP_SIZE / 4096, 3 * THP_SIZE / 4096);
	end_policy(&policy);
	check_equal(huge_of_new_memory(), THP_KB);
}

static void order_4_is_64_kb(void)
{
	struct policy policy;
	long before;

	write_knob("hugepages-64kB/enabled", "always");
	policy = attach_policy(getpid(), 4);
	check_attached(&policy);
	before = read_knob("hugepages-64kB/stats/anon_fault_alloc");
	check_equal(huge_of_new_memory(), 0);
	check_range(read_knob("hugepages-64kB/stats/anon_fault_alloc") - before, THP_SIZE / 65536,
		    THP_SIZE / 65536 + 20);
	end_policy(&policy);
	write_knob("hugepages-64kB/enabled", "never");
}

/* The policy narrows; it cannot give what is switched off. */
static void never_stays_never(void)
{
	struct policy policy = attach_policy(getpid(), 9);

	write_knob("enabled", "never");
	check_equal(huge_of_new_memory(), 0);
	write_knob("enabled", "madvise");
	end_policy(&policy);
}

static void others_are_not_managed(void)
{
	struct child child = { .pid = fork() };
	struct policy policy;

	if (!child.pid) {
		for (;;)
			pause();
	}
	policy = attach_policy(child.pid, 0);
	check_attached(&policy);
	check_equal(huge_of_new_memory(), THP_KB);
	check_equal(policy.shared->calls[PAGEFAULT], 0);
	stop_child(&child);
	end_policy(&policy);
}

static void children_inherit(void)
{
	struct policy policy = attach_policy(getpid(), 0);

	check_equal(huge_in_child(NULL), 0);
	end_policy(&policy);
	check_equal(huge_in_child(NULL), THP_KB);
}

/* The child shares our mm until it executes; that must not take the policy from us. */
static void programs_inherit(void)
{
	struct policy policy = attach_policy(getpid(), 0);

	check_equal(huge_in_child(self), 0);
	check_equal(huge_of_new_memory(), 0);
	end_policy(&policy);
}

/* All managed processes have gone; then the link does. */
static void exit_leaves_the_policy(void)
{
	struct child child = { .pid = fork() };
	struct policy policy;

	if (!child.pid) {
		for (;;)
			pause();
	}
	policy = attach_policy(child.pid, 0);
	check_attached(&policy);
	stop_child(&child);
	end_policy(&policy);
	check_refused(child.pid, ESRCH);
}

static void update_moves_processes(void)
{
	struct policy policy = attach_policy(getpid(), 0);
	struct thp_shared *shared = policy.shared;

	check_equal(huge_in_child(NULL), 0);
	shared->other_answer = 9;
	/* A map has to be filled before it can be linked; nobody is managed by the attempt. */
	check_equal(attach_map(&policy, "second"), -EBUSY);
	check_equal(bpf_link_update(policy.link, map_fd_of(policy.object, "second"), NULL), 0);
	shared->calls[PAGEFAULT] = 0;
	check_equal(huge_of_new_memory(), THP_KB);
	check_equal(huge_in_child(NULL), THP_KB);
	check_range(shared->other_calls, 1, 1000000);
	check_equal(shared->calls[PAGEFAULT], 0);
	/* And back */
	check_equal(bpf_link_update(policy.link, map_fd_of(policy.object, "first"), NULL), 0);
	check_equal(huge_of_new_memory(), 0);
	end_policy(&policy);
	check_equal(huge_of_new_memory(), THP_KB);
}

static void update_keeps_the_scope(void)
{
	struct policy policy = load_policy(getpid(), 0, 9);

	policy.link = attach_map(&policy, "first");
	check_attached(&policy);
	close(attach_map(&policy, "second"));
	check_equal(bpf_link_update(policy.link, map_fd_of(policy.object, "second"), NULL),
		    -EINVAL);
	end_policy(&policy);
}

static void second_policy_is_busy(void)
{
	struct policy policy = attach_policy(getpid(), 9);

	check_refused(getpid(), EBUSY);
	check_equal(huge_of_new_memory(), THP_KB);
	end_policy(&policy);
}

/* One map makes one policy: a second link of it would share its list of processes. */
static void map_links_once(void)
{
	struct policy policy = attach_policy(getpid(), 9);

	check_equal(attach_map(&policy, "first"), -EBUSY);
	end_policy(&policy);
}

static void global_manages_all(void)
{
	struct policy own = attach_policy(getpid(), 9), global, late;

	global = attach_policy(0, 0);
	check_attached(&global);
	check_equal(huge_of_new_memory(), 0);
	check_equal(huge_in_child(self), 0);
	check_refused(0, EBUSY);
	late = attach_policy(1, 9);
	check_equal(late.link, -EBUSY);
	end_policy(&late);
	end_policy(&global);
	/* What was attached before it is back. */
	own.shared->calls[PAGEFAULT] = 0;
	check_equal(huge_of_new_memory(), THP_KB);
	check_range(own.shared->calls[PAGEFAULT], 1, 1000000);
	end_policy(&own);
}

static void bad_pids_are_refused(void)
{
	check_refused(2, EINVAL); /* kthreadd */
	check_refused(1 << 22, ESRCH);
	check_refused(-5, ESRCH);
}

static void bad_programs_are_refused(void)
{
	struct bpf_object *empty = load_object("thp_empty");

	check(!load_object("thp_sleepable"), "a sleepable hook was accepted");
	if (!check(empty != NULL, "thp_empty.bpf.o does not load"))
		return;
	check(!bpf_map__attach_struct_ops(bpf_object__find_map_by_name(empty, "empty")),
	      "a policy without a program was accepted");
	check_equal(errno, EINVAL);
	bpf_object__close(empty);
}

static void cgroups_are_refused(void)
{
	struct policy policy = load_policy(getpid(), getpid(), 9);

	create_cgroup("top");
	check_equal(attach(policy.object, "first", "top", 0), -EINVAL);
	check_equal(remove_cgroup("top"), 0);
	end_policy(&policy);
}

static bool v11;

static void no_order_keeps_the_default(void)
{
	struct policy policy = attach_policy(getpid(), -1);

	check_equal(huge_of_new_memory(), v11 ? 0 : THP_KB);
	policy.shared->answer[PAGEFAULT] = -22;
	check_equal(huge_of_new_memory(), v11 ? 0 : THP_KB);
	policy.shared->answer[PAGEFAULT] = 64;
	check_equal(huge_of_new_memory(), v11 ? 0 : THP_KB);
	/* An order, but not one on offer */
	policy.shared->answer[PAGEFAULT] = 20;
	check_equal(huge_of_new_memory(), 0);
	end_policy(&policy);
}

static long read_vmstat(const char *key)
{
	FILE *stream = fopen("/proc/vmstat", "r");
	char word[64];
	long value = -1;

	if (!stream)
		die("vmstat");
	while (fscanf(stream, "%63s %ld", word, &value) == 2 && strcmp(word, key))
		value = -1;
	fclose(stream);
	return value;
}

/*
 * Run as "PROGRAM collapse": maps memory, says so, waits for the word, touches the memory, and
 * reports how much of it khugepaged makes huge.
 */
static int await_collapse(void)
{
	char *memory = map_aligned();
	long kb = 0;

	if (write(1, &kb, sizeof(kb)) != sizeof(kb) || read(0, &kb, sizeof(kb)) != sizeof(kb))
		return 1;
	touch(memory);
	eventually((kb = huge_kb()) == THP_KB);
	return write(1, &kb, sizeof(kb)) != sizeof(kb);
}

static pid_t start_collapse(int *to, int *from)
{
	int in[2], out[2];
	pid_t pid;

	if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC))
		die("pipe");
	pid = vfork();
	if (!pid) {
		dup2(in[0], 0);
		dup2(out[1], 1);
		execl(self, self, "collapse", NULL);
		_exit(1);
	}
	close(in[0]);
	close(out[1]);
	*to = in[1];
	*from = out[0];
	return pid;
}

/*
 * Denied at the fault, allowed to khugepaged. It takes a new program: khugepaged never forgets
 * an mm, and the denied fault has to be what it learns of this one by.
 */
static void khugepaged_gets_its_own_answer(void)
{
	struct policy policy = attach_policy(getpid(), 0);
	long at_fault = read_vmstat("thp_fault_alloc"), kb;
	struct child child;
	int to, from;

	write_knob("khugepaged/scan_sleep_millisecs", "10");
	write_knob("khugepaged/pages_to_scan", "65536");
	child.pid = start_collapse(&to, &from);
	if (read(from, &kb, sizeof(kb)) != sizeof(kb))
		die("the program did not start");
	policy.shared->answer[KHUGEPAGED] = 9;
	if (write(to, &kb, sizeof(kb)) != sizeof(kb) || read(from, &kb, sizeof(kb)) != sizeof(kb))
		die("the program did not finish");
	check_equal(kb, THP_KB);
	check_equal(read_vmstat("thp_fault_alloc") - at_fault, 0);
	check_range(policy.shared->calls[KHUGEPAGED], 1, 1000000);
	close(to);
	close(from);
	stop_child(&child);
	end_policy(&policy);
}

static void collapse_gets_its_own_answer(void)
{
	struct policy policy = attach_policy(getpid(), 0);
	char *memory = map_aligned();
	long before = huge_kb();

	touch(memory);
	check(madvise(memory, THP_SIZE, MADV_COLLAPSE) == -1, "collapsed what the policy denies");
	policy.shared->answer[FORCED_COLLAPSE] = 9;
	check_equal(madvise(memory, THP_SIZE, MADV_COLLAPSE), 0);
	check_equal(huge_kb() - before, THP_KB);
	munmap(memory, THP_SIZE);
	end_policy(&policy);
}

/* Swapping in asks with a type of its own. */
static void swap_in_has_a_type(void)
{
	struct policy policy;
	char *memory = map_aligned();

	write_knob("hugepages-64kB/enabled", "always");
	policy = attach_policy(getpid(), 4);
	touch(memory);
	if (madvise(memory, THP_SIZE, MADV_PAGEOUT))
		die("pageout");
	touch(memory);
	check_range(policy.shared->calls[SWAP_PAGEFAULT], 1, 1000000);
	end_policy(&policy);
	write_knob("hugepages-64kB/enabled", "never");
	munmap(memory, THP_SIZE);
}

static void fault_and_fork_for_ever(void)
{
	for (;;) {
		huge_of_new_memory();
		huge_in_child(NULL);
	}
}

/* Faults, forks and exits happen while policies come, change and go. */
static void traffic_races(void)
{
	struct child child = { .pid = fork() };

	if (!child.pid)
		fault_and_fork_for_ever();
	for (int i = 0; i < 30; i++) {
		struct policy policy = attach_policy(i % 3 ? child.pid : 0, i % 2 ? 9 : 0);

		check_attached(&policy);
		check_equal(attach_map(&policy, "second"), -EBUSY);
		usleep(5000);
		check_equal(bpf_link_update(policy.link, map_fd_of(policy.object, "second"), NULL),
			    0);
		usleep(5000);
		end_policy(&policy);
	}
	stop_child(&child);
	check_equal(huge_of_new_memory(), THP_KB);
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{ "without a policy pages are huge", default_is_huge },
		{ "order 9 gives huge pages", order_9_is_huge },
		{ "order 0 gives base pages", order_0_is_not },
		{ "order 4 gives 64 kB", order_4_is_64_kb },
		{ "what is switched off stays off", never_stays_never },
		{ "other processes are not managed", others_are_not_managed },
		{ "forked children inherit", children_inherit },
		{ "executed programs inherit", programs_inherit },
		{ "processes may exit before the policy does", exit_leaves_the_policy },
		{ "an update moves all processes", update_moves_processes },
		{ "an update cannot change the scope", update_keeps_the_scope },
		{ "a second policy is busy", second_policy_is_busy },
		{ "a map is linked once", map_links_once },
		{ "pid 0 manages all, and only once", global_manages_all },
		{ "kernel threads and strangers are refused", bad_pids_are_refused },
		{ "programs missing or sleepable are refused", bad_programs_are_refused },
		{ "cgroups are refused", cgroups_are_refused },
		{ "no order keeps the default, or denies in v11", no_order_keeps_the_default },
		{ "khugepaged gets an answer of its own", khugepaged_gets_its_own_answer },
		{ "MADV_COLLAPSE gets an answer of its own", collapse_gets_its_own_answer },
		{ "swap-in has a type of its own", swap_in_has_a_type },
		{ "the hook runs while policies come and go", traffic_races },
	};

	self = argv[0];
	if (argc > 1 && !strcmp(argv[1], "huge"))
		return print_huge();
	if (argc > 1 && !strcmp(argv[1], "collapse"))
		return await_collapse();
	v11 = argc > 1 && !strcmp(argv[1], "v11");
	return run_tests(tests, sizeof(tests) / sizeof(*tests));
}
