// SPDX-License-Identifier: GPL-2.0
#include "needs.h"

#include "bug.h"

#include <string.h>

enum arrival {
#define ARRIVAL(id, hint) ARRIVAL_##id,
#include "needs.def"
	ARRIVAL_COUNT
};

#define SINCE(id) (1u << ARRIVAL_##id)
#define HAS(id) NEED_BIT(id)
#define OF_A_CGROUP NEEDS_OF_A_CGROUP

#define CONFIGURED (SINCE(PSI) | SINCE(SYMBOLS))
#define UP_TO_6_10 (CONFIGURED | SINCE(LINUX_6_4) | SINCE(LINUX_6_10))
#define UP_TO_6_16 (UP_TO_6_10 | SINCE(LINUX_6_16))
#define UP_TO_7_0 (UP_TO_6_16 | SINCE(LINUX_7_0))

static const char *const arrival_hints[ARRIVAL_COUNT] = {
#define ARRIVAL(id, hint) [ARRIVAL_##id] = hint,
#include "needs.def"
};

const struct need_info need_infos[NEED_COUNT] = {
#define NEED(id, kind, word, names, since, what) [NEED_##id] = { kind, word, names, since, what },
#include "needs.def"
};

static const struct {
	uint64_t any, of_cgroup, of_system;
	bool is_gathered;
} reads_infos[READS_COUNT] = {
#define READS(id, any, of_cgroup, of_system, is_gathered, what)                                    \
	[READS_##id] = { any, of_cgroup, of_system, is_gathered },
#include "needs.def"
};

const struct kernel_info kernel_infos[] = {
#define KERNEL(name, arrivals, help) { name, help, arrivals },
#include "needs.def"
};

const unsigned kernel_count = ARRAY_SIZE(kernel_infos);

static const struct {
	uint64_t need;
	unsigned actions;
} hook_needs[HOOK_COUNT] = {
#define HOOK(id, type, member, actions) [HOOK_##id] = { NEED_BIT(id), actions },
#include "grammar/actions.def"
};

uint64_t kernel_info_has(const struct kernel_info *k)
{
	uint64_t has = 0;

	for (int i = 0; i < NEED_COUNT; i++)
		if (need_infos[i].since & k->arrivals)
			has |= 1ULL << i;
	return has;
}

const char *need_name(enum kernel_need n)
{
	const struct need_info *info = &need_infos[n];

	return info->kind == FUNCTION && *info->names ? info->names : info->word;
}

const char *need_hint(enum kernel_need n)
{
	for (int i = 0; i < ARRIVAL_COUNT; i++)
		if (need_infos[n].since & 1u << i)
			return arrival_hints[i];
	BUG("need %d never arrived", n);
}

enum kernel_need need_find(const char *word)
{
	int i = 0;

	while (i < NEED_COUNT && strcmp(need_infos[i].word, word) != 0)
		i++;
	return (enum kernel_need)i;
}

uint64_t signal_needs(enum signal_id id, bool is_system)
{
	enum signal_reads reads = signal_infos[id].reads;

	return reads_infos[reads].any |
	       (is_system ? reads_infos[reads].of_system : reads_infos[reads].of_cgroup);
}

bool signal_is_gathered(enum signal_id id)
{
	return reads_infos[signal_infos[id].reads].is_gathered;
}

unsigned signal_hooks(enum signal_id id)
{
	uint64_t needs = reads_infos[signal_infos[id].reads].any;
	unsigned hooks = 0;

	for (int h = 0; h < HOOK_COUNT; h++)
		if (needs & hook_needs[h].need)
			hooks |= 1u << h;
	return hooks;
}

uint64_t hook_need(enum hook h)
{
	return hook_needs[h].need;
}

unsigned action_hooks(enum action a)
{
	unsigned hooks = 0;

	for (int h = 0; h < HOOK_COUNT; h++)
		if (hook_needs[h].actions & 1u << a)
			hooks |= 1u << h;
	return hooks;
}

#define MEMCG_HOOKS                                                                                \
	(HAS(ONLINE) | HAS(OFFLINE) | HAS(BELOW_LOW) | HAS(BELOW_MIN) | HAS(CHARGED) |             \
	 HAS(UNCHARGED))

bool needs_are_older(uint64_t has)
{
	return has & HAS(MEMCG_OPS) && has & HAS(HIGH_DELAY) && !(has & HAS(CHARGED));
}

uint64_t needs_usable(uint64_t has)
{
	if (needs_are_older(has)) /* there a delay is asked for by another name */
		has |= HAS(CHARGED);
	if (has & HAS(PROACTIVE_RECLAIM)) /* the templates call the one that is there */
		has |= HAS(RECLAIM);
	if (!(has & HAS(MEMCG_OPS)) || !(has & HAS(CHARGED)))
		has &= ~MEMCG_HOOKS;
	if (!(has & HAS(THP_OPS)))
		has &= ~HAS(GET_ORDER);
	return has;
}

uint64_t needs_beyond_btf(void)
{
	uint64_t beyond = 0;

	for (int i = 0; i < NEED_COUNT; i++)
		if (need_infos[i].kind == SYMBOL || need_infos[i].kind == READABLE_FILE)
			beyond |= 1ULL << i;
	return beyond;
}
