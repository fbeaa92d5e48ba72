// SPDX-License-Identifier: GPL-2.0
/*
 * Memory loads for the tests: does one thing for some seconds and prints what it did as NAME=VALUE
 * pairs on one line. Linked statically, for it runs in the test machine.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096UL
#define MIB (1UL << 20)
#define HUGE (2 * MIB)
#define FAULT_PAGES 8192UL

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

static const char usage[] =
	"usage: workload MODE SECONDS [ARGUMENT...]\n"
	"\n"
	"  touch MB         write to every page of MB of memory, over and over\n"
	"  random MB        the same with pages that do not compress\n"
	"  hold MB          write to every page once, then stay idle\n"
	"  thp MB           as hold, aligned and advised for huge pages; prints the kB of them\n"
	"  file PATH MB     write the file, map it and read its pages, over and over\n"
	"  rewrite PATH MB [ROUNDS]\n"
	"                   write the file and read it back by a mapping, over and over\n"
	"  faults RATE      fault in RATE pages a second, evenly; what the machine does not manage "
	"is\n"
	"                   left out, not made up for later\n"
	"  wave RATE:S...   the same at one RATE after the other, each for S seconds, over and "
	"over; a line\n"
	"                   before each\n"
	"  busy             use the processor, no memory\n"
	"  fork MB          fork a child that does 'thp MB', and wait for it\n"
	"  first-touch MB   fault in 2 MB ranges, over and over; huge= counts those that came as "
	"one\n"
	"                   huge page, base= those that did not\n"
	"  obey             do as standard input says, a line each, answered by a line each:\n"
	"                   huge KB [ADVICE]  map, touch, say kB of huge pages, unmap\n"
	"                                     (advice: hugepage (default), nohugepage, none)\n"
	"                   keep KB [ADVICE]  the same, and keep the memory\n"
	"                   kept              kB of huge pages in what is kept\n"
	"                   touch             touch it again\n"
	"                   collapse          ask the kernel to make huge pages of it\n"
	"                   drop              give its pages back\n"
	"                   first-touch KB S  as the mode first-touch, for S seconds\n"
	"                   name NAME         be called so\n"
	"                   disable           ask for no huge pages: PR_SET_THP_DISABLE\n"
	"                   uid N             become that user\n"
	"                   fork COMMAND      a child obeys the command\n"
	"                   exec              execute this program anew, to go on obeying\n"
	"                   exit\n"
	"\n"
	"'faults' and 'wave' say when they begin. With 0 seconds everything is done once. SIGTERM\n"
	"ends a load early; at SIGUSR1 'touch',\n"
	"'faults', 'wave' and 'rewrite' say what they did so far.\n";

static volatile sig_atomic_t is_stopped, is_asked;

static void on_signal(int number)
{
	if (number == SIGTERM)
		is_stopped = 1;
	else
		is_asked = 1;
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static bool is_before(double end)
{
	return !is_stopped && now() < end;
}

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void rest_until(double end)
{
	double left = end - now();
	struct timespec ts = { .tv_sec = left, .tv_nsec = (left - (long)left) * 1e9 };

	if (left > 0)
		nanosleep(&ts, NULL);
}

static size_t megabytes(const char *text)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (*end || !n) {
		fprintf(stderr, "workload: '%s' is not a number of megabytes\n", text);
		exit(2);
	}
	return n * MIB;
}

static char *map_memory(size_t size)
{
	char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		die("mmap");
	return memory;
}

/* xorshift: quick, and nothing that a compressor finds a pattern in */
static void fill_with_noise(char *page)
{
	static uint64_t state = 88172645463325252ULL;
	uint64_t *word = (uint64_t *)page;

	for (size_t i = 0; i < PAGE / sizeof(*word); i++) {
		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		word[i] = state;
	}
}

/* The page's number makes pages differ, so that swap has to store them. */
static void touch(char *memory, size_t offset)
{
	*(volatile unsigned long *)(memory + offset) += offset / PAGE + 1;
}

static void print_touches(unsigned long touches, unsigned long rounds, double start)
{
	printf("touches=%lu rounds=%lu ms=%.0f\n", touches, rounds, (now() - start) * 1000);
	fflush(stdout);
}

static int touch_memory(size_t size, double seconds, bool noise)
{
	double start = now(), end = start + seconds;
	unsigned long touches = 0, rounds = 0;
	char *memory = map_memory(size);

	print_touches(touches, rounds, start);
	do {
		for (size_t at = 0; at < size; at += PAGE) {
			if (noise && !rounds)
				fill_with_noise(memory + at);
			touch(memory, at);
			touches++;
			/* A thrashing round may take minutes. */
			if (touches % 64)
				continue;
			if (is_asked) {
				is_asked = 0;
				print_touches(touches, rounds, start);
			}
			if (seconds && !is_before(end))
				break;
		}
		rounds++;
	} while (is_before(end));
	print_touches(touches, rounds, start);
	return 0;
}

/* New memory at an even rate, in MB per second. */
static int grow(size_t rate, double seconds)
{
	double start = now(), end = start + seconds;
	size_t size = rate * (size_t)(seconds + 1), at = 0;
	char *memory = map_memory(size);

	while (is_before(end)) {
		size_t due = (size_t)((now() - start) * (double)rate);

		for (; at + PAGE <= due && at < size; at += PAGE)
			touch(memory, at);
		rest_until(now() + 0.01);
	}
	printf("pages=%zu ms=%.0f\n", at / PAGE, (now() - start) * 1000);
	return 0;
}

static int hold_memory(size_t size, double seconds)
{
	double start = now();
	char *memory = map_memory(size);

	for (size_t at = 0; at < size; at += PAGE)
		touch(memory, at);
	print_touches(size / PAGE, 1, start);
	rest_until(start + seconds);
	return 0;
}

static unsigned long huge_kilobytes(void)
{
	FILE *rollup = fopen("/proc/self/smaps_rollup", "r");
	unsigned long kilobytes = 0;
	char line[256];

	if (!rollup)
		die("/proc/self/smaps_rollup");
	while (fgets(line, sizeof(line), rollup))
		if (sscanf(line, "AnonHugePages: %lu", &kilobytes) == 1)
			break;
	fclose(rollup);
	return kilobytes;
}

static int use_huge_pages(size_t size, double seconds)
{
	double start = now();
	char *memory = map_memory(size + HUGE);

	memory += HUGE - (uintptr_t)memory % HUGE;
	if (madvise(memory, size, MADV_HUGEPAGE))
		die("madvise");
	for (size_t at = 0; at < size; at += PAGE)
		touch(memory, at);
	printf("huge=%lu", huge_kilobytes());
	fflush(stdout);
	rest_until(start + seconds);
	/* khugepaged may have been here meanwhile. */
	printf(" huge_end=%lu\n", huge_kilobytes());
	return 0;
}

/* Returns how many pages. */
static unsigned long write_file(int fd, size_t size)
{
	char page[PAGE];
	size_t at;

	for (at = 0; at < size && !is_stopped; at += PAGE) {
		fill_with_noise(page);
		if (pwrite(fd, page, PAGE, at) != (ssize_t)PAGE)
			die("write");
	}
	return at / PAGE;
}

static int use_file(const char *path, size_t size, double seconds)
{
	int fd = open(path, O_RDWR | O_CREAT, 0600);
	unsigned long touches = 0, rounds = 0, sum = 0;
	double start = now(), written;
	char *memory;

	if (fd < 0)
		die(path);
	write_file(fd, size);
	written = now();
	memory = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED)
		die("mmap");
	do {
		for (size_t at = 0; at < size; at += PAGE) {
			sum += *(volatile char *)(memory + at);
			touches++;
		}
		rounds++;
	} while (is_before(start + seconds));
	printf("write_ms=%.0f sum=%lu ", (written - start) * 1000, sum);
	print_touches(touches, rounds, start);
	return 0;
}

struct rewrite {
	unsigned long touches, rounds, sum;
	double start;
};

static bool rewrite_goes_on(struct rewrite *r)
{
	if (is_asked) {
		is_asked = 0;
		print_touches(r->touches, r->rounds, r->start);
		fflush(stdout);
	}
	return !is_stopped;
}

/* Through a mapping, so that each page is a fault too. */
static void rewrite_once(struct rewrite *r, int fd, size_t size)
{
	char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (memory == MAP_FAILED)
		die("mmap");
	for (size_t at = 0; at < size && rewrite_goes_on(r); at += PAGE, r->touches++)
		*(volatile unsigned long *)(memory + at) = at + r->rounds;
	for (size_t at = 0; at < size && rewrite_goes_on(r); at += PAGE, r->touches++)
		r->sum += *(volatile unsigned long *)(memory + at);
	munmap(memory, size);
	r->rounds++;
}

static int rewrite_file(const char *path, size_t size, double seconds, unsigned long most)
{
	int fd = open(path, O_RDWR | O_CREAT, 0600);
	struct rewrite r = { .start = now() };

	if (fd < 0 || ftruncate(fd, size))
		die(path);
	do
		rewrite_once(&r, fd, size);
	while (is_before(r.start + seconds) && r.rounds != most);
	printf("sum=%lu ", r.sum);
	print_touches(r.touches, r.rounds, r.start);
	return 0;
}

static void print_faults(unsigned long faults, double start)
{
	printf("faults=%lu ms=%.0f\n", faults, (now() - start) * 1000);
	fflush(stdout);
}

/* An even rate: what is due since the start of the count, looked at a hundred times a second. */
static unsigned long fault_evenly(char *memory, double rate, double end)
{
	const unsigned long tenth = rate / 10 + 1, most = tenth < FAULT_PAGES ? tenth : FAULT_PAGES;
	unsigned long faults = 0, due;
	double begin = now(), counted = 0;

	while (is_before(end)) {
		due = (now() - begin) * rate - counted;
		if (due > most) {
			counted += due - most;
			due = most;
		}
		if (due && madvise(memory, most * PAGE, MADV_DONTNEED))
			die("madvise");
		/* Only written: reading first would be a fault of its own. */
		for (unsigned long i = 0; i < due; i++)
			*(volatile char *)(memory + i * PAGE) = 1;
		faults += due;
		if (is_asked) {
			is_asked = 0;
			print_faults(faults, begin);
		}
		counted += due;
		rest_until(now() + (rate < 100 ? 1 / rate : 0.01));
	}
	return faults;
}

static int fault_at_rate(double rate, double seconds)
{
	char *memory = map_memory(FAULT_PAGES * PAGE);
	unsigned long faults;
	double start;

	if (rate <= 0)
		die("rate");
	/* From here on all faults are counted. */
	print_faults(0, now());
	start = now();
	faults = fault_evenly(memory, rate, start + seconds);
	print_faults(faults, start);
	return 0;
}

static int fault_in_waves(double seconds, int count, char **levels)
{
	char *memory = map_memory(FAULT_PAGES * PAGE);
	double start, end, level_end, rate, length;
	unsigned long faults = 0;

	print_faults(0, now());
	level_end = start = now();
	end = start + seconds;
	for (int i = 0; is_before(end); i = (i + 1) % count) {
		if (sscanf(levels[i], "%lf:%lf", &rate, &length) != 2 || rate <= 0 || length <= 0)
			return -1;
		level_end += length;
		printf("level=%s at_ns=%.0f\n", levels[i], now() * 1e9);
		fflush(stdout);
		faults += fault_evenly(memory, rate, level_end < end ? level_end : end);
	}
	print_faults(faults, start);
	return 0;
}

static int keep_busy(double seconds)
{
	double start = now();
	unsigned long spins = 0;

	while (is_before(start + seconds))
		spins++;
	printf("spins=%lu ms=%.0f\n", spins, (now() - start) * 1000);
	return 0;
}

static int fork_child(size_t size, double seconds)
{
	int status;
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (!pid)
		return use_huge_pages(size, seconds);
	if (waitpid(pid, &status, 0) < 0)
		die("waitpid");
	return status ? 1 : 0;
}

/* A range that came as one page is resident as a whole after one touch. */
static bool is_resident(char *range)
{
	unsigned char pages[HUGE / PAGE];

	if (mincore(range, HUGE, pages))
		die("mincore");
	return pages[HUGE / PAGE - 1] & 1;
}

static char *map_advised(size_t size, int advice)
{
	char *start = mmap(NULL, size + 2 * HUGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *memory = start + HUGE - (uintptr_t)start % HUGE;

	/* Bare memory on both sides: mappings next to each other would become one. */
	if (start == MAP_FAILED || mprotect(memory, size, PROT_READ | PROT_WRITE))
		die("mmap");
	if (advice >= 0 && madvise(memory, size, advice))
		die("madvise");
	return memory;
}

static int touch_first(size_t size, double seconds)
{
	double start = now();
	char *memory = map_advised(size, MADV_HUGEPAGE);
	unsigned long huge = 0, base = 0;

	do {
		for (size_t at = 0; at < size; at += HUGE) {
			*(volatile char *)(memory + at) = 1;
			if (is_resident(memory + at))
				huge++;
			else
				base++;
		}
		if (madvise(memory, size, MADV_DONTNEED))
			die("madvise");
	} while (now() < start + seconds);
	printf("huge=%lu base=%lu ms=%.0f\n", huge, base, (now() - start) * 1000);
	return 0;
}

static struct {
	char *memory;
	size_t size;
} kept;

static int advice_of(const char *word)
{
	if (!*word || !strcmp(word, "hugepage"))
		return MADV_HUGEPAGE;
	if (!strcmp(word, "nohugepage"))
		return MADV_NOHUGEPAGE;
	return -1;
}

/* Written without a look before: a read would map the page of zeroes. */
static void write_pages(char *memory, size_t size)
{
	for (size_t at = 0; at < size; at += PAGE)
		*(volatile unsigned long *)(memory + at) = at / PAGE + 1;
}

/* The kB of huge pages that touching new memory yields */
static long touch_new(size_t size, const char *advice, bool is_kept)
{
	long before = huge_kilobytes(), after;
	char *memory = map_advised(size, advice_of(advice));

	write_pages(memory, size);
	after = huge_kilobytes();
	if (is_kept) {
		kept.memory = memory;
		kept.size = size;
	} else {
		munmap(memory, size);
	}
	return after - before;
}

static void obey_line(char *line);

static void obey_in_child(char *line)
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (!pid) {
		obey_line(line);
		fflush(stdout);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
}

static void obey_line(char *line)
{
	char word[32] = "", argument[32] = "", advice[32] = "";

	sscanf(line, "%31s %31s %31s", word, argument, advice);
	if (!strcmp(word, "huge") || !strcmp(word, "keep")) {
		printf("huge=%ld\n", touch_new(strtoul(argument, NULL, 10) * 1024, advice,
					       !strcmp(word, "keep")));
	} else if (!strcmp(word, "first-touch")) {
		touch_first(strtoul(argument, NULL, 10) * 1024, atof(advice));
	} else if (!strcmp(word, "kept")) {
		printf("huge=%lu\n", huge_kilobytes());
	} else if (!strcmp(word, "touch")) {
		write_pages(kept.memory, kept.size);
		printf("touched\n");
	} else if (!strcmp(word, "collapse")) {
		int error = madvise(kept.memory, kept.size, MADV_COLLAPSE) ? errno : 0;

		printf("error=%d huge=%lu\n", error, huge_kilobytes());
	} else if (!strcmp(word, "drop")) {
		madvise(kept.memory, kept.size, MADV_DONTNEED);
		printf("dropped\n");
	} else if (!strcmp(word, "name")) {
		prctl(PR_SET_NAME, argument);
		printf("name=%s\n", argument);
	} else if (!strcmp(word, "disable")) {
		if (prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0))
			die("prctl");
		printf("disabled\n");
	} else if (!strcmp(word, "uid")) {
		if (setuid((uid_t)strtoul(argument, NULL, 10)))
			die("setuid");
		/* Its own /proc/self stays readable. */
		prctl(PR_SET_DUMPABLE, 1);
		printf("uid=%u\n", getuid());
	} else if (!strcmp(word, "fork")) {
		obey_in_child(strstr(line, "fork") + strlen("fork"));
	} else if (!strcmp(word, "exec")) {
		execl("/proc/self/exe", "workload", "obey", "1", NULL);
		die("exec");
	} else {
		printf("unknown=%s\n", word);
	}
}

/* Unbuffered: what has not been read is the next program's. */
static int obey(void)
{
	char line[256];
	size_t len = 0;

	setvbuf(stdin, NULL, _IONBF, 0);
	printf("ready=%d\n", getpid());
	fflush(stdout);
	while (len < sizeof(line) - 1 && read(0, &line[len], 1) == 1) {
		if (line[len++] != '\n')
			continue;
		line[len - 1] = '\0';
		len = 0;
		if (!strcmp(line, "exit"))
			return 0;
		obey_line(line);
		fflush(stdout);
	}
	return 0;
}

static int run(const char *mode, double seconds, int argc, char **argv)
{
	if (!strcmp(mode, "busy") && argc == 0)
		return keep_busy(seconds);
	if (!strcmp(mode, "obey") && argc == 0)
		return obey();
	if (!strcmp(mode, "file") && argc == 2)
		return use_file(argv[0], megabytes(argv[1]), seconds);
	if (!strcmp(mode, "rewrite") && (argc == 2 || argc == 3))
		return rewrite_file(argv[0], megabytes(argv[1]), seconds,
				    argc == 3 ? atol(argv[2]) : 0);
	if (!strcmp(mode, "wave") && argc > 0)
		return fault_in_waves(seconds, argc, argv);
	if (argc != 1)
		return -1;
	if (!strcmp(mode, "touch"))
		return touch_memory(megabytes(argv[0]), seconds, false);
	if (!strcmp(mode, "random"))
		return touch_memory(megabytes(argv[0]), seconds, true);
	if (!strcmp(mode, "grow"))
		return grow(megabytes(argv[0]), seconds);
	if (!strcmp(mode, "hold"))
		return hold_memory(megabytes(argv[0]), seconds);
	if (!strcmp(mode, "thp"))
		return use_huge_pages(megabytes(argv[0]), seconds);
	if (!strcmp(mode, "faults"))
		return fault_at_rate(atof(argv[0]), seconds);
	if (!strcmp(mode, "fork"))
		return fork_child(megabytes(argv[0]), seconds);
	if (!strcmp(mode, "first-touch"))
		return touch_first(megabytes(argv[0]), seconds);
	return -1;
}

int main(int argc, char **argv)
{
	int status;

	signal(SIGTERM, on_signal);
	signal(SIGUSR1, on_signal);
	status = argc < 3 ? -1 : run(argv[1], atof(argv[2]), argc - 3, argv + 3);
	if (status < 0) {
		fputs(usage, stderr);
		return 2;
	}
	return status;
}
