// SPDX-License-Identifier: GPL-2.0
#include "policy_file.h"

#include "failure.h"
#include "object/manifest.h"
#include "object/object.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int cannot_read(const char *path, int error, struct failure *f)
{
	return fail(f, STATUS_USAGE, "cannot read '%s': %s", path, errno_words(error));
}

/* The whole file, with a NUL after it. */
static char *read_whole(const char *path, size_t *ret_size, struct failure *f)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t size = 0, room = 0;
	char *text = NULL, *more;
	ssize_t n = 1;

	while (fd >= 0 && n > 0 && size <= OBJECT_SIZE_MAX) {
		if (room - size < 65536) {
			more = realloc(text, room = 2 * room + 131072);
			if (!more)
				break;
			text = more;
		}
		n = read(fd, text + size, room - size - 1);
		size += n > 0 ? (size_t)n : 0;
	}
	if (fd < 0 || n)
		cannot_read(path, fd < 0 || n < 0 ? errno : EFBIG, f);
	if (fd >= 0)
		close(fd);
	if (fd < 0 || n) {
		free(text);
		return NULL;
	}
	text[size] = '\0';
	*ret_size = size;
	return text;
}

static int read_object(struct policy_file *p, char *data, size_t size, struct failure *f)
{
	if (object_read(&p->object, p->path, (unsigned char *)data, size, f))
		return -1;
	p->manifest = p->object->manifest;
	p->plan = p->manifest->plan;
	p->text = json_dumps(p->manifest->root, JSON_COMPACT);
	return p->text ? 0 : fail(f, STATUS_USAGE, "out of memory");
}

int policy_file_open(struct policy_file *p, const char *path, struct failure *f)
{
	size_t size;
	char *data;

	*p = (struct policy_file){ .path = path };
	arena_init(&p->arena);
	data = read_whole(path, &size, f);
	if (!data)
		return -1;
	if (size >= 4 && !memcmp(data, "\177ELF", 4))
		return read_object(p, data, size, f);
	p->text = data;
	if (data[strspn(data, " \t\n")] != '{') {
		fail(f, STATUS_USAGE, "'%s' is neither a compiled policy nor a plan", path);
		fail_hint(f, "mmpc run POLICY.mmp, or first: mmpc compile POLICY.mmp");
		return -1;
	}
	if (manifest_parse(&p->manifest, data, size, path, f))
		return -1;
	p->plan = p->manifest->plan;
	return 0;
}

void policy_file_close(struct policy_file *p)
{
	if (!p->object)
		manifest_destroy(p->manifest);
	object_destroy(p->object);
	free(p->text);
	arena_finish(&p->arena);
}
