// SPDX-License-Identifier: GPL-2.0
#include "path.h"

#include <string.h>

const char *path_last(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

bool path_is_at_or_below(const char *path, const char *above)
{
	size_t len = strlen(above);

	return !strncmp(path, above, len) && (!len || !path[len] || path[len] == '/');
}

bool path_is_below(const char *path, const char *above)
{
	return path_is_at_or_below(path, above) && strcmp(path, above) != 0;
}
