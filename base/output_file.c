// SPDX-License-Identifier: GPL-2.0
#include "output_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int output_file_begin(struct output_file *o, const char *path)
{
	struct stat st;

	if (strlen(path) >= sizeof(o->path))
		return -ENAMETOOLONG;
	if (!realpath(path, o->path))
		strcpy(o->path, path);
	o->temporary[0] = '\0';
	if (stat(o->path, &st) || S_ISREG(st.st_mode))
		snprintf(o->temporary, sizeof(o->temporary), "%s.%d.tmp", o->path, (int)getpid());
	o->stream = fopen(o->temporary[0] ? o->temporary : o->path, "we");
	return o->stream ? 0 : -errno;
}

int output_file_end(struct output_file *o, bool is_wanted)
{
	int error = 0;

	errno = 0;
	if (fflush(o->stream) || ferror(o->stream))
		error = errno ? -errno : -EIO;
	if (fclose(o->stream) && !error)
		error = -errno;
	if (!o->temporary[0])
		return error;
	if (!error && is_wanted && rename(o->temporary, o->path))
		error = -errno;
	if (error || !is_wanted)
		unlink(o->temporary);
	return error;
}
