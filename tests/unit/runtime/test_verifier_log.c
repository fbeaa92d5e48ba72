// SPDX-License-Identifier: GPL-2.0
/* The verifier's log, cut down to what quotes the policy. */
#include "runtime/failure.h"
#include "runtime/object/manifest.h"
#include "runtime/object/verifier_log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char manifest_text[] =
	"{\"abi\": 4, \"mmpc\": \"0\", \"name\": \"web\", \"hash\": \"0\", \"tick_ns\": 1, "
	"\"mode\": \"enforce\", \"file\": 0,"
	"\"files\": [{\"name\": \"etc/web.mmp\", \"text\": \"# c\\nprotect web\\n  when psi > "
	"10\\n\"}],"
	"\"groups\": [{\"name\": \"web\", \"path\": \"web\", \"absolute\": \"/web\","
	"\"file\": 0, \"line\": 2}],"
	"\"rules\": [{\"name\": \"r\", \"action\": \"protect\", \"group\": 0, \"file\": 0, "
	"\"line\": 2, \"text\": \"protect web when psi > 10\","
	"\"answer\": {\"at\": \"low\"}}]}";

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
	verifier_log_quote(manifest, log, &f);
}

static void the_last_place_in_the_policy_counts(void **state)
{
	quote("0: R1=ctx()\n"
	      "; protect web @ policy-0.mmp:2\n"
	      "0: (b7) r0 = 0 ; R0_w=0\n"
	      "; when psi > 10 @ policy-0.mmp:3\n"
	      "1: (61) r1 = *(u32 *)(r2 +0)\n"
	      "; mmp_helper(x) @ mmp_kernel.h:99\n"
	      "R2 !read_ok\n"
	      "processed 2 insns (limit 1000000)\n");
	assert_string_equal(f.place, "etc/web.mmp:3");
	assert_string_equal(f.detail, "etc/web.mmp:3: when psi > 10\n"
				      "; mmp_helper(x) @ mmp_kernel.h:99\n"
				      "R2 !read_ok\n");
	assert_int_equal(strncmp(f.log, "; when psi > 10 @ policy-0.mmp:3\n1: (61) r1", 38), 0);
	assert_null(strstr(f.log, "processed"));
}

static void working_is_left_out_of_the_sentences(void **state)
{
	quote("; protect web @ policy-0.mmp:2\n"
	      "12: (bf) r1 = r6                      ; R1_w=scalar(id=3) R6=scalar(id=3)\n"
	      "from 12 to 14: R0=map_value(map=m,ks=4,vs=8) R10=fp0 fp-8=mmmmmmmm\n"
	      "14: frame1: R1_w=0 R10=fp0 cb\n"
	      "mark_precise: frame0: last_idx 14 first_idx 0 subseq_idx -1\n"
	      "Func#3 ('mmp_tick') is global and assumed valid.\n"
	      "infinite loop detected at insn 14\n"
	      "cur state: R0=0 R10=fp0\n"
	      "R1 type=scalar expected=fp, pkt\n"
	      "invalid access to map value, value_size=48 off=60 size=4\n");
	assert_string_equal(f.detail, "etc/web.mmp:2: protect web\n"
				      "infinite loop detected at insn 14\n"
				      "R1 type=scalar expected=fp, pkt\n"
				      "invalid access to map value, value_size=48 off=60 size=4\n");
	assert_non_null(strstr(f.log, "R1_w=scalar(id=3)"));
}

static void older_logs_quote_the_text_alone(void **state)
{
	quote("; when psi > 10\n1: (61) r1 = *(u32 *)(r2 +0)\nR2 !read_ok\n");
	assert_string_equal(f.place, "etc/web.mmp:3");
	assert_string_equal(f.detail, "etc/web.mmp:3: when psi > 10\nR2 !read_ok\n");
}

static void a_log_about_other_code_has_no_place(void **state)
{
	quote("; x = 1; @ sampler.bpf.h:7\nR0 !read_ok\n");
	assert_string_equal(f.place, "");
	assert_string_equal(f.detail, "; x = 1; @ sampler.bpf.h:7\nR0 !read_ok\n");
}

static void of_a_long_log_the_end_is_kept(void **state)
{
	static char log[20000];

	memset(log, 'a', sizeof(log) - 1);
	strcpy(log + sizeof(log) - 20, "\nthe reason\n");
	quote(log);
	assert_string_equal(f.detail, "the reason\n");
	assert_non_null(strstr(f.log, "the reason"));
}

static void what_an_earlier_program_came_to_is_no_end(void **state)
{
	quote("processed 7 insns (limit 1000000)\n"
	      "; protect web @ policy-0.mmp:2\n"
	      "R2 !read_ok\n");
	assert_string_equal(f.detail, "etc/web.mmp:2: protect web\nR2 !read_ok\n");
	assert_string_equal(f.log, "; protect web @ policy-0.mmp:2\nR2 !read_ok\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_place_in_the_policy_counts),
		cmocka_unit_test(working_is_left_out_of_the_sentences),
		cmocka_unit_test(older_logs_quote_the_text_alone),
		cmocka_unit_test(a_log_about_other_code_has_no_place),
		cmocka_unit_test(of_a_long_log_the_end_is_kept),
		cmocka_unit_test(what_an_earlier_program_came_to_is_no_end),
	};

	return cmocka_run_group_tests(tests, parse, destroy);
}
