// SPDX-License-Identifier: GPL-2.0
#include "output_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINKS_MAX 40

static int name_too_long(int length, size_t room)
{
	return length < 0 || (size_t)length >= room ? -ENAMETOOLONG : 0;
}

/* The length of the path's folder with its slash; 0: the current one. */
static int folder_length(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (int)(slash - path) + 1 : 0;
}

/* What a path stands for where realpath() finds nothing: links lead to a file that is to be made.
 */
static int follow_links(char path[PATH_MAX])
{
	char target[PATH_MAX], joined[2 * PATH_MAX];
	int error = 0;

	for (int i = 0; i < LINKS_MAX && !error; i++) {
		ssize_t len = readlink(path, target, sizeof(target) - 1);

		if (len < 0)
			return 0;
		target[len] = '\0';
		error = name_too_long(snprintf(joined, sizeof(joined), "%.*s%s",
					       target[0] == '/' ? 0 : folder_length(path), path,
					       target),
				      PATH_MAX);
		if (!error)
			strcpy(path, joined);
	}
	return error ? error : -ELOOP;
}

int output_file_resolve(const char *path, char ret[PATH_MAX])
{
	if (strlen(path) >= PATH_MAX)
		return -ENAMETOOLONG;
	if (realpath(path, ret))
		return 0;
	strcpy(ret, path);
	return errno == ENOENT ? follow_links(ret) : -errno;
}

/* /dev/stdout, where that leads to a file: to be added to, not replaced. */
static bool is_standard_output(const struct stat *st)
{
	struct stat out;

	return !fstat(STDOUT_FILENO, &out) && out.st_dev == st->st_dev && out.st_ino == st->st_ino;
}

/* A new file beside the path, with a name that cannot be guessed. Returns its fd or -errno. */
static int open_temporary(struct output_file *o)
{
	int error = name_too_long(snprintf(o->temporary, sizeof(o->temporary), "%.*s.mmp-XXXXXX",
					   folder_length(o->path), o->path),
				  sizeof(o->temporary));
	/* O_CREAT and O_EXCL, which follow no link */
	int fd = error ? error : mkostemp(o->temporary, O_CLOEXEC);

	if (fd >= 0)
		return fd;
	o->temporary[0] = '\0';
	return error ? error : -errno;
}

/* The file's own mode and owner are kept; a new one gets what open() would give it. */
static int keep_owner(const struct output_file *o, int fd)
{
	mode_t mask;

	if (!o->is_there) {
		mask = umask(0);
		umask(mask);
		return fchmod(fd, 0666 & ~mask) ? -errno : 0;
	}
	if (fchown(fd, o->owner, o->group) || fchmod(fd, o->mode & 07777))
		return -errno;
	return 0;
}

/* In memory, where no file can be made in the folder. */
static int open_regular(struct output_file *o, bool has_other_names)
{
	int fd = has_other_names ? -EMLINK : open_temporary(o);

	if (o->is_there && access(o->path, W_OK)) {
		int error = -errno;

		if (fd >= 0)
			close(fd);
		if (o->temporary[0])
			unlink(o->temporary);
		return error;
	}
	if (fd >= 0 && keep_owner(o, fd)) {
		close(fd);
		unlink(o->temporary);
		o->temporary[0] = '\0';
		fd = -EPERM;
	}
	if (fd < 0 && o->is_there)
		fd = memfd_create("mmp-output", MFD_CLOEXEC);
	return fd == -1 ? -errno : fd;
}

static int open_path(struct output_file *o)
{
	struct stat st;

	o->is_there = !stat(o->path, &st);
	if (!o->is_there && errno != ENOENT)
		return -errno;
	if (o->is_there && is_standard_output(&st)) {
		o->stream = stdout;
		o->is_direct = true;
		return STDOUT_FILENO;
	}
	if (o->is_there && !S_ISREG(st.st_mode)) {
		int fd = open(o->path, O_WRONLY | O_CLOEXEC | O_NOCTTY);

		o->is_direct = true;
		return fd < 0 ? -errno : fd;
	}
	if (o->is_there) {
		o->mode = st.st_mode;
		o->owner = st.st_uid;
		o->group = st.st_gid;
	}
	return open_regular(o, o->is_there && st.st_nlink > 1);
}

int output_file_begin(struct output_file *o, const char *path)
{
	int error, fd;

	*o = (struct output_file){ .stream = stdout, .is_direct = true };
	if (!strcmp(path, "-"))
		return 0;
	*o = (struct output_file){ 0 };
	error = output_file_resolve(path, o->path);
	fd = error ? error : open_path(o);
	if (fd < 0 || o->stream)
		return fd < 0 ? fd : 0;
	o->stream = fdopen(fd, o->is_direct ? "w" : "w+");
	if (o->stream)
		return 0;
	close(fd);
	if (o->temporary[0])
		unlink(o->temporary);
	return -ENOMEM;
}

/* Standard output stays open for whoever else writes to it. */
static int close_stream(struct output_file *o, int error)
{
	if (o->stream == stdout)
		return error;
	return fclose(o->stream) && !error ? -errno : error;
}

/* All of it is on its way to the disk, or -errno. */
static int flush(FILE *stream)
{
	errno = 0;
	if (fflush(stream) || ferror(stream))
		return errno ? -errno : -EIO;
	return 0;
}

static int write_all(int fd, const char *bytes, size_t len)
{
	while (len) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0) {
			bytes += n;
			len -= (size_t)n;
		}
	}
	return 0;
}

static int copy(FILE *from, int to)
{
	char buffer[65536];
	int error = 0;
	size_t n;

	rewind(from);
	while (!error && (n = fread(buffer, 1, sizeof(buffer), from)) > 0)
		error = write_all(to, buffer, n);
	return error ? error : ferror(from) ? -EIO : 0;
}

/* Room first, so that a full disk leaves what was there. */
static int write_in_place(struct output_file *o)
{
	int fd = open(o->path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY), error = 0;
	off_t size;

	if (fd < 0)
		return -errno;
	size = fseeko(o->stream, 0, SEEK_END) ? -1 : ftello(o->stream);
	if (size < 0)
		error = -errno;
	else if (size > 0 && posix_fallocate(fd, 0, size) == ENOSPC)
		error = -ENOSPC;
	if (!error)
		error = copy(o->stream, fd);
	if (!error && (ftruncate(fd, size) || fsync(fd)))
		error = -errno;
	if (close(fd) && !error)
		error = -errno;
	return error;
}

static int put_in_place(struct output_file *o)
{
	if (!o->temporary[0])
		return write_in_place(o);
	if (fsync(fileno(o->stream)))
		return -errno;
	if (!rename(o->temporary, o->path)) {
		o->temporary[0] = '\0';
		return 0;
	}
	return o->is_there ? write_in_place(o) : -errno;
}

int output_file_end(struct output_file *o, bool is_wanted)
{
	int error = flush(o->stream);

	if (!error && is_wanted && !o->is_direct)
		error = put_in_place(o);
	error = close_stream(o, error);
	if (o->temporary[0])
		unlink(o->temporary);
	return error;
}
