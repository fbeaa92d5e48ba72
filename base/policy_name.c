// SPDX-License-Identifier: GPL-2.0
#include "policy_name.h"

#include <string.h>

bool policy_name_is_valid(const char *name)
{
	size_t len = strspn(name,
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

	return len && len <= 64 && !name[len] && strncmp(name, "tmp_", 4) != 0;
}
