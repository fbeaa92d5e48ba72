// SPDX-License-Identifier: GPL-2.0
#include "way_words.h"

#include "installed/installed.h"

static void set(json_t *doc, const char *key, uint64_t n)
{
	json_object_set_new(doc, key, json_integer((json_int_t)n));
}

void way_describe(json_t *doc, const struct installed *p)
{
	set(doc, "gave_way", p->run.gave_way);
	if (p->way != INSTALLED_FILES)
		return;
	set(doc, "file_writes", p->hands.writes);
	set(doc, "failed_writes", p->hands.failed);
	set(doc, "overwritten", p->hands.overwritten);
	set(doc, "left", p->hands.left);
}

static void print_count(FILE *file, const json_t *doc, const char *key, const char *what)
{
	json_int_t n = json_integer_value(json_object_get(doc, key));

	if (n)
		fprintf(file, "  %s: %lld\n", what, (long long)n);
}

void way_print(FILE *file, const json_t *doc)
{
	print_count(file, doc, "overwritten",
		    "times that somebody else wrote what the policy holds");
	print_count(file, doc, "left",
		    "values that were not put back, since somebody else had written");
	print_count(file, doc, "failed_writes", "writes that failed");
	print_count(file, doc, "gave_way",
		    "times that protection at low gave way, to avoid a kill");
}
