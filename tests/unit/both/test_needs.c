// SPDX-License-Identifier: GPL-2.0
/*
 * mmpc and mmpctl judge a kernel alike: every signal in every scope, and every action, on each
 * kernel of the table and on those whose facts were recorded (tests/kernel/facts). A rule that
 * `mmpc --check --kernel K` takes is one that `mmpctl load` on K takes, and the other way round.
 */
#include "check/kernels.h"
#include "compile.h"
#include "emit/emit.h"
#include "runtime/failure.h"
#include "runtime/machine/kernel.h"
#include "runtime/object/manifest.h"

#include <bpf/btf.h>
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define POLICIES_MAX 512

static char *policies[POLICIES_MAX];
static size_t policy_count, refusals, acceptances;

static void __attribute__((format(printf, 1, 2))) add(const char *fmt, ...)
{
	va_list args;

	assert_true(policy_count < POLICIES_MAX);
	va_start(args, fmt);
	assert_true(vasprintf(&policies[policy_count++], fmt, args) > 0);
	va_end(args);
}

/* A comparison that the quantity allows. */
static const char *comparison(enum signal_id id)
{
	static char text[64];
	enum quantity q = signal_infos[id].quantity;

	if (q == QUANTITY_CONDITION)
		return "";
	if (id == SIGNAL_MEMCG)
		return "== web";
	snprintf(text, sizeof(text), "%s %s",
		 q == QUANTITY_STRING || q == QUANTITY_ENUM ? "==" : ">", quantity_example(q));
	return text;
}

static void add_signal(enum signal_id id)
{
	const struct signal_info *s = &signal_infos[id];
	const char *is = comparison(id);

	if (s->scopes & OF_CGROUP) {
		add("cgroup web = \"web\"\nnotify \"x\" when web.%s %s\n", s->name, is);
		add("cgroup pods = \"pods/*\"\nnotify \"x\" when pods.%s %s\n", s->name, is);
		add("cgroup web = \"web\"\nprotect web when %s %s\n", s->name, is);
		if (!signal_hooks(id)) /* those of a parent are counted by no hook */
			add("cgroup web = \"web\"\nthrottle web 20ms when parent.%s %s\n", s->name,
			    is);
	}
	if (s->scopes & OF_SYSTEM)
		add("notify \"x\" when system.%s %s\n", s->name, is);
	if (s->scopes & OF_SELF)
		add("cgroup web = \"web\"\nprotect web when self.%s %s\n", s->name, is);
	if (s->scopes & OF_CALL)
		add("cgroup web = \"web\"\nthp never when %s %s\n", s->name, is);
}

static void add_actions(void)
{
	static const char *const rules[] = {
		"protect web",
		"protect web at min",
		"throttle web 20ms",
		"throttle web 20ms to 150ms as psi from 10% to 50%",
		"reclaim web when usage > 80% until usage < 70%",
		"reclaim web no pace when psi > 50% until psi < 20%",
		"reclaim web no swap budget 1MiB/s when anon > 1GiB until anon < 512MiB",
		"thp order 4",
		"thp never on swap",
		"thp order 9 on pagefault, khugepaged",
		"process p = comm \"redis\" thp p never",
		"process p = cgroup web thp p never",
		"process p = cgroup pods thp p never",
		"process p = cgroup pods thp p never thp default",
		"notify \"x\"",
		"notify \"x\" when web.psi > 10% and system.swap_free < 10%",
	};

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		add("cgroup web = \"web\"\ncgroup pods = \"pods/*\"\n%s\n", rules[i]);
		add("cgroup web = \"pods/*\"\ncgroup pods = \"pods/*\"\n%s\n", rules[i]);
	}
	for (int i = 0; i < SIGNAL_COUNT; i++)
		add_signal((enum signal_id)i);
}

/* Kernels, made as BTF from what is known of them. */

static void add_member(struct btf *btf, const char *type, uint64_t has)
{
	int number = btf__add_int(btf, "long", 8, 0);
	size_t len = strlen(type);
	int count = 0;

	for (int i = 0; i < NEED_COUNT; i++)
		count += has >> i & 1 && need_infos[i].kind == STRUCT_MEMBER &&
			 !strncmp(need_infos[i].word, type, len) && need_infos[i].word[len] == '.';
	if (!count)
		return;
	btf__add_struct(btf, type, (uint32_t)count * 8);
	count = 0;
	for (int i = 0; i < NEED_COUNT; i++)
		if (has >> i & 1 && need_infos[i].kind == STRUCT_MEMBER &&
		    !strncmp(need_infos[i].word, type, len) && need_infos[i].word[len] == '.')
			btf__add_field(btf, need_infos[i].word + len + 1, number,
				       64 * (uint32_t)count++, 0);
}

static struct btf *btf_with(uint64_t has)
{
	struct btf *btf = btf__new_empty();
	char done[4096] = " ", type[128], mark[160];

	for (int i = 0; i < NEED_COUNT; i++) {
		const struct need_info *n = &need_infos[i];

		if (!(has >> i & 1))
			continue;
		if (n->kind == FUNCTION) {
			btf__add_func(btf, need_name((enum kernel_need)i), BTF_FUNC_GLOBAL,
				      btf__add_func_proto(btf, 0));
		} else if (n->kind == ENUMERATOR) {
			btf__add_enum(btf, "an_enum", 4);
			btf__add_enum_value(btf, n->word, i);
		} else if (n->kind == STRUCT_MEMBER) {
			snprintf(type, sizeof(type), "%.*s", (int)strcspn(n->word, "."), n->word);
			snprintf(mark, sizeof(mark), " %s ", type);
			if (strstr(done, mark))
				continue;
			strcat(done, mark);
			add_member(btf, type, has);
		}
	}
	return btf;
}

/* What mmpc reads from the same BTF is what mmpctl finds in it. */
static void compare_btf(struct btf *btf, uint64_t has)
{
	char path[] = "/tmp/mmp-needs-XXXXXX", *trouble = NULL;
	struct kernel_facts facts;
	struct arena a;
	uint32_t size;
	const void *data = btf__raw_data(btf, &size);
	int fd = mkstemp(path);

	assert_true(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	close(fd);
	arena_init(&a);
	if (kernel_by_btf(&facts, &a, path, &trouble))
		fail_msg("%s", trouble);
	unlink(path);
	assert_true((facts.has & ~needs_beyond_btf()) == (has & ~needs_beyond_btf()));
	arena_finish(&a);
}

static bool mmpc_takes(struct compilation *c, const struct kernel_facts *facts, uint32_t *ret_line)
{
	struct diags *ds = &c->diags;
	struct diag *before = ds->last;

	check_kernel(&c->arena, c->plan, facts, ds);
	*ret_line = 0;
	if (ds->last == before)
		return true;
	*ret_line = source_place(&c->sources, c->file, c->plan->rules[0].span.start).line;
	return false;
}

static void judge(const char *text, const struct kernel_facts *facts, const struct kernel *k)
{
	struct compile_options o = { 0 };
	struct diags defaults = { 0 };
	struct failure f = { 0 };
	struct manifest *m = NULL;
	struct compilation c;
	uint32_t line;
	bool is_taken;
	char *json;

	diags_profile(&defaults, PROFILE_DEFAULT);
	memcpy(o.levels, defaults.levels, sizeof(o.levels));
	compilation_init(&c, &o);
	compile_text(&c, &o, "p.mmp", text, strlen(text));
	if (!c.plan)
		fail_msg("not compiled: %s", text);
	json = manifest_json(&c.arena, c.plan);
	if (manifest_parse(&m, json, strlen(json) + 1, "p", &f))
		fail_msg("%s: %s", f.text, text);
	is_taken = mmpc_takes(&c, facts, &line);
	if (is_taken != !kernel_check(k, m, &f))
		fail_msg("%s: mmpc %s, mmpctl %s: %s", facts->name, is_taken ? "takes" : "refuses",
			 is_taken ? f.text : "takes", text);
	if (!is_taken && c.plan->rule_count == 1) {
		char place[64];

		snprintf(place, sizeof(place), "p.mmp:%u", line);
		if (strcmp(place, f.place) != 0)
			fail_msg("%s: mmpctl names '%s', mmpc '%s': %s (%s)", facts->name, f.place,
				 place, text, f.text);
	}
	*(is_taken ? &acceptances : &refusals) += 1;
	manifest_destroy(m);
	compilation_finish(&c);
}

static void judge_all(const struct kernel_facts *facts)
{
	struct kernel k;

	kernel_probe_btf(&k, btf_with(facts->has), facts->has);
	assert_true(k.has == facts->has);
	compare_btf(k.btf, facts->has);
	for (size_t i = 0; i < policy_count; i++)
		judge(policies[i], facts, &k);
	kernel_finish(&k);
}

static void judge_kernel(const char *name)
{
	struct kernel_facts facts;
	char *trouble = NULL;
	struct arena a;

	arena_init(&a);
	if (kernel_by_name(&facts, &a, name, &trouble))
		fail_msg("%s", trouble);
	judge_all(&facts);
	arena_finish(&a);
}

static void kernels_of_the_table_are_judged_alike(void **state)
{
	for (unsigned i = 0; i < kernel_count; i++)
		judge_kernel(kernel_infos[i].name);
	judge_kernel("memcg-v7+thp-v12");
	judge_kernel("memcg-v6+thp-v11");
	assert_true(refusals > 100 && acceptances > 100);
}

static void recorded_kernels_are_judged_alike(void **state)
{
	glob_t found;

	assert_int_equal(glob("tests/kernel/facts/*.json", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++)
		judge_kernel(found.gl_pathv[i]);
	globfree(&found);
}

/* Each need alone is missing, once. */
static void each_need_that_is_missing_is_missed_alike(void **state)
{
	struct kernel_facts facts = { .name = "a kernel with one thing missing" };

	for (int i = 0; i < NEED_COUNT; i++) {
		facts.has = ((1ULL << NEED_COUNT) - 1) & ~(1ULL << i);
		judge_all(&facts);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kernels_of_the_table_are_judged_alike),
		cmocka_unit_test(recorded_kernels_are_judged_alike),
		cmocka_unit_test(each_need_that_is_missing_is_missed_alike),
	};

	add_actions();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
