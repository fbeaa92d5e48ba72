// SPDX-License-Identifier: GPL-2.0
/* Texts in memory stand before the disk's, the included ones, too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/bug.h"
#include "compile.h"

struct open_text {
	const char *name, *text;
	size_t len;
};

static struct open_text open_texts[4];
static char folder[] = "/tmp/mmp-overlay-XXXXXX";

static const char *find(const struct overlay *o, const char *path, size_t *ret_len)
{
	char *real = source_real_path(path);
	const char *slash = real ? strrchr(real, '/') : NULL, *text = NULL;

	for (size_t i = 0; slash && i < ARRAY_SIZE(open_texts); i++)
		if (open_texts[i].name && !strcmp(open_texts[i].name, slash + 1)) {
			text = open_texts[i].text;
			*ret_len = open_texts[i].len;
		}
	free(real);
	return text;
}

static const struct overlay overlay = { find };

static void open_file(size_t i, const char *name, const char *text)
{
	open_texts[i] = (struct open_text){ name, text, strlen(text) };
}

static void save(const char *name, const char *text)
{
	FILE *f = fopen(name, "we");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static int set_up(void **state)
{
	return !mkdtemp(folder) || chdir(folder);
}

static int forget(void **state)
{
	memset(open_texts, 0, sizeof(open_texts));
	unlink("web.mmp");
	unlink("groups.mmp");
	return 0;
}

static int tear_down(void **state)
{
	return rmdir(folder);
}

/* The findings' codes, in order. */
static const char *codes(struct compilation *c, const char *path)
{
	static char text[256];
	struct compile_options o = { .is_check_only = true, .overlay = &overlay };
	struct diags defaults;

	diags_profile(&defaults, PROFILE_DEFAULT);
	memcpy(o.levels, defaults.levels, sizeof(o.levels));
	compilation_init(c, &o);
	compile_front(c, &o, path);
	*text = '\0';
	for (const struct diag *d = c->diags.first; d; d = d->next)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s ",
			 diag_slug(d->code));
	return text;
}

static void assert_codes(const char *path, const char *wanted)
{
	struct compilation c;

	assert_string_equal(codes(&c, path), wanted);
	compilation_finish(&c);
}

static void test_open_file_stands_before_the_disk(void **state)
{
	save("web.mmp", "protect web whn psi > 10%\n");
	assert_codes("web.mmp", "syntax ");
	open_file(0, "web.mmp", "protect web when psi > 10% hold 2s\n");
	assert_codes("web.mmp", "");
}

static void test_included_open_file(void **state)
{
	save("web.mmp", "include \"groups.mmp\"\nprotect web when psi > $calm hold 2s\n");
	save("groups.mmp", "define calm = 10%\n");
	assert_codes("web.mmp", "");
	open_file(0, "groups.mmp", "define clam = 10%\n");
	assert_codes("web.mmp", "unknown-name ");
}

static void test_file_that_was_never_saved(void **state)
{
	save("web.mmp", "include \"groups.mmp\"\nprotect web when psi > $calm hold 2s\n");
	assert_codes("web.mmp", "include-not-found unknown-name ");
	open_file(0, "groups.mmp", "define calm = 10%\n");
	assert_codes("web.mmp", "");
	assert_codes("./../../tmp/../nowhere/web.mmp", "");
}

static void test_cycle_of_files_that_were_never_saved(void **state)
{
	open_file(0, "web.mmp", "include \"groups.mmp\"\nprotect web\n");
	open_file(1, "groups.mmp", "include \"./web.mmp\"\n");
	assert_codes("web.mmp", "include-cycle ");
}

static void test_nul_in_an_open_file(void **state)
{
	struct compilation c;

	open_texts[0] = (struct open_text){ "web.mmp", "protect web\n\0", 13 };
	assert_string_equal(codes(&c, "web.mmp"), "bad-character ");
	assert_int_equal(c.diags.first->span.start, 12);
	compilation_finish(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_open_file_stands_before_the_disk, forget),
		cmocka_unit_test_teardown(test_included_open_file, forget),
		cmocka_unit_test_teardown(test_file_that_was_never_saved, forget),
		cmocka_unit_test_teardown(test_cycle_of_files_that_were_never_saved, forget),
		cmocka_unit_test_teardown(test_nul_in_an_open_file, forget),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
