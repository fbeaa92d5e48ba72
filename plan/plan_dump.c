// SPDX-License-Identifier: GPL-2.0
/* A plan's file as text that people can read and compare: a rule is a line. */
#include "plan_json.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "base/text.h"

static void dump(struct text *t, const json_t *value)
{
	char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_ENSURE_ASCII);

	if (!text)
		BUG("cannot print a plan's file");
	text_add(t, text, strlen(text));
	free(text);
}

static void dump_list(struct text *t, const json_t *list)
{
	const json_t *entry;
	size_t i;

	json_array_foreach (list, i, entry) {
		text_printf(t, i ? ",\n  " : "[\n  ");
		dump(t, entry);
	}
	text_printf(t, json_array_size(list) ? "\n ]" : "[]");
}

char *plan_json_dump(struct arena *a, const json_t *root)
{
	const char *key, *between = "{\n \"";
	const json_t *value;
	struct text t;

	text_init(&t, a);
	json_object_foreach ((json_t *)(uintptr_t)root, key, value) {
		text_printf(&t, "%s%s\": ", between, key);
		between = ",\n \"";
		if (json_is_array(value))
			dump_list(&t, value);
		else
			dump(&t, value);
	}
	text_printf(&t, "\n}\n");
	return t.data;
}
