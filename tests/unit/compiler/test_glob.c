// SPDX-License-Identifier: GPL-2.0
/* The hook's matcher of names: as fnmatch() says, and at an end within its loop. */
#include <fnmatch.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bpf-templates/mmp_glob.h"

static unsigned most_steps;

static bool matches(const char *pattern_text, const char *name)
{
	struct mmp_matching m = { 0 };
	char pattern[MMP_PATTERN_ROOM] = "";
	unsigned steps = 1;

	snprintf(pattern, sizeof(pattern), "%s", pattern_text);
	snprintf(m.name, sizeof(m.name), "%s", name);
	while (!mmp_glob_step(&m, pattern))
		steps++;
	assert_true(steps <= MMP_GLOB_STEPS);
	most_steps = steps > most_steps ? steps : most_steps;
	return m.is_match;
}

static void as_fnmatch(const char *pattern, const char *name)
{
	if (matches(pattern, name) != !fnmatch(pattern, name, FNM_NOESCAPE))
		fail_msg("'%s' and '%s'", pattern, name);
}

/* A star, 33 times a and a b; the name has 199 times a before its b. */
static void many_starts(void **state)
{
	char name[256], pattern[256];

	for (size_t n = 1; n < 254; n += 3) {
		memset(name, 'a', 255);
		name[254] = 'b';
		name[255] = '\0';
		memset(pattern, 'a', 255);
		pattern[0] = '*';
		strcpy(pattern + n, "b");
		as_fnmatch(pattern, name);
		as_fnmatch(pattern, name + 55);
		name[254] = 'c';
		as_fnmatch(pattern, name);
	}
	assert_true(most_steps > 4096); /* which the loop once ended at */
}

static void any_texts(void **state)
{
	static const char letters[] = "ab\\-", marks[] = "ab\\-**?";
	char name[24], pattern[16];

	srand(39);
	for (int i = 0; i < 200000; i++) {
		size_t n = (size_t)rand() % sizeof(name), p = (size_t)rand() % sizeof(pattern);

		memset(name, 0, sizeof(name));
		memset(pattern, 0, sizeof(pattern));
		for (size_t k = 0; k + 1 < n; k++)
			name[k] = letters[(size_t)rand() % (sizeof(letters) - 1)];
		for (size_t k = 0; k + 1 < p; k++)
			pattern[k] = marks[(size_t)rand() % (sizeof(marks) - 1)];
		as_fnmatch(pattern, name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_starts),
		cmocka_unit_test(any_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
