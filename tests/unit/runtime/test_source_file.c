// SPDX-License-Identifier: GPL-2.0
/* What signals.def says of each signal's file is what `record` finds there. */
#include "runtime/machine/source_file.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define SECOND 1000000000LL

static const struct file {
	const char *name, *text;
} files[] = {
	{ "memory.current", "4096\n" },
	{ "memory.swap.current", "8192\n" },
	{ "memory.max", "12288\n" },
	{ "memory.high", "max\n" },
	{ "memory.low", "16384\n" },
	{ "memory.min", "0\n" },
	{ "memory.events", "low 0\nhigh 0\nmax 5\noom 0\noom_kill 0\noom_group_kill 9\n" },
	{ "memory.pressure", "some avg10=1.50 avg60=2.50 avg300=3.50 total=7\n"
			     "full avg10=0.10 avg60=0.20 avg300=0.30 total=6\n" },
	{ "memory.stat",
	  "anon 100\nfile 200\nfile_mapped 1\nshmem 300\nslab_reclaimable 2\nslab 400\n"
	  "workingset_refault_anon 10\nworkingset_refault_file 20\npswpin 30\n"
	  "pswpout 40\npgscan 50\npgscan_direct 51\npgsteal 60\npgfault 70\n"
	  "pgmajfault 80\n" },
};
#define FILES (sizeof(files) / sizeof(files[0]))

static char folder[] = "/tmp/mmp-source.XXXXXX";
static int dir;

static int make_files(void **state)
{
	dir = mkdtemp(folder) ? open(folder, O_RDONLY | O_DIRECTORY) : -1;
	for (size_t i = 0; dir >= 0 && i < FILES; i++) {
		int fd = openat(dir, files[i].name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

		dprintf(fd, "%s", files[i].text);
		close(fd);
	}
	return dir < 0;
}

static int remove_files(void **state)
{
	for (size_t i = 0; i < FILES; i++)
		unlinkat(dir, files[i].name, 0);
	close(dir);
	return rmdir(folder);
}

static void values_are_found(void **state)
{
	static const struct {
		enum signal_id id;
		double value;
	} expected[] = {
		{ SIGNAL_USAGE, 4096 },
		{ SIGNAL_SWAP, 8192 },
		{ SIGNAL_MAX, 12288 },
		{ SIGNAL_LOW, 16384 },
		{ SIGNAL_MIN, 0 },
		{ SIGNAL_ANON, 100 },
		{ SIGNAL_FILE, 200 },
		{ SIGNAL_SHMEM, 300 },
		{ SIGNAL_SLAB, 400 },
		{ SIGNAL_PSI, 1.5 },
		{ SIGNAL_PSI_SOME_AVG10, 1.5 },
		{ SIGNAL_PSI_SOME_AVG60, 2.5 },
		{ SIGNAL_PSI_SOME_AVG300, 3.5 },
		{ SIGNAL_PSI_FULL_AVG10, 0.1 },
		{ SIGNAL_PSI_FULL_AVG60, 0.2 },
		{ SIGNAL_PSI_FULL_AVG300, 0.3 },
	};

	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		struct source_signal s = { .id = expected[i].id, .dir = dir };
		double value = -1;

		if (!source_read(&s, SECOND, &value) || value != expected[i].value)
			fail_msg("%s: %g instead of %g", signal_infos[s.id].name, value,
				 expected[i].value);
	}
}

static void no_limit_is_unknown(void **state)
{
	struct source_signal s = { .id = SIGNAL_HIGH, .dir = dir };
	double value;

	assert_false(source_read(&s, SECOND, &value));
}

static void counters_are_found(void **state)
{
	static const struct {
		enum signal_id id;
		unsigned long long counter;
	} expected[] = {
		{ SIGNAL_PGFAULT_RATE, 70 },	  { SIGNAL_PGMAJFAULT_RATE, 80 },
		{ SIGNAL_REFAULT_RATE, 30 },	  { SIGNAL_REFAULT_ANON_RATE, 10 },
		{ SIGNAL_REFAULT_FILE_RATE, 20 }, { SIGNAL_PGSCAN_RATE, 50 },
		{ SIGNAL_PGSTEAL_RATE, 60 },	  { SIGNAL_SWAPIN_RATE, 30 },
		{ SIGNAL_SWAPOUT_RATE, 40 },	  { SIGNAL_EVENTS_MAX, 5 },
		{ SIGNAL_EVENTS_OOM_KILL, 0 },	  { SIGNAL_USAGE_GROWTH, 4096 },
	};

	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		struct source_signal s = { .id = expected[i].id, .dir = dir, .window_ns = SECOND };
		double value;

		/* One look at a counter tells no rate yet. */
		assert_false(source_read(&s, SECOND, &value));
		assert_true(s.row.raw_time == SECOND);
		if (s.row.raw != expected[i].counter)
			fail_msg("%s: %llu instead of %llu", signal_infos[s.id].name, s.row.raw,
				 expected[i].counter);
	}
}

static void set_faults(unsigned n)
{
	int fd = openat(dir, "memory.stat", O_WRONLY | O_TRUNC);

	assert_true(fd >= 0 && dprintf(fd, "pgfault %u\n", n) > 0);
	close(fd);
}

/* The moments and the lag are those of a policy that cannot flush: 2.6 s, as mmp_rate.h has it. */
static void rates_are_measured_as_policies_measure_them(void **state)
{
	static const struct {
		int64_t ms;
		unsigned faults;
		bool is_known;
		double rate;
	} steps[] = {
		{ 1000, 100, false, 0 },  { 2000, 100, false, 0 },  { 3000, 300, false, 0 },
		{ 5000, 700, true, 200 }, { 8550, 700, true, 200 }, { 8650, 700, true, 0 },
	};
	struct source_signal s = { .id = SIGNAL_PGFAULT_RATE, .dir = dir, .window_ns = SECOND };

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		double rate = -1;

		set_faults(steps[i].faults);
		assert_true(source_read(&s, steps[i].ms * 1000000, &rate) == steps[i].is_known);
		if (steps[i].is_known && rate != steps[i].rate)
			fail_msg("at %lld ms: %g instead of %g", (long long)steps[i].ms, rate,
				 steps[i].rate);
	}
}

static void the_machine_has_files_of_its_own(void **state)
{
	struct source_signal s = { .id = SIGNAL_MEM_AVAILABLE, .dir = -1 };
	double value = 0;

	assert_true(source_read(&s, SECOND, &value));
	assert_true(value >= 1 << 20);
}

static void every_signal_has_a_file_or_none(void **state)
{
	for (int id = 0; id < SIGNAL_COUNT; id++) {
		bool is_of_file = !strncmp(signal_infos[id].source, "memory.", 7) ||
				  !strncmp(signal_infos[id].source, "/proc/", 6);

		if (source_is_known((enum signal_id)id) != is_of_file)
			fail_msg("%s: '%s'", signal_infos[id].name, signal_infos[id].source);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_found),
		cmocka_unit_test(no_limit_is_unknown),
		cmocka_unit_test(counters_are_found),
		cmocka_unit_test(the_machine_has_files_of_its_own),
		cmocka_unit_test(rates_are_measured_as_policies_measure_them),
		cmocka_unit_test(every_signal_has_a_file_or_none),
	};

	return cmocka_run_group_tests(tests, make_files, remove_files);
}
