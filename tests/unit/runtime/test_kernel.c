// SPDX-License-Identifier: GPL-2.0
/* What a kernel can do, told from its BTF; here kernels made by hand. */
#include "runtime/failure.h"
#include "runtime/machine/kernel.h"
#include "runtime/object/manifest.h"

#include <bpf/btf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct failure f;

static void add_struct(struct btf *btf, const char *name, const char *const *members)
{
	int number = btf__add_int(btf, "long", 8, 0);
	uint32_t i;

	for (i = 0; members[i]; i++)
		;
	btf__add_struct(btf, name, i * 8);
	for (i = 0; members[i]; i++)
		btf__add_field(btf, members[i], number, i * 64, 0);
}

static void add_kfunc(struct btf *btf, const char *name)
{
	int proto = btf__add_func_proto(btf, 0);

	btf__add_func(btf, name, BTF_FUNC_GLOBAL, proto);
}

static struct kernel made_kernel(const char *const *memcg, bool is_registered, bool has_thp)
{
	static const char *const one[] = { "common", "data", NULL }, *const thp[] = {
		"pid", "thp_get_order", NULL
	};
	struct btf *btf = btf__new_empty();
	struct kernel k;

	if (memcg)
		add_struct(btf, "memcg_bpf_ops", memcg);
	if (is_registered)
		add_struct(btf, "bpf_struct_ops_memcg_bpf_ops", one);
	if (has_thp) {
		add_struct(btf, "bpf_thp_ops", thp);
		add_struct(btf, "bpf_struct_ops_bpf_thp_ops", one);
	}
	add_kfunc(btf, "bpf_get_mem_cgroup");
	add_kfunc(btf, "bpf_cgroup_from_id");
	add_kfunc(btf, "bpf_wq_start");
	kernel_probe_btf(&k, btf, 0);
	return k;
}

static const char *const seventh[] = { "below_low", "below_min", "memcg_charged", "memcg_uncharged",
				       NULL };
static const char *const sixth[] = { "below_low", "below_min", "get_high_delay_ms", NULL };
static const char *const low_only[] = { "below_low", NULL };
static const char *const other[] = { "something_else", NULL };

static void the_shape_is_told_by_its_members(void **state)
{
	struct kernel k = made_kernel(seventh, true, false);

	assert_int_equal(k.memcg, MEMCG_SHAPE_CHARGED);
	kernel_finish(&k);
	k = made_kernel(sixth, true, false);
	assert_int_equal(k.memcg, MEMCG_SHAPE_HIGH_DELAY);
	kernel_finish(&k);
	k = made_kernel(other, true, false);
	assert_int_equal(k.memcg, MEMCG_SHAPE_UNKNOWN);
	kernel_finish(&k);
	k = made_kernel(seventh, false, false);
	assert_int_equal(k.memcg, MEMCG_SHAPE_NONE);
	kernel_finish(&k);
	kernel_probe_btf(&k, NULL, 0);
	assert_int_equal(k.memcg, MEMCG_SHAPE_NONE);
	assert_false(kernel_has(&k, NEED_BIT(GET_ORDER)));
	kernel_finish(&k);
}

static void hooks_are_there_or_not(void **state)
{
	struct kernel k = made_kernel(sixth, true, true);

	assert_true(kernel_has(&k, NEED_BIT(BELOW_LOW)));
	assert_true(kernel_has(&k, NEED_BIT(CHARGED))); /* by its older name */
	assert_false(kernel_has(&k, NEED_BIT(UNCHARGED)));
	assert_true(kernel_has(&k, NEED_BIT(GET_ORDER)));
	assert_false(kernel_has(&k, NEED_BIT(CHARGED) | NEED_BIT(UNCHARGED)));
	assert_true(kernel_has(&k, NEED_BIT(GET_MEMCG)));
	assert_false(kernel_has(&k, NEED_BIT(RECLAIM)));
	kernel_finish(&k);
}

static struct manifest *manifest_with(const char *hooks, const char *needs, const char *action)
{
	struct manifest *m = NULL;
	char text[2048];

	snprintf(text, sizeof(text),
		 "{\"abi\": 4, \"mmpc\": \"0\", \"name\": \"w\", \"hash\": \"0\", \"tick_ns\": 1,"
		 "\"mode\": \"enforce\", \"file\": 0,"
		 "\"files\": [{\"name\": \"w.mmp\", \"text\": \"\"}], \"needs\": [%s],"
		 "\"hooks\": [%s], \"groups\": [{\"name\": \"web\", \"path\": \"web\","
		 "\"absolute\": \"/web\", \"ops\": \"o\", \"hooks\": [], \"file\": 0,"
		 "\"line\": 1}],"
		 "\"rules\": [{\"name\": \"a\", \"action\": \"protect\", \"group\": 0,"
		 "\"file\": 0, \"line\": 2, \"text\": \"\","
		 "\"answer\": {\"at\": \"low\"}}, {\"name\": \"b\", \"action\": \"%s\","
		 "\"group\": 0, \"file\": 0, \"line\": 7,"
		 "\"text\": \"\", \"answer\": {\"delay\": 1, \"step\": 1}}]}",
		 needs, hooks, action);
	if (manifest_parse(&m, text, sizeof(text), "w", &f))
		fail_msg("%s", f.text);
	return m;
}

static void check(struct kernel k, struct manifest *m, const char *place, const char *words)
{
	assert_int_equal(kernel_check(&k, m, &f), -1);
	assert_int_equal(f.status, STATUS_UNSUPPORTED);
	assert_string_equal(f.place, place);
	if (!strstr(f.text, words))
		fail_msg("'%s' does not say '%s'", f.text, words);
	assert_true(f.hint[0]);
	manifest_destroy(m);
	kernel_finish(&k);
}

static void what_is_missing_is_said_at_the_rule_that_needs_it(void **state)
{
	check(made_kernel(NULL, false, false), manifest_with("", "", "throttle"), "w.mmp:2",
	      "no hook 'below_low' for memory cgroups");
	check(made_kernel(low_only, true, false), manifest_with("", "", "throttle"), "w.mmp:2",
	      "an older version, without 'below_low'");
	check(made_kernel(seventh, true, false), manifest_with("", "", "reclaim"), "w.mmp:7",
	      "bpf_try_to_free_mem_cgroup_pages");
	check(made_kernel(sixth, true, false),
	      manifest_with("", "\"memcg_bpf_ops.memcg_uncharged\"", "throttle"), "",
	      "an older version, without 'memcg_uncharged'");
	check(made_kernel(seventh, true, false),
	      manifest_with("", "\"bpf_try_to_free_mem_cgroup_pages\"", "throttle"), "",
	      "bpf_try_to_free_mem_cgroup_pages");
	check(made_kernel(seventh, true, false),
	      manifest_with("", "\"invented_later\"", "throttle"), "",
	      "'invented_later', which this mmpctl does not know");
}

static void a_kernel_that_has_all_is_taken(void **state)
{
	struct kernel k = made_kernel(seventh, true, true);
	struct manifest *m = manifest_with("\"memcg_bpf_ops.memcg_charged\"",
					   "\"bpf_get_mem_cgroup\"", "throttle");

	assert_int_equal(kernel_check(&k, m, &f), 0);
	manifest_destroy(m);
	kernel_finish(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_shape_is_told_by_its_members),
		cmocka_unit_test(hooks_are_there_or_not),
		cmocka_unit_test(what_is_missing_is_said_at_the_rule_that_needs_it),
		cmocka_unit_test(a_kernel_that_has_all_is_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
