// SPDX-License-Identifier: GPL-2.0
/* The rows of attach.c: what an attachment is, what is kept of it, and what is said of it. */
#include "runtime/failure.h"
#include "runtime/installed/owner.h"
#include "runtime/machine/kernel.h"
#include "runtime/policy/attach.h"
#include "runtime/policy/policy.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct failure f;

static struct attachment of_cgroup(const char *path, uint64_t id)
{
	struct attachment a = { .kind = ATTACH_MEMCG, .pin = "link_0web", .cgroup.id = id };

	strcpy(a.cgroup.path, path);
	return a;
}

static void every_row_is_whole(void **state)
{
	for (int i = 0; i < ATTACH_KIND_COUNT; i++) {
		const struct attach_info *info = &attach_infos[i];

		assert_non_null(info->type);
		assert_non_null(info->title);
		assert_true(info->target < TARGET_KIND_COUNT);
		assert_true(info->need < NEED_COUNT);
		assert_int_equal(!info->prepare, !info->attach);
		assert_int_equal(!info->attach, !info->attach_again);
		assert_int_equal(!info->attach, !info->explain);
		/* A need that rules can have is of a row that works. */
		assert_int_equal(!info->attach, !!(NEEDS_WITHOUT_TEMPLATE & 1ULL << info->need));
	}
}

static void a_record_brings_an_attachment_back(void **state)
{
	struct attachment web = of_cgroup("web/php", 42), back = { 0 };
	json_t *record;

	web.allow_override = true;
	record = attachment_record(&web);
	assert_true(attachment_recall(&back, record));
	assert_int_equal(back.kind, ATTACH_MEMCG);
	assert_string_equal(back.cgroup.path, "web/php");
	assert_true(back.allow_override);
	json_decref(record);
}

static void a_process_s_record_too(void **state)
{
	json_t *record = json_pack("{s:s, s:s, s:i}", "pin", "link_p0_7", "type", "bpf_thp_ops",
				   "pid", 7);
	struct attachment back = { 0 };

	assert_true(attachment_recall(&back, record));
	assert_int_equal(back.kind, ATTACH_THP);
	assert_int_equal(back.pid, 7);
	json_decref(record);
}

/* Once it became an attachment to the root cgroup. */
static void without_its_record_a_link_is_nothing(void **state)
{
	json_t *other = json_pack("{s:s}", "type", "tcp_congestion_ops");
	json_t *unfinished = json_pack("{s:s}", "type", "memcg_bpf_ops");
	json_t *known_only = json_pack("{s:s, s:s}", "type", "bpf_mthp_ops", "path", "web");
	struct attachment a = { 0 };

	assert_false(attachment_recall(&a, NULL));
	assert_false(attachment_recall(&a, other));
	assert_false(attachment_recall(&a, unfinished));
	assert_false(attachment_recall(&a, known_only));
	json_decref(other);
	json_decref(unfinished);
	json_decref(known_only);
}

static void the_same_is_the_same_target_of_one_interface(void **state)
{
	struct attachment web = of_cgroup("web", 1), same = of_cgroup("web", 1);
	struct attachment db = of_cgroup("db", 2), all = { .kind = ATTACH_THP };
	struct attachment one = { .kind = ATTACH_THP, .pid = 7 };

	assert_true(attachment_is_same(&web, &same));
	assert_false(attachment_is_same(&web, &db));
	assert_false(attachment_is_same(&web, &all));
	assert_true(attachment_is_same(&one, &one));
	assert_false(attachment_is_same(&one, &all));
	assert_true(attachment_can_move(&one, &one));
	assert_false(attachment_can_move(&one, &all));
	assert_false(attachment_can_move(&one, &web));
}

static void what_the_kernel_would_refuse_is_refused(void **state)
{
	struct attachment web = of_cgroup("web", 1), php = of_cgroup("web/php", 2);
	struct attachment website = of_cgroup("website", 3), root = of_cgroup("", 4);

	assert_int_equal(attachment_conflict(&web, &website, &f), 0);
	assert_int_equal(attachment_conflict(&web, &php, &f), -1);
	assert_string_equal(f.text, "the cgroup '/web/php' is below '/web', which has a policy "
				    "already");
	assert_int_equal(attachment_conflict(&web, &web, &f), -1);
	assert_string_equal(f.text, "the cgroup '/web' would get two policies");
	assert_int_equal(attachment_conflict(&root, &web, &f), -1);
	web.allow_override = true;
	assert_int_equal(attachment_conflict(&web, &php, &f), 0);
}

static void ancestors_come_first(void **state)
{
	struct attachment web = of_cgroup("web", 1), php = of_cgroup("web/php", 2);
	struct attachment root = of_cgroup("", 4), *x = &php, *y = &web, *z = &root;

	assert_true(attachment_compare(&y, &x) < 0);
	assert_true(attachment_compare(&z, &y) < 0);
	assert_true(attachment_compare(&x, &z) > 0);
}

/* A policy's attachment borrows its group's descriptor, which closing twice would take from others.
 */
static void a_borrowed_cgroup_is_not_closed(void **state)
{
	struct attachment web = of_cgroup("web", 1);

	web.link_fd = web.map_fd = -1;
	web.cgroup.fd = 1000;
	attachment_finish(&web);
	assert_int_equal(web.cgroup.fd, 1000);
	web.owns_cgroup = true;
	attachment_finish(&web);
	assert_int_equal(web.cgroup.fd, -1);
}

static void a_kernel_without_a_global_mode_is_named_so(void **state)
{
	struct attachment all = { .kind = ATTACH_THP }, one = { .kind = ATTACH_THP, .pid = 7 };

	attach_infos[ATTACH_THP].explain(&all, NULL, -ESRCH, &f);
	assert_int_equal(f.status, STATUS_UNSUPPORTED);
	assert_string_equal(f.text, "this kernel's huge-page hook cannot be attached to all "
				    "processes at once");
	attach_infos[ATTACH_THP].explain(&one, NULL, -ESRCH, &f);
	assert_int_equal(f.status, STATUS_TARGET);
	assert_string_equal(f.text, "process 7 has ended");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_is_whole),
		cmocka_unit_test(a_record_brings_an_attachment_back),
		cmocka_unit_test(a_process_s_record_too),
		cmocka_unit_test(without_its_record_a_link_is_nothing),
		cmocka_unit_test(the_same_is_the_same_target_of_one_interface),
		cmocka_unit_test(what_the_kernel_would_refuse_is_refused),
		cmocka_unit_test(ancestors_come_first),
		cmocka_unit_test(a_borrowed_cgroup_is_not_closed),
		cmocka_unit_test(a_kernel_without_a_global_mode_is_named_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
