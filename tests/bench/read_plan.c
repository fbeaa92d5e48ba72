// SPDX-License-Identifier: GPL-2.0
/* Read a plan's file as mmpctl reads an object's manifest, and print the CPU seconds that it takes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "failure.h"
#include "object/manifest.h"

static double cpu_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static char *read_file(const char *path, size_t *ret_size)
{
	FILE *f = fopen(path, "re");
	char *text = malloc(PLAN_FILE_BYTES_MAX);

	if (!f || !text)
		exit(1);
	*ret_size = fread(text, 1, PLAN_FILE_BYTES_MAX, f);
	fclose(f);
	return text;
}

int main(int argc, char **argv)
{
	struct failure f = { 0 };
	struct manifest *m;
	size_t size;
	char *text = read_file(argv[argc - 1], &size);
	double before = cpu_seconds();

	if (manifest_parse(&m, text, size, argv[argc - 1], &f)) {
		fprintf(stderr, "%s\n", f.text);
		return 1;
	}
	printf("%.4f\n", cpu_seconds() - before);
	manifest_destroy(m);
	free(text);
	return 0;
}
