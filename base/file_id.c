// SPDX-License-Identifier: GPL-2.0
#include "file_id.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bug.h"
#include "output_file.h"

/* A file that is not there yet is a name in its folder. */
struct file_id {
	dev_t device;
	ino_t inode;
	char missing[NAME_MAX + 1]; /* "" where the file is there */
};

struct named_file {
	struct file_id id;
	const char *path;
	bool is_read;
};

static bool id_of_stat(const struct stat *st, struct file_id *id)
{
	*id = (struct file_id){ .device = st->st_dev, .inode = st->st_ino };
	return S_ISREG(st->st_mode) || S_ISDIR(st->st_mode);
}

static bool id_of_missing(const char *path, struct file_id *id)
{
	char whole[PATH_MAX], *base;
	struct stat st;

	if (output_file_resolve(path, whole))
		return false;
	base = strrchr(whole, '/');
	base = base ? base + 1 : whole;
	if (strlen(base) > NAME_MAX)
		return false;
	if (base == whole ? stat(".", &st) : (base[-1] = '\0', stat(*whole ? whole : "/", &st)))
		return false;
	id_of_stat(&st, id);
	strcpy(id->missing, base);
	return true;
}

/* False where the name stands for nothing that could be the same as another name's. */
static bool id_of(const char *path, int standard, struct file_id *id)
{
	struct stat st;

	if (!strcmp(path, "-"))
		return !fstat(standard, &st) && id_of_stat(&st, id);
	return stat(path, &st) ? id_of_missing(path, id) : id_of_stat(&st, id);
}

static bool is_same(const struct file_id *a, const struct file_id *b)
{
	return a->device == b->device && a->inode == b->inode && !strcmp(a->missing, b->missing);
}

static void add(struct file_uses *u, const struct named_file *file)
{
	if (u->count == u->room) {
		u->room = u->room ? u->room * 2 : 16;
		u->files = realloc(u->files, u->room * sizeof(*u->files));
		if (!u->files)
			NO_MEMORY();
	}
	u->files[u->count++] = *file;
}

void file_uses_read(struct file_uses *u, const char *path)
{
	struct named_file file = { .path = path, .is_read = true };

	if (id_of(path, STDIN_FILENO, &file.id))
		add(u, &file);
}

bool file_uses_write(struct file_uses *u, const char *path, const char **ret_other,
		     bool *ret_is_read)
{
	struct named_file file = { .path = path };
	bool has_id = id_of(path, STDOUT_FILENO, &file.id);

	for (size_t i = 0; i < u->count; i++) {
		const struct named_file *f = &u->files[i];

		if (!(has_id && is_same(&f->id, &file.id)) &&
		    (f->is_read || strcmp(f->path, "-") || strcmp(path, "-")))
			continue;
		*ret_other = f->path;
		*ret_is_read = f->is_read;
		return false;
	}
	add(u, &file);
	return true;
}

void file_uses_finish(struct file_uses *u)
{
	free(u->files);
	*u = (struct file_uses){ 0 };
}
