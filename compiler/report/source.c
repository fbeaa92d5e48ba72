// SPDX-License-Identifier: GPL-2.0
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/arena.h"
#include "base/bug.h"

void sources_init(struct sources *s, struct arena *a)
{
	*s = (struct sources){ .arena = a };
}

static void count_lines(struct source *f, struct arena *a)
{
	const char *at = f->text, *end = f->text + f->len;
	uint32_t n = 1;

	while ((at = memchr(at, '\n', (size_t)(end - at)))) {
		at++;
		n++;
	}
	f->lines = arena_array(a, uint32_t, n);
	f->line_count = n;
	at = f->text;
	for (uint32_t i = 1; i < n; i++) {
		at = (const char *)memchr(at, '\n', (size_t)(end - at)) + 1;
		f->lines[i] = (uint32_t)(at - f->text);
	}
}

int sources_add(struct sources *s, const char *name, const char *text, size_t len)
{
	struct source *f;
	char *copy;

	if (len > SOURCE_MAX_BYTES)
		BUG("a text of %zu bytes", len);
	if (s->count == s->room) {
		struct source *files;

		s->room = s->room ? s->room * 2 : 4;
		files = arena_array(s->arena, struct source, s->room);
		if (s->count)
			memcpy(files, s->files, s->count * sizeof(*files));
		s->files = files;
	}
	copy = arena_alloc(s->arena, len + 2);
	if (len)
		memcpy(copy, text, len);
	f = &s->files[s->count];
	*f = (struct source){ .name = arena_strdup(s->arena, name), .text = copy, .len = len };
	count_lines(f, s->arena);
	return (int)s->count++;
}

/*
 * A regular file, a pipe, or a terminal; other files cannot hold a policy and are refused unread.
 */
static int refuse_kind(int fd)
{
	struct stat st;

	if (fstat(fd, &st))
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	if (S_ISREG(st.st_mode))
		return st.st_size > SOURCE_MAX_BYTES ? -EFBIG : 0;
	return S_ISFIFO(st.st_mode) || S_ISCHR(st.st_mode) || S_ISSOCK(st.st_mode) ? 0 : -EINVAL;
}

static ssize_t read_some(int fd, char *buffer, size_t room)
{
	for (;;) {
		ssize_t n = read(fd, buffer, room);

		if (n >= 0)
			return n;
		if (errno == EAGAIN)
			poll(&(struct pollfd){ .fd = fd, .events = POLLIN }, 1, -1);
		else if (errno != EINTR)
			return -errno;
	}
}

/* Read all of fd into a malloc'ed buffer. */
static int read_all(int fd, char **ret_text, size_t *ret_len)
{
	size_t room = 64u << 10, len = 0;
	char *text = malloc(room);

	for (;;) {
		ssize_t n;

		if (!text)
			NO_MEMORY();
		n = read_some(fd, text + len, room - len);
		if (n <= 0 || len + (size_t)n > SOURCE_MAX_BYTES) {
			*ret_text = text;
			*ret_len = len;
			return n <= 0 ? (int)n : -EFBIG;
		}
		len += (size_t)n;
		if (len == room)
			text = realloc(text, room *= 2);
	}
}

static bool is_idle_pipe(int fd, const char *path)
{
	struct stat st;

	return strncmp(path, "/dev/", 5) && !fstat(fd, &st) && S_ISFIFO(st.st_mode);
}

/*
 * Opening a named pipe must not wait for a writer: O_NONBLOCK opens it at once, and a read returns
 * end of file while nobody has it open for writing. Such a pipe is refused (-EPIPE); one with a
 * writer is read to its end.
 */
static int read_path(const char *path, char **ret_text, size_t *ret_len)
{
	int fd = strcmp(path, "-") ? open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY) : 0;
	int err;

	if (fd < 0)
		return -errno;
	err = refuse_kind(fd);
	if (!err)
		err = read_all(fd, ret_text, ret_len);
	if (!err && !*ret_len && fd && is_idle_pipe(fd, path))
		err = -EPIPE;
	if (fd)
		close(fd);
	return err;
}

/* A NUL byte ends the text: the bytes after it are ignored. */
static int add_text(struct sources *s, const char *path, const char *text, size_t len,
		    uint32_t *ret_bad_offset)
{
	const char *nul = len ? memchr(text, '\0', len) : NULL;
	int index;

	if (len > SOURCE_MAX_BYTES)
		return -EFBIG;
	if (nul)
		len = *ret_bad_offset = (uint32_t)(nul - text);
	index = sources_add(s, strcmp(path, "-") ? path : "<stdin>", text, len);
	s->files[index].is_standard_input = !strcmp(path, "-");
	return nul ? -EILSEQ : index;
}

/* A file that is open in an editor is read from there: a device or a pipe would keep it waiting. */
static bool may_wait(const struct sources *s, const char *path)
{
	struct stat st;

	return s->overlay && !stat(path, &st) && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

int sources_read(struct sources *s, const char *path, uint32_t *ret_bad_offset)
{
	size_t len = 0;
	const char *open_text = s->overlay ? s->overlay->find(s->overlay, path, &len) : NULL;
	char *text = NULL;
	int index;

	if (open_text)
		return add_text(s, path, open_text, len, ret_bad_offset);
	index = may_wait(s, path) ? -EINVAL : read_path(path, &text, &len);
	if (!index)
		index = add_text(s, path, text, len, ret_bad_offset);
	free(text);
	return index;
}

bool sources_has(const struct sources *s, const char *path)
{
	size_t len;

	return (s->overlay && s->overlay->find(s->overlay, path, &len)) || !access(path, F_OK);
}

char *source_real_path(const char *path)
{
	char *real = realpath(path, NULL), *folder, *whole = NULL;
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;

	if (real || errno != ENOENT || !*name)
		return real;
	folder = slash ? strndup(path, (size_t)(name - path)) : strdup(".");
	real = folder ? realpath(folder, NULL) : NULL;
	if (real && asprintf(&whole, "%s/%s", strcmp(real, "/") ? real : "", name) < 0)
		whole = NULL;
	free(folder);
	free(real);
	return whole;
}

const char *source_error(int err)
{
	switch (-err) {
	case ENOENT:
		return "there is no such file";
	case ENOTDIR:
		return "a part of the path is not a directory";
	case EACCES:
	case EPERM:
		return "you may not read it";
	case EISDIR:
		return "it is a directory";
	case ENXIO:
	case EINVAL:
		return "it is neither a file nor a pipe";
	case EPIPE:
		return "it is a pipe without a writer";
	case EFBIG:
		return "it is larger than 16 MiB";
	case EILSEQ:
		return "it has a NUL byte";
	case ELOOP:
		return "its symbolic links go in a circle";
	case ENAMETOOLONG:
		return "its name is too long";
	default:
		return "reading failed";
	}
}

uint32_t source_find_line(const uint32_t *starts, uint32_t count, uint32_t offset)
{
	uint32_t low = 0, high = count;

	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;

		if (starts[middle] <= offset)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* The line that holds `offset`, from 0. */
static uint32_t line_index(const struct source *f, uint32_t offset)
{
	return source_find_line(f->lines, f->line_count, offset);
}

uint32_t source_line_of(const struct sources *s, uint32_t file, uint32_t offset)
{
	return line_index(&s->files[file], offset) + 1;
}

struct place source_place(const struct sources *s, uint32_t file, uint32_t offset)
{
	const struct source *f = &s->files[file];
	uint32_t line = line_index(f, offset), column = 1;

	/* Every byte that does not continue a code point starts one. */
	for (uint32_t i = f->lines[line]; i < offset && i < f->len; i++)
		column += ((unsigned char)f->text[i] & 0xc0) != 0x80;
	return (struct place){ .file = f->name, .line = line + 1, .column = column };
}

const char *source_line(const struct source *f, uint32_t line, uint32_t *ret_len)
{
	uint32_t start = f->lines[line - 1];
	uint32_t end = line < f->line_count ? f->lines[line] - 1 : f->len;

	if (end > start && f->text[end - 1] == '\r')
		end--;
	*ret_len = end - start;
	return f->text + start;
}
