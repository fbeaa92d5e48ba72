// SPDX-License-Identifier: GPL-2.0
/*
 * with_caps CAPS COMMAND...: run a command as nobody (65534) with these capabilities and no others.
 * CAPS are numbers with commas between; 0 is not one of them, "-" is none.
 */
#define _GNU_SOURCE
#include <grp.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static int set_capabilities(unsigned long long wanted)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { 0 };
	int i;

	for (i = 0; i < 2; i++)
		data[i].effective = data[i].permitted = data[i].inheritable = (unsigned)(wanted >>
											 (32 * i));
	return (int)syscall(SYS_capset, &head, data);
}

static unsigned long long parse(const char *list)
{
	unsigned long long wanted = 0;
	char *end;

	while (*list && *list != '-') {
		wanted |= 1ULL << strtoul(list, &end, 10);
		list = end + (*end == ',');
	}
	return wanted;
}

int main(int argc, char **argv)
{
	unsigned long long wanted = argc > 2 ? parse(argv[1]) : 0;
	int cap;

	if (argc < 3)
		return 2;
	if (prctl(PR_SET_KEEPCAPS, 1) || setgroups(0, NULL) || setgid(65534) || setuid(65534) ||
	    set_capabilities(wanted)) {
		perror("with_caps");
		return 2;
	}
	for (cap = 0; cap < 64; cap++)
		if (wanted >> cap & 1 && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0)) {
			perror("with_caps");
			return 2;
		}
	execvp(argv[2], argv + 2);
	perror(argv[2]);
	return 127;
}
