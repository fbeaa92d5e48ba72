// SPDX-License-Identifier: GPL-2.0
/* Which lines mmpctl top shows, in which order, and where its cursor stays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "top/text.h"
#include "top/view.h"

static struct view view;

/* "web: a/x b/y*; db: c/": policies with rules on cgroups; a * is active. */
static json_t *made(const char *text)
{
	json_t *policies = json_array(), *policy = NULL, *rules = NULL, *rule;
	char copy[256], *word, *cgroup, *rest = copy;
	size_t n = 0;

	snprintf(copy, sizeof(copy), "%s", text);
	while ((word = strsep(&rest, " ")) && *word) {
		if (strchr(word, ':')) {
			rules = json_array();
			policy = json_pack("{s:s%, s:o}", "name", word, strcspn(word, ":"), "rules",
					   rules);
			json_array_append_new(policies, policy);
			continue;
		}
		cgroup = strchr(word, '/');
		rule = json_pack("{s:s%, s:s%, s:b, s:f, s:i}", "rule", word,
				 (size_t)(cgroup - word), "cgroup", cgroup, strcspn(cgroup, "*"),
				 "is_active", strchr(word, '*') != NULL, "acted_per_s",
				 (double)(n % 3), "since_s", (int)n);
		json_array_append_new(rules, rule);
		n++;
	}
	return json_pack("{s:o}", "policies", policies);
}

static void expect(const char *wanted)
{
	char got[512] = "";
	size_t i;

	for (i = 0; i < view.count; i++) {
		const struct view_line *line = &view.lines[i];
		size_t len = strlen(got);

		snprintf(got + len, sizeof(got) - len, "%s%s%s%s%s", i ? " " : "",
			 i == view.cursor ? ">" : "",
			 line->rule ? text_of(line->rule, "rule") : text_of(line->policy, "name"),
			 line->rule ? text_of(line->rule, "cgroup") : ":",
			 json_is_true(json_object_get(line->rule, "is_active")) ? "*" : "");
	}
	assert_string_equal(got, wanted);
}

static int set_up(void **state)
{
	view_init(&view);
	view_show(&view, made("web: b/y a/z* a/x db: c/"));
	return 0;
}

static int tear_down(void **state)
{
	view_finish(&view);
	return 0;
}

static void test_orders(void **state)
{
	expect(">db: c/ web: b/y a/x a/z*");
	view.sort = VIEW_BY_ACTIVE;
	view_arrange(&view);
	expect("web: a/z* b/y a/x >db: c/");
	view.is_reverse = true;
	view_arrange(&view);
	expect(">db: c/ web: b/y a/x a/z*");
	view.sort = VIEW_BY_ACTED;
	view.is_reverse = false;
	view_arrange(&view);
	expect("web: a/x a/z* b/y >db: c/");
	view.sort = VIEW_BY_CHANGED;
	view_arrange(&view);
	expect("web: b/y a/z* a/x >db: c/");
}

static void test_filters(void **state)
{
	strcpy(view.filter, "/x");
	view_arrange(&view);
	expect(">web: a/x");
	strcpy(view.filter, "db");
	view_arrange(&view);
	expect(">db: c/");
	strcpy(view.filter, "none");
	view_arrange(&view);
	expect("");
	assert_null(view_selected(&view));
	view_move(&view, 1);
	view_fold(&view);
	view.filter[0] = '\0';
	view.only_active = true;
	view_arrange(&view);
	expect(">web: a/z*");
}

static void test_cursor(void **state)
{
	view_move(&view, 3);
	expect("db: c/ web: >b/y a/x a/z*");
	/* The others come and go. */
	view_show(&view, made("web: b/y a/a"));
	expect("web: >b/y a/a");
	view_show(&view, made("x: q/ web: b/y aa: r/"));
	expect("aa: r/ web: >b/y x: q/");
	/* It goes itself: what is in its place. */
	view_show(&view, made("x: q/ aa: r/"));
	expect("aa: r/ x: >q/");
	view_show(&view, made(""));
	expect("");
	view_show(&view, made("aa: r/"));
	expect(">aa: r/");
	view_move(&view, 100);
	expect("aa: >r/");
	view_move(&view, -100);
	expect(">aa: r/");
}

static void test_folding(void **state)
{
	view_move(&view, 4);
	view_fold(&view);
	expect("db: c/ >web:");
	view_show(&view, made("web: b/y a/z* a/x db: c/"));
	expect("db: c/ >web:");
	view_fold(&view);
	expect("db: c/ >web: b/y a/x a/z*");
}

static void test_scrolling(void **state)
{
	view_scroll(&view, 2);
	assert_int_equal(view.top, 0);
	view_move(&view, 3);
	view_scroll(&view, 2);
	assert_int_equal(view.top, 2);
	view_move(&view, 9);
	view_scroll(&view, 2);
	assert_int_equal(view.top, 4);
	view_scroll(&view, 4);
	assert_int_equal(view.top, 2);
	view_scroll(&view, 0);
	view_scroll(&view, 100);
	assert_int_equal(view.top, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_orders, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_filters, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_cursor, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_folding, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_scrolling, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
