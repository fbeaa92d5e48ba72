// SPDX-License-Identifier: GPL-2.0
#include "kernel.h"

#include "failure.h"
#include "object/manifest.h"
#include "plan/plan_needs.h"

#include <assert.h>
#include <bpf/btf.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct btf_type *find_type(const struct btf *btf, const char *name, unsigned kind)
{
	int id = btf ? btf__find_by_name_kind(btf, name, kind) : -1;

	return id > 0 ? btf__type_by_id(btf, (__u32)id) : NULL;
}

static bool has_member(const struct btf *btf, const char *type_name, const char *member)
{
	const struct btf_type *type = find_type(btf, type_name, BTF_KIND_STRUCT);
	int i;

	for (i = 0; type && i < btf_vlen(type); i++)
		if (!strcmp(btf__name_by_offset(btf, btf_members(type)[i].name_off), member))
			return true;
	return false;
}

static bool has_enumerator_in(const struct btf *btf, const struct btf_type *type, const char *name)
{
	int i;

	if (!btf_is_enum(type))
		return false;
	for (i = 0; i < btf_vlen(type); i++)
		if (!strcmp(btf__name_by_offset(btf, btf_enum(type)[i].name_off), name))
			return true;
	return false;
}

static bool has_enumerator(const struct btf *btf, const char *name)
{
	__u32 id, count = btf ? btf__type_cnt(btf) : 0;

	for (id = 1; id < count; id++)
		if (has_enumerator_in(btf, btf__type_by_id(btf, id), name))
			return true;
	return false;
}

static bool is_in_btf(const struct btf *btf, const struct need_info *need)
{
	const char *name = *need->names ? need->names : need->word, *dot = strchr(name, '.');
	char type[64];

	switch (need->kind) {
	case STRUCT_MEMBER:
		snprintf(type, sizeof(type), "%.*s", (int)(dot - name), name);
		return has_member(btf, type, dot + 1);
	case FUNCTION:
		return find_type(btf, name, BTF_KIND_FUNC) != NULL;
	case ENUMERATOR:
		return has_enumerator(btf, name);
	default:
		return false;
	}
}

/* A kernel has more than 100,000 symbols, so each is compared as it stands. */
struct wanted_symbol {
	const char *name;
	size_t len;
	int need;
	bool is_there;
};

enum { MAX_WANTED_SYMBOLS = 32 };

static size_t list_wanted(struct wanted_symbol *list)
{
	const char *word;
	size_t n = 0;
	int i;

	for (i = 0; i < NEED_COUNT; i++) {
		if (need_infos[i].kind != SYMBOL)
			continue;
		for (word = need_infos[i].names; *word; word += strspn(word, " ")) {
			assert(n < MAX_WANTED_SYMBOLS);
			list[n] = (struct wanted_symbol){ word, strcspn(word, " "), i, false };
			word += list[n++].len;
		}
	}
	return n;
}

/* "ffffffff81000000 T name", and for a module's a tab and "[module]". */
static void note_symbol(const char *line, struct wanted_symbol *list, size_t count)
{
	const char *name = strchr(line, ' ');
	size_t len, i;

	if (!name || !name[1] || name[2] != ' ')
		return;
	name += 3;
	len = strcspn(name, "\t\n");
	for (i = 0; i < count; i++)
		if (len == list[i].len && !memcmp(name, list[i].name, len))
			list[i].is_there = true;
}

static uint64_t probe_symbols(void)
{
	struct wanted_symbol list[MAX_WANTED_SYMBOLS];
	FILE *file = fopen("/proc/kallsyms", "re");
	size_t i, count = list_wanted(list);
	uint64_t wanted = 0, missing = 0;
	char line[512];

	while (file && fgets(line, sizeof(line), file))
		note_symbol(line, list, count);
	if (file)
		fclose(file);
	for (i = 0; i < count; i++) {
		wanted |= 1ULL << list[i].need;
		missing |= list[i].is_there ? 0 : 1ULL << list[i].need;
	}
	return wanted & ~missing;
}

static uint64_t probe_files(void)
{
	uint64_t has = 0;
	int i;

	for (i = 0; i < NEED_COUNT; i++)
		if (need_infos[i].kind == READABLE_FILE && !access(need_infos[i].names, R_OK))
			has |= 1ULL << i;
	return has;
}

/* The name alone proves nothing: a struct may exist without being registered as struct_ops. */
static enum memcg_shape shape_of(uint64_t has)
{
	if (!(has & NEED_BIT(MEMCG_OPS)))
		return MEMCG_SHAPE_NONE;
	if (has & NEED_BIT(CHARGED))
		return MEMCG_SHAPE_CHARGED;
	return needs_are_older(has) ? MEMCG_SHAPE_HIGH_DELAY : MEMCG_SHAPE_UNKNOWN;
}

void kernel_probe_btf(struct kernel *k, struct btf *btf, uint64_t beyond_btf)
{
	int i;

	*k = (struct kernel){ .btf = btf, .has = beyond_btf & needs_beyond_btf() };
	for (i = 0; i < NEED_COUNT; i++)
		if (is_in_btf(btf, &need_infos[i]))
			k->has |= 1ULL << i;
	k->memcg = shape_of(k->has);
}

void kernel_probe(struct kernel *k)
{
	kernel_probe_btf(k, btf__load_vmlinux_btf(), probe_symbols() | probe_files());
}

void kernel_finish(struct kernel *k)
{
	btf__free(k->btf);
	k->btf = NULL;
}

bool kernel_has(const struct kernel *k, uint64_t needs)
{
	return !(needs & ~needs_usable(k->has));
}

static int lacks_hook(const struct kernel *k, enum kernel_need n, struct failure *f)
{
	const char *word = need_infos[n].word, *member = strchr(word, '.') + 1;
	bool is_memcg = !strncmp(word, "memcg_bpf_ops.", 14);

	if (is_memcg && k->memcg != MEMCG_SHAPE_NONE) {
		fail(f, STATUS_UNSUPPORTED,
		     "this kernel's memory-controller hooks are an older version, without '%s'",
		     member);
		fail_hint(f, "use a kernel with the series' seventh posting");
		return -1;
	}
	fail(f, STATUS_UNSUPPORTED, "this kernel has no hook '%s'%s", member,
	     is_memcg ? " for memory cgroups" : "");
	fail_hint(f, "%s", need_hint(n));
	return -1;
}

static int lacks(const struct kernel *k, enum kernel_need n, struct failure *f)
{
	if (need_infos[n].kind == STRUCT_MEMBER)
		return lacks_hook(k, n, f);
	fail(f, STATUS_UNSUPPORTED, "this kernel lacks '%s' (%s), which the policy needs",
	     need_name(n), need_infos[n].what);
	fail_hint(f, "%s", need_hint(n));
	return -1;
}

static int check_rule(const struct kernel *k, const struct manifest *m, uint32_t rule,
		      struct failure *f)
{
	uint64_t missing = plan_rule_needs(m->plan, &m->plan->rules[rule]) & ~needs_usable(k->has);

	if (!missing)
		return 0;
	lacks(k, (enum kernel_need)__builtin_ctzll(missing), f);
	fail_at(f, m->rules[rule].file, m->rules[rule].line);
	return -1;
}

/* A word that is not in the table was invented after this mmpctl. */
static int check_word(const struct kernel *k, const char *word, bool is_needed, struct failure *f)
{
	enum kernel_need n = need_find(word);

	if (n == NEED_COUNT) {
		fail(f, STATUS_UNSUPPORTED,
		     "the policy needs '%s', which this mmpctl does not know", word);
		fail_hint(f,
			  "update mmpctl, or compile the policy with the mmpc that belongs to it");
		return -1;
	}
	return !is_needed || kernel_has(k, 1ULL << n) ? 0 : lacks(k, n, f);
}

static int check_words(const struct kernel *k, const json_t *words, bool is_needed,
		       struct failure *f)
{
	const json_t *word;
	size_t i;

	json_array_foreach (words, i, word)
		if (check_word(k, json_string_value(word), is_needed, f))
			return -1;
	return 0;
}

int kernel_check(const struct kernel *k, const struct manifest *m, struct failure *f)
{
	uint32_t i;

	if (!k->btf) {
		fail(f, STATUS_UNSUPPORTED, "this kernel does not describe its types (BTF)");
		fail_hint(f, "use a kernel built with CONFIG_DEBUG_INFO_BTF=y");
		return -1;
	}
	for (i = 0; i < m->rule_count; i++)
		if (check_rule(k, m, i, f))
			return -1;
	/* Of the hooks some are only wanted: the rules, and so the needs, say which are needed. */
	return check_words(k, m->hooks, false, f) || check_words(k, m->needs, true, f) ? -1 : 0;
}

const char *kernel_memcg_words(const struct kernel *k)
{
	switch (k->memcg) {
	case MEMCG_SHAPE_NONE:
		return "absent";
	case MEMCG_SHAPE_CHARGED:
		return "present (charge and uncharge hooks, the series' 7th posting)";
	case MEMCG_SHAPE_HIGH_DELAY:
		return "present (an older version, the series' 3rd to 6th posting)";
	case MEMCG_SHAPE_UNKNOWN:
		return "present, in a version that this mmpctl does not know";
	}
	return "";
}
