// SPDX-License-Identifier: GPL-2.0
/*
 * quote_log OBJECT <LOG: what mmpctl shows of a verifier's log about that object: the place, then
 * what it always shows, then an empty line and what --verbose adds.
 */
#include "runtime/failure.h"
#include "runtime/object/object.h"
#include "runtime/object/verifier_log.h"

#include <stdio.h>

int main(int argc, char **argv)
{
	static char log[1 << 20];
	static struct failure f;
	struct object *object;

	if (argc != 2 || object_open(&object, argv[1], &f)) {
		fprintf(stderr, "quote_log: %s\n", f.text);
		return 2;
	}
	log[fread(log, 1, sizeof(log) - 1, stdin)] = '\0';
	verifier_log_quote(object->manifest, log, &f);
	printf("%s\n%s\n%s", f.place, f.detail, f.log);
	object_destroy(object);
	return 0;
}
