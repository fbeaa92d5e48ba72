// SPDX-License-Identifier: GPL-2.0
/* The kfunc bpf_try_to_free_mem_cgroup_pages */
#include "harness.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define MAY_SWAP (1U << 1)
#define PROACTIVE (1U << 2)
#define PAGES(mb) ((mb)*256)

static struct bpf_object *object;
static struct child holder;

static void begin(void)
{
	create_cgroup("top");
	holder = start_holder("top", 32 * MIB);
}

static void end(void)
{
	stop_child(&holder);
	check_equal(remove_cgroup("top"), 0);
}

static __u64 reclaim(unsigned int pages, unsigned int options, int swappiness)
{
	struct reclaim_args args = {
		.cgroup_id = cgroup_id_of("top"),
		.pages = pages,
		.options = options,
		.swappiness = swappiness,
		.reclaimed = -1,
	};
	/* The kernel writes the context back to where it got it from. */
	LIBBPF_OPTS(bpf_test_run_opts, run, .ctx_in = &args, .ctx_size_in = sizeof(args));
	struct bpf_program *program = bpf_object__find_program_by_name(object, "reclaim");

	if (bpf_prog_test_run_opts(bpf_program__fd(program), &run) || run.retval)
		die("run of reclaim: %u", run.retval);
	return args.reclaimed;
}

static long usage_mb(void)
{
	return read_cgroup("top", "memory.current") / MIB;
}

static void reclaims(void)
{
	__u64 pages;

	begin();
	pages = reclaim(PAGES(16), MAY_SWAP, -1);
	check_range(pages, PAGES(8), PAGES(32));
	check_range(usage_mb(), 0, 25);
	end();
}

static void needs_permission_to_swap(void)
{
	begin();
	reclaim(PAGES(16), 0, -1);
	check_range(usage_mb(), 32, 36);
	end();
}

static void books_as_proactive(void)
{
	long before, after;

	begin();
	before = read_cgroup_key("top", "memory.stat", "pgsteal_proactive");
	check_range(reclaim(PAGES(8), MAY_SWAP | PROACTIVE, -1), 1, PAGES(32));
	after = read_cgroup_key("top", "memory.stat", "pgsteal_proactive");
	check_range(after - before, 1, PAGES(32));
	end();
}

static void takes_all_swappiness(void)
{
	begin();
	check_range(reclaim(PAGES(2), MAY_SWAP | PROACTIVE, 201), 1, PAGES(32));
	check_range(reclaim(PAGES(2), MAY_SWAP | PROACTIVE, 200), 1, PAGES(32));
	check_range(reclaim(PAGES(2), MAY_SWAP | PROACTIVE, 1), 0, PAGES(32));
	end();
}

static void refuses_more_swappiness(void)
{
	begin();
	check_equal(reclaim(PAGES(16), MAY_SWAP | PROACTIVE, 202), 0);
	check_equal(reclaim(PAGES(16), MAY_SWAP, 100000), 0);
	check_range(usage_mb(), 32, 36);
	end();
}

static void hooks_may_not_call_it(void)
{
	check(!load_object("reclaim_atomic"), "a hook that reclaims was accepted");
}

int main(void)
{
	static const struct test tests[] = {
		{ "memory is reclaimed and the count returned", reclaims },
		{ "without MAY_SWAP, anonymous memory stays", needs_permission_to_swap },
		{ "PROACTIVE is booked as such", books_as_proactive },
		{ "swappiness up to 201 is taken", takes_all_swappiness },
		{ "swappiness above 201 reclaims nothing", refuses_more_swappiness },
		{ "programs that may not sleep are refused", hooks_may_not_call_it },
	};

	object = load_object("reclaim");
	if (!object)
		die("reclaim.bpf.o does not load");
	return run_tests(tests, sizeof(tests) / sizeof(*tests));
}
