// SPDX-License-Identifier: GPL-2.0
#include "outputs.h"

#include <string.h>

#include "base/arena.h"
#include "compile.h"
#include "report/source.h"

void outputs_read(struct file_uses *u, const struct sources *s)
{
	for (uint32_t i = 0; i < s->count; i++) {
		const struct source *f = &s->files[i];

		if (!f->is_option)
			file_uses_read(u, f->is_standard_input ? "-" : f->name);
	}
}

void outputs_read_policy(struct file_uses *u, const struct compilation *c)
{
	outputs_read(u, &c->sources);
	if (c->config.path)
		file_uses_read(u, c->config.path);
}

static const char *shown(struct arena *a, const char *path)
{
	return strcmp(path, "-") ? arena_printf(a, "'%s'", path) : "standard output";
}

char *outputs_write(struct file_uses *u, struct arena *a, const char *path)
{
	bool is_read, is_one_name;
	const char *other;

	if (file_uses_write(u, path, &other, &is_read))
		return NULL;
	is_one_name = !strcmp(path, other);
	if (is_read && !strcmp(other, "-"))
		return arena_printf(a, "%s is what standard input reads: it would be overwritten",
				    shown(a, path));
	if (is_read && is_one_name)
		return arena_printf(a, "'%s' is read: it would be overwritten", path);
	if (is_read)
		return arena_printf(a, "%s is '%s', which is read: it would be overwritten",
				    shown(a, path), other);
	if (is_one_name)
		return arena_printf(a, "%s would be written twice: one output would be lost",
				    shown(a, path));
	return arena_printf(a, "%s and %s are one file: one output would be lost", shown(a, other),
			    shown(a, path));
}
