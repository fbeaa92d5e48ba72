// SPDX-License-Identifier: GPL-2.0
/* memcg_bpf_ops: what each hook is told and what its answer does */
#include "harness.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PAGE 4096

static struct bpf_object *object;
static struct memcg_shared *shared;

/* Two siblings with memory of their own; the first has the policy. */
struct pair {
	struct child guarded, other;
	int link;
};

static void begin(void)
{
	memset(shared, 0, sizeof(*shared));
}

static struct pair start_pair(const char *knob, const char *value)
{
	struct pair pair;

	begin();
	create_cgroup("top");
	create_cgroup("top/guarded");
	create_cgroup("top/other");
	shared->only_id = cgroup_id_of("top/guarded");
	if (knob) {
		write_cgroup("top", knob, value);
		write_cgroup("top/guarded", knob, value);
	}
	pair.guarded = start_holder("top/guarded", 32 * MIB);
	pair.other = start_holder("top/other", 32 * MIB);
	pair.link = attach(object, "first", "top/guarded", 0);
	check_range(pair.link, 0, 1000);
	return pair;
}

static void end_pair(struct pair *pair)
{
	close(pair->link);
	stop_child(&pair->guarded);
	stop_child(&pair->other);
	check_equal(remove_cgroup("top/guarded"), 0);
	check_equal(remove_cgroup("top/other"), 0);
	check_equal(remove_cgroup("top"), 0);
}

static long usage_mb(const char *cgroup)
{
	return read_cgroup(cgroup, "memory.current") / MIB;
}

/* Reclaim that starts above the guarded cgroup, without using up the other one */
static void reclaim_from_top(void)
{
	try_write_cgroup("top", "memory.reclaim", "24M");
}

static void low_protects(void)
{
	struct pair pair = start_pair(NULL, NULL);

	shared->answer_low = 1;
	reclaim_from_top();
	check_range(shared->below_low, 1, 1000000);
	check_range(usage_mb("top/guarded"), 31, 34);
	check_range(usage_mb("top/other"), 0, 12);
	end_pair(&pair);
}

static void min_protects(void)
{
	struct pair pair = start_pair(NULL, NULL);

	shared->answer_min = 1;
	reclaim_from_top();
	check_range(shared->below_min, 1, 1000000);
	check_range(usage_mb("top/guarded"), 31, 34);
	check_range(usage_mb("top/other"), 0, 12);
	end_pair(&pair);
}

static void hooks_see_pages(void)
{
	struct pair pair = start_pair("memory.low", "8M");

	reclaim_from_top();
	check_range(shared->below_low, 1, 1000000);
	check_equal(shared->protection, 8 * MIB / PAGE);
	check_range(shared->usage, 1 * MIB / PAGE, 34 * MIB / PAGE);
	end_pair(&pair);
}

/* A memcg that is below its low is taken from last, and that is an event. */
static void false_leaves_it_to_low(void)
{
	struct pair pair = start_pair("memory.low", "max");

	reclaim_from_top();
	check_range(shared->below_low, 1, 1000000);
	check_range(usage_mb("top/guarded"), 31, 34);
	check_range(usage_mb("top/other"), 0, 12);
	stop_child(&pair.other);
	pair.other = start_holder("top/other", 4096);
	try_write_cgroup("top", "memory.reclaim", "16M");
	check_range(read_cgroup_key("top/guarded", "memory.events", "low"), 1, 1000000);
	end_pair(&pair);
}

static void false_alone_does_not_protect(void)
{
	struct pair pair = start_pair(NULL, NULL);

	reclaim_from_top();
	check_range(shared->below_low, 1, 1000000);
	check_range(usage_mb("top/guarded"), 0, 28);
	end_pair(&pair);
}

/* When nothing else is left, low gives way and min does not. */
static void low_yields_min_does_not(void)
{
	struct pair pair = start_pair(NULL, NULL);

	stop_child(&pair.other);
	pair.other = start_holder("top/other", 4096);
	shared->answer_min = 1;
	check_equal(try_write_cgroup("top", "memory.reclaim", "16M"), -EAGAIN);
	check_range(usage_mb("top/guarded"), 31, 34);
	shared->answer_min = 0;
	shared->answer_low = 1;
	check_equal(try_write_cgroup("top", "memory.reclaim", "16M"), 0);
	check_range(usage_mb("top/guarded"), 0, 20);
	check_range(read_cgroup_key("top/guarded", "memory.events", "low"), 1, 1000000);
	end_pair(&pair);
}

static void own_reclaim_does_not_ask(void)
{
	struct pair pair = start_pair(NULL, NULL);

	shared->answer_low = shared->answer_min = 1;
	check_equal(try_write_cgroup("top/guarded", "memory.reclaim", "16M"), 0);
	check_equal(shared->below_low, 0);
	check_equal(shared->below_min, 0);
	check_range(usage_mb("top/guarded"), 0, 20);
	end_pair(&pair);
}

/* One MB of base pages is four batches of 64, and some for page tables. */
static struct usage charge_with_delay(unsigned int ms, size_t size)
{
	struct usage usage;
	int link;

	begin();
	create_cgroup("top");
	link = attach(object, "first", "top", 0);
	check_range(link, 0, 1000);
	shared->answer_delay = ms;
	usage = charge_in("top", size);
	shared->answer_delay = 0;
	close(link);
	check_equal(remove_cgroup("top"), 0);
	return usage;
}

static void charges_are_reported(void)
{
	charge_with_delay(0, 4 * MIB);
	check_range(shared->charged, 4 * MIB / PAGE / 64, 100);
	check_range(shared->charged_pages, 4 * MIB / PAGE, 4 * MIB / PAGE + 1024);
}

static void uncharges_are_reported(void)
{
	charge_with_delay(0, 4 * MIB);
	/* All of the child's memory is gone; the rest are stocks and kernel memory. */
	check_range(shared->uncharged, 1, 100000);
	check_range(shared->uncharged_pages, 4 * MIB / PAGE - 128, 4 * MIB / PAGE + 1024);
}

static void delay_delays(void)
{
	struct usage none = charge_with_delay(0, MIB);
	struct usage some = charge_with_delay(100, MIB);

	check_range(some.milliseconds - none.milliseconds, 400, 4000);
	check_range(some.sleeps - none.sleeps, 4, 30);
}

/* 8 ms is not more than HZ / 100 ticks at HZ = 250, 20 ms is. */
static void tiny_delay_does_not_sleep(void)
{
	struct usage tiny = charge_with_delay(8, 4 * MIB);
	struct usage small = charge_with_delay(20, 4 * MIB);

	check_range(tiny.sleeps, 0, 8);
	check_range(small.sleeps, 16, 100);
}

static void delay_is_clamped(void)
{
	/* Two batches, one of which may come from the processor's stock, and page tables. */
	struct usage usage = charge_with_delay(3600 * 1000, 512 * 1024);

	check_range(usage.milliseconds, 2000, 10000);
}

/* Charging beyond memory.high with nothing to reclaim, which the kernel punishes by itself */
static struct usage charge_beyond_high(unsigned int ms)
{
	struct usage usage;
	int link;

	begin();
	create_cgroup("top");
	write_cgroup("top", "memory.swap.max", "0");
	write_cgroup("top", "memory.high", "512K");
	link = attach(object, "first", "top", 0);
	shared->answer_delay = ms;
	usage = charge_in("top", MIB * 3 / 4);
	shared->answer_delay = 0;
	close(link);
	check_equal(remove_cgroup("top"), 0);
	return usage;
}

/* It takes the longer delay, and not the sum. */
static void delay_is_a_lower_bound(void)
{
	struct usage kernels = charge_beyond_high(0);
	struct usage shorter = charge_beyond_high(20);

	check_range(kernels.milliseconds, 1000, 60000);
	check_range(shorter.milliseconds, kernels.milliseconds / 2, kernels.milliseconds * 3 / 2);
}

static void online_and_offline_are_reported(void)
{
	__u64 id;
	int link;

	begin();
	create_cgroup("top");
	create_cgroup("top/before");
	link = attach(object, "first", "top", 0);
	check_equal(shared->online, 0);
	create_cgroup("top/child");
	id = cgroup_id_of("top/child");
	check_equal(shared->online, 1);
	check_equal(shared->online_id, id);
	check_equal(remove_cgroup("top/child"), 0);
	check(eventually(shared->offline == 1), "offline was not reported");
	check_equal(shared->offline_id, id);
	check_equal(remove_cgroup("top/before"), 0);
	check(eventually(shared->offline == 2), "offline of an older child was not reported");
	close(link);
	check_equal(remove_cgroup("top"), 0);
}

static void sleepable_is_refused(void)
{
	check(!load_object("sleepable"), "a sleepable hook was accepted");
}

int main(void)
{
	static const struct test tests[] = {
		{ "below_low protects from reclaim above", low_protects },
		{ "below_min protects from reclaim above", min_protects },
		{ "the hooks are told protection and usage in pages", hooks_see_pages },
		{ "false leaves the decision to memory.low", false_leaves_it_to_low },
		{ "false alone does not protect", false_alone_does_not_protect },
		{ "low yields when nothing else is left, min does not", low_yields_min_does_not },
		{ "the cgroup's own reclaim does not ask", own_reclaim_does_not_ask },
		{ "memcg_charged is told batches", charges_are_reported },
		{ "memcg_uncharged is told what comes back", uncharges_are_reported },
		{ "a delay delays the charging task", delay_delays },
		{ "a delay of HZ / 100 or less does not sleep", tiny_delay_does_not_sleep },
		{ "a delay is clamped to two seconds", delay_is_clamped },
		{ "a delay is a lower bound for memory.high's", delay_is_a_lower_bound },
		{ "online and offline name the child", online_and_offline_are_reported },
		{ "a sleepable hook is refused", sleepable_is_refused },
	};

	object = load_object("memcg");
	if (!object)
		die("memcg.bpf.o does not load");
	shared = shared_of(object);
	return run_tests(tests, sizeof(tests) / sizeof(*tests));
}
