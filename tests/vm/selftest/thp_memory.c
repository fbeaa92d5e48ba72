// SPDX-License-Identifier: GPL-2.0
#include "thp_memory.h"
#include "harness.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define THP "/sys/kernel/mm/transparent_hugepage/"

void write_knob(const char *name, const char *value)
{
	char path[256];
	FILE *stream;

	snprintf(path, sizeof(path), THP "%s", name);
	stream = fopen(path, "w");
	if (!stream || fputs(value, stream) < 0 || fclose(stream))
		die("%s > %s", value, path);
}

long read_knob(const char *name)
{
	char path[256];
	long value = -1;
	FILE *stream;

	snprintf(path, sizeof(path), THP "%s", name);
	stream = fopen(path, "r");
	if (!stream || fscanf(stream, "%ld", &value) != 1)
		die("%s", path);
	fclose(stream);
	return value;
}

char *map_aligned(void)
{
	char *memory = mmap(NULL, THP_SIZE + HUGE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		die("mmap");
	memory += HUGE - (uintptr_t)memory % HUGE;
	if (madvise(memory, THP_SIZE, MADV_HUGEPAGE))
		die("madvise");
	return memory;
}

void touch(char *memory)
{
	for (size_t at = 0; at < THP_SIZE; at += 4096)
		memory[at] = 1;
}

long huge_kb(void)
{
	FILE *stream = fopen("/proc/self/smaps_rollup", "r");
	char line[256];
	long kb = -1;

	if (!stream)
		die("smaps_rollup");
	while (fgets(line, sizeof(line), stream))
		sscanf(line, "AnonHugePages: %ld", &kb);
	fclose(stream);
	return kb;
}

long huge_of_new_memory(void)
{
	char *memory = map_aligned();
	long before = huge_kb(), after;

	touch(memory);
	after = huge_kb();
	munmap(memory, THP_SIZE);
	return after - before;
}

long huge_in_child(const char *program)
{
	int result[2];
	long kb = -1;
	pid_t pid;

	if (pipe2(result, O_CLOEXEC))
		die("pipe");
	fflush(stdout);
	pid = program ? vfork() : fork();
	if (pid < 0)
		die("fork");
	if (!pid && program) {
		dup2(result[1], 1);
		execl(program, program, "huge", NULL);
		_exit(1);
	}
	if (!pid) {
		kb = huge_of_new_memory();
		_exit(write(result[1], &kb, sizeof(kb)) != sizeof(kb));
	}
	if (read(result[0], &kb, sizeof(kb)) != sizeof(kb))
		die("the child said nothing");
	waitpid(pid, NULL, 0);
	close(result[0]);
	close(result[1]);
	return kb;
}
