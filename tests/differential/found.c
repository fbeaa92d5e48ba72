// SPDX-License-Identifier: GPL-2.0
#include "found.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void print_lines(FILE *out, const char *text)
{
	for (; *text; text += strcspn(text, "\n") + 1)
		fprintf(out, "#   %.*s\n", (int)strcspn(text, "\n"), text);
}

static void print_series(FILE *out, struct pair *p, uint32_t tick)
{
	char *text = NULL;
	size_t size;
	FILE *lines = open_memstream(&text, &size);

	pair_print_series(lines, p, tick);
	fclose(lines);
	print_lines(out, text);
	free(text);
}

char *found_text(struct pair *p, const struct difference *d, const char *side)
{
	char *text = NULL, *kept;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	fprintf(out, "# differential: %s, seed %" PRIu64 ", ticks %u\n", side, p->seed,
		d->tick + 1);
	fprintf(out, "# %s\n# The last of the series:\n", d->what);
	print_series(out, p, d->tick);
	fputs(p->text, out);
	fclose(out);
	kept = arena_strdup(&p->arena, text);
	free(text);
	return kept;
}

bool found_write(const char *folder, struct pair *p, const struct difference *d, const char *side,
		 char *ret_path, size_t size)
{
	FILE *out;

	snprintf(ret_path, size, "%s/%s-%" PRIu64 ".mmp", folder, side, p->seed);
	out = fopen(ret_path, "we");
	if (!out)
		return false;
	fputs(found_text(p, d, side), out);
	return !fclose(out);
}

bool found_read(const char *path, struct pair *ret, uint32_t *ret_ticks)
{
	FILE *in = fopen(path, "re");
	uint64_t seed = 1;
	char *text = NULL, side[8];
	size_t size = 0;
	ssize_t len;

	if (!in)
		return false;
	len = getdelim(&text, &size, '\0', in);
	fclose(in);
	*ret_ticks = 500;
	if (len > 0) {
		sscanf(text, "# differential: %7[a-z], seed %" SCNu64 ", ticks %" SCNu32, side,
		       &seed, ret_ticks);
		pair_read(ret, seed, text);
	}
	free(text);
	return len > 0;
}
