/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Source texts and places in them. A place is a byte range of one file; lines and columns are
 * computed only when needed. Columns count code points from 1; a tab counts as one.
 */
#ifndef MMP_SOURCE_H
#define MMP_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "plan/limits.h"

struct arena;

#define SOURCE_MAX_BYTES PLAN_TEXT_MAX
#define SOURCE_MAX_INCLUDES 16 /* depth */

struct source {
	const char *name; /* as the user named it, "<stdin>" for -; bytes, maybe not UTF-8 */
	const char *text; /* len bytes, then two NULs */
	uint32_t len;
	struct span included_at; /* meaningful where is_included */
	bool is_included;
	bool is_standard_input;
	bool is_option; /* the text of a -D: there is no such file */
	uint32_t *lines; /* offset of each line's first byte */
	uint32_t line_count;
};

/* Texts that replace those on disk: the files that an editor has open. */
struct overlay {
	/* The text of that path, which lives as long as the sources are read, or NULL. */
	const char *(*find)(const struct overlay *o, const char *path, size_t *ret_len);
};

struct sources {
	struct arena *arena;
	struct source *files;
	uint32_t count, room;
	const char *const *include_dirs; /* -I, NULL-terminated, or NULL */
	const struct overlay *overlay; /* or NULL */
};

struct place {
	const char *file;
	uint32_t line, column; /* from 1 */
};

void sources_init(struct sources *s, struct arena *a);

/*
 * Read a whole file ("-" is standard input) and return its index, or -errno. The overlay comes
 * before the disk. -ENOENT and friends from open, -EISDIR a directory, -EINVAL not a regular file
 * or pipe, -EPIPE a named pipe that nobody writes to, -EFBIG over SOURCE_MAX_BYTES, -EILSEQ has a
 * NUL byte (*ret_bad_offset says where, and the text up to it is kept as the last of the files).
 */
int sources_read(struct sources *s, const char *path, uint32_t *ret_bad_offset);

/* Does the file exist, in the overlay or on the disk? */
bool sources_has(const struct sources *s, const char *path);

/*
 * The canonical path of a file, malloc'ed: links followed; where the file does not exist, the
 * folder's path and its name. NULL where the folder does not exist either.
 */
char *source_real_path(const char *path);

/* The same from memory; text is copied. Returns the index. */
int sources_add(struct sources *s, const char *name, const char *text, size_t len);

/* The meaning of a -errno of sources_read(), to follow "cannot read 'FILE': ". */
const char *source_error(int err);

/* Of `count` lines that begin at `starts`, the one that holds `offset`; all from 0. */
uint32_t source_find_line(const uint32_t *starts, uint32_t count, uint32_t offset);

/* Only the line, from 1: this is faster, since no columns are counted. */
uint32_t source_line_of(const struct sources *s, uint32_t file, uint32_t offset);
struct place source_place(const struct sources *s, uint32_t file, uint32_t offset);

/* From the beginning of the one to the end of the other; of two files, only the first. */
static inline struct span span_join(struct span a, struct span b)
{
	if (a.file != b.file)
		return a;
	return (struct span){ .file = a.file,
			      .start = a.start < b.start ? a.start : b.start,
			      .end = a.end > b.end ? a.end : b.end };
}

/* The points at which a span begins and ends. */
static inline struct span span_after(struct span s)
{
	return (struct span){ .file = s.file, .start = s.end, .end = s.end };
}

static inline struct span span_before(struct span s)
{
	return (struct span){ .file = s.file, .start = s.start, .end = s.start };
}

/* The text of line `line` (from 1), without its end of line; *ret_len bytes. */
const char *source_line(const struct source *f, uint32_t line, uint32_t *ret_len);

#endif
