// SPDX-License-Identifier: GPL-2.0
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/path.h"

/* "" is the root. NULL: not even the folder is there, which is for the policy's reader to say. */
static char *folder_of(struct arena *a, const char *policy)
{
	char *real = strcmp(policy, "-") ? source_real_path(policy) : realpath(".", NULL);
	char *folder = real ? arena_strdup(a, real) : NULL;

	free(real);
	if (folder && (strcmp(policy, "-") || !folder[1]))
		*strrchr(folder, '/') = '\0';
	return folder;
}

/* As people name it: from the current folder, where it is in there. */
static const char *from_here(struct arena *a, const char *path)
{
	char *here = realpath(".", NULL);
	size_t len = here ? strlen(here) : 0;

	if (len > 1 && path_is_below(path, here))
		path += len + 1;
	free(here);
	return arena_strdup(a, path);
}

/* A link may lead to another of the folders above, and to nowhere else. */
static int check_link(struct arena *a, const char *folder, const char *path, char **ret_trouble)
{
	char *real = realpath(path, NULL), *above;
	bool is_above;

	if (!real) {
		*ret_trouble = arena_printf(a, "cannot read '%s': %s", path, source_error(-errno));
		return -1;
	}
	above = arena_strdup(a, real);
	*strrchr(above, '/') = '\0';
	is_above = path_is_at_or_below(folder, above);
	if (!is_above)
		*ret_trouble =
			arena_printf(a,
				     "'%s' is a link to '%s', which is in no folder above the "
				     "policy: --config reads such a file, --no-config none",
				     path, real);
	free(real);
	return is_above ? 0 : -1;
}

int config_find(struct arena *a, const char *policy, const char **ret_path, char **ret_trouble)
{
	char *folder = folder_of(a, policy), *above = folder ? arena_strdup(a, folder) : NULL;
	struct stat st;

	*ret_path = NULL;
	while (above) {
		char *path = arena_printf(a, "%s/" CONFIG_NAME, above);

		if (!lstat(path, &st)) {
			*ret_path = from_here(a, path);
			return check_link(a, folder, path, ret_trouble);
		}
		if (errno != ENOENT && errno != ENOTDIR) {
			*ret_trouble = arena_printf(a, "cannot read '%s': %s", path,
						    source_error(-errno));
			return -1;
		}
		if (!*above)
			return 0;
		*strrchr(above, '/') = '\0';
	}
	return 0;
}
