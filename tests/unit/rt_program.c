// SPDX-License-Identifier: GPL-2.0
/* The verifier's log, cut down to what quotes the policy. */
#include "runtime/failure.h"
#include "runtime/manifest.h"
#include "runtime/program.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char manifest_text[] =
	"{\"abi\": 1, \"mmpc\": \"0\", \"name\": \"web\", \"hash\": \"0\", \"tick_ns\": 1, "
	"\"mode\": \"enforce\","
	"\"files\": [{\"name\": \"etc/web.mmp\", \"text\": \"# c\\nprotect web\\n  when psi > "
	"10\\n\"}],"
	"\"groups\": [], \"rules\": [{\"name\": \"r\", \"action\": \"protect\", \"row_base\": 0, "
	"\"rows\": 1,"
	"\"file\": \"etc/web.mmp\", \"line\": 2, \"text\": \"protect web when psi > 10\"}]}";

static struct manifest *manifest;
static struct failure f;

static int parse(void **state)
{
	return manifest_parse(&manifest, manifest_text, sizeof(manifest_text), "web.bpf.o", &f);
}

static int destroy(void **state)
{
	manifest_destroy(manifest);
	return 0;
}

static void quote(const char *log)
{
	memset(&f, 0, sizeof(f));
	program_quote_log(manifest, log, &f);
}

static void the_last_place_in_the_policy_counts(void **state)
{
	quote("0: R1=ctx()\n"
	      "; protect web @ web.mmp:2\n"
	      "0: (b7) r0 = 0\n"
	      "; when psi > 10 @ web.mmp:3\n"
	      "1: (61) r1 = *(u32 *)(r2 +0)\n"
	      "; mmp_helper(x) @ mmp_kernel.h:99\n"
	      "R2 !read_ok\n"
	      "processed 2 insns (limit 1000000)\n");
	assert_string_equal(f.place, "etc/web.mmp:3");
	assert_int_equal(strncmp(f.detail, "; when psi > 10", 15), 0);
	assert_non_null(strstr(f.detail, "R2 !read_ok"));
	assert_null(strstr(f.detail, "processed"));
}

static void older_logs_quote_the_text_alone(void **state)
{
	quote("; when psi > 10\n1: (61) r1 = *(u32 *)(r2 +0)\nR2 !read_ok\n");
	assert_string_equal(f.place, "etc/web.mmp:3");
}

static void a_log_about_other_code_has_no_place(void **state)
{
	quote("; x = 1; @ sampler.bpf.h:7\nR0 !read_ok\n");
	assert_string_equal(f.place, "");
	assert_non_null(strstr(f.detail, "R0 !read_ok"));
}

static void of_a_long_log_the_end_is_kept(void **state)
{
	static char log[20000];

	memset(log, 'a', sizeof(log) - 1);
	strcpy(log + sizeof(log) - 20, "\nthe reason\n");
	quote(log);
	assert_non_null(strstr(f.detail, "the reason"));
	assert_true(strlen(f.detail) < 4000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_place_in_the_policy_counts),
		cmocka_unit_test(older_logs_quote_the_text_alone),
		cmocka_unit_test(a_log_about_other_code_has_no_place),
		cmocka_unit_test(of_a_long_log_the_end_is_kept),
	};

	return cmocka_run_group_tests(tests, parse, destroy);
}
