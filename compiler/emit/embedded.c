// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "base/bug.h"
#include "template.h"

#define EMBED(symbol, file, path) extern const char embedded_##symbol[], embedded_##symbol##_end[];
#include "embedded.def"
#undef EMBED

const struct embedded embedded_files[] = {
#define EMBED(symbol, file, path)                                                                  \
	{ .name = file, .text = embedded_##symbol, .end = embedded_##symbol##_end },
#include "embedded.def"
#undef EMBED
};

const size_t embedded_count = ARRAY_SIZE(embedded_files);

const struct embedded *embedded_get(const char *name)
{
	for (size_t i = 0; i < embedded_count; i++)
		if (!strcmp(embedded_files[i].name, name))
			return &embedded_files[i];
	BUG("no file '%s' is built in", name);
}
