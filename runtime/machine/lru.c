// SPDX-License-Identifier: GPL-2.0
#include "lru.h"

#include <stdio.h>

bool lru_is_multi_gen(void)
{
	FILE *file = fopen("/sys/kernel/mm/lru_gen/enabled", "re");
	unsigned enabled = 0;

	if (!file)
		return false;
	if (fscanf(file, "%x", &enabled) != 1)
		enabled = 0;
	fclose(file);
	return enabled & 1;
}
