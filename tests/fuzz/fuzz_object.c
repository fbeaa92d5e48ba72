// SPDX-License-Identifier: GPL-2.0
/*
 * The reader of object files. An input is a list of edits, five bytes each (where, and the byte to
 * put there), of a small sound object, with a first byte that says how much of its end is cut off;
 * or, where that is 0xff, an object itself. What is taken is closed again; nothing is loaded.
 */
#include <stddef.h>
#include <stdint.h>

#include "runtime/failure.h"
#include "runtime/object/object.h"
#include "tests/unit/runtime/made_object.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct made_object edited(const uint8_t *data, size_t size)
{
	struct made_object whole = made_object(NULL), o = whole;
	uint32_t where;

	/* In memory of just its size, for the sanitizer. */
	o.size -= size ? data[0] : 0;
	for (; size >= 6; data += 5, size -= 5) {
		memcpy(&where, data + 1, sizeof(where));
		whole.data[where % whole.size] = data[5];
	}
	o.data = malloc(o.size);
	memcpy(o.data, whole.data, o.size);
	free(whole.data);
	return o;
}

static struct made_object raw(const uint8_t *data, size_t size)
{
	struct made_object o = { .data = malloc(size + !size), .size = size };

	memcpy(o.data, data, size);
	return o;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct made_object made = size && data[0] == 0xff ? raw(data + 1, size - 1)
							  : edited(data, size);
	struct failure f = { 0 };
	struct object *o = NULL;

	if (!object_read(&o, "fuzz.bpf.o", made.data, made.size, &f))
		object_destroy(o);
	else if (!f.status || !f.text[0])
		abort();
	return 0;
}
