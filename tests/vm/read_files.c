// SPDX-License-Identifier: GPL-2.0
/*
 * read_files ROUNDS MS FILE... : opens the files, then reads each of them once every MS
 * milliseconds, ROUNDS times, as plainly as C can. Prints the CPU time of it in ns: "ns=NS
 * files=COUNT".
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static uint64_t cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void read_all(const int *fds, int count)
{
	static char text[65536];

	for (int i = 0; i < count; i++)
		if (pread(fds[i], text, sizeof(text), 0) < 0)
			exit(1);
}

int main(int argc, char **argv)
{
	int count = argc - 3, *fds = calloc((size_t)argc, sizeof(*fds));
	struct rlimit many = { 1 << 16, 1 << 16 };
	uint64_t begin;

	setrlimit(RLIMIT_NOFILE, &many);
	if (count < 1 || !fds)
		return 2;
	for (int i = 0; i < count; i++) {
		fds[i] = open(argv[i + 3], O_RDONLY);
		if (fds[i] < 0) {
			perror(argv[i + 3]);
			return 1;
		}
	}
	begin = cpu_ns();
	for (int round = atoi(argv[1]); round; round--) {
		read_all(fds, count);
		usleep((unsigned)atoi(argv[2]) * 1000);
	}
	printf("ns=%llu files=%d\n", (unsigned long long)(cpu_ns() - begin), count);
	return 0;
}
