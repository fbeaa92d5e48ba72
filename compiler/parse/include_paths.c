// SPDX-License-Identifier: GPL-2.0
#include "include_paths.h"

#include <glob.h>
#include <string.h>

#include "ast.h"
#include "base/arena.h"
#include "report/source.h"

/* The folder of the including file with its '/', or "". */
static const char *folder_of(struct arena *a, const struct sources *s, const struct word *path)
{
	const char *name = s->files[path->span.file].name, *slash = strrchr(name, '/');

	return slash ? arena_strndup(a, name, (size_t)(slash - name) + 1) : "";
}

/* The folder is a name, not a pattern. */
static const char *without_pattern(struct arena *a, const char *folder)
{
	char *out = arena_alloc(a, 2 * strlen(folder) + 1), *end = out;

	for (; *folder; folder++) {
		if (strchr("*?[\\", *folder))
			*end++ = '\\';
		*end++ = *folder;
	}
	*end = '\0';
	return out;
}

/* A folder that matches is not a file to read. */
static const char *const *matches(struct arena *a, const char *folder, const char *pattern)
{
	const char *whole = arena_printf(a, "%s%s", without_pattern(a, folder), pattern);
	const char **list = NULL;
	size_t count = 0;
	glob_t found;

	if (glob(whole, GLOB_MARK, NULL, &found))
		return NULL;
	list = arena_array(a, const char *, found.gl_pathc + 1);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		const char *path = found.gl_pathv[i];

		if (path[strlen(path) - 1] != '/')
			list[count++] = arena_strdup(a, path);
	}
	globfree(&found);
	return count ? list : NULL;
}

static const char *const *one(struct arena *a, const char *path)
{
	const char **list = arena_array(a, const char *, 2);

	list[0] = path;
	return list;
}

static const char *const *by_pattern(struct arena *a, const struct sources *s, const char *folder,
				     const char *pattern)
{
	const char *const *list = matches(a, folder, pattern);

	for (const char *const *dir = s->include_dirs; !list && dir && *dir; dir++)
		list = matches(a, arena_printf(a, "%s/", *dir), pattern);
	return list ? list : arena_array(a, const char *, 1);
}

const char *const *include_paths(struct arena *a, const struct sources *s, const struct word *path,
				 bool *ret_is_pattern)
{
	const char *folder = path->text[0] == '/' ? "" : folder_of(a, s, path);
	const char *beside = arena_printf(a, "%s%s", folder, path->text), *found;

	*ret_is_pattern = false;
	/* A file may have a name that looks like a pattern. */
	if (sources_has(s, beside))
		return one(a, beside);
	*ret_is_pattern = strpbrk(path->text, "*?[") != NULL;
	if (*ret_is_pattern)
		return by_pattern(a, s, folder, path->text);
	for (const char *const *dir = s->include_dirs; dir && *dir && path->text[0] != '/'; dir++) {
		found = arena_printf(a, "%s/%s", *dir, path->text);
		if (sources_has(s, found))
			return one(a, found);
	}
	return one(a, beside);
}
