// SPDX-License-Identifier: GPL-2.0
#include "words.h"

#include <string.h>

#include "base/bug.h"
#include "bpf-templates/mmp_machine.h"

#define WORDS(name, ...)                                                                           \
	static const char *const name##_list[] = { __VA_ARGS__ };                                  \
	const struct plan_words plan_##name##_words = { name##_list, ARRAY_SIZE(name##_list) };

WORDS(mode, "enforce", "monitor")
WORDS(scope, "group", "parent", "self", "system")
WORDS(process, "comm", "pid", "pidfile", "cgroup", "all")
WORDS(answer, "exactly", "at most", "never", "default")
WORDS(level, "low", "min")

static const char *const action_list[] = {
#define ACTION(id, word, help) word,
#include "grammar/actions.def"
};
const struct plan_words plan_action_words = { action_list, ARRAY_SIZE(action_list) };

static const char *const notify_list[] = {
#define NOTIFY_LEVEL(id, word) word,
#include "grammar/actions.def"
};
const struct plan_words plan_notify_words = { notify_list, ARRAY_SIZE(notify_list) };

static const char *const thp_list[] = {
#define THP_KIND(id, word, kernel, help) word,
#include "grammar/actions.def"
};
const struct plan_words plan_thp_words = { thp_list, ARRAY_SIZE(thp_list) };

static const char *const hook_list[] = {
#define HOOK(id, type, member, actions) member,
#include "grammar/actions.def"
};
const struct plan_words plan_hook_words = { hook_list, ARRAY_SIZE(hook_list) };

static const char *const signal_list[] = {
#define SIGNAL(id, name, quantity, scopes, traits, reads, source, help) #id,
#include "grammar/signals.def"
#undef SIGNAL
};
const struct plan_words plan_signal_words = { signal_list, ARRAY_SIZE(signal_list) };

static const char *const state_list[] = {
	[MMP_IDLE] = "idle",
	[MMP_PENDING] = "pending",
	[MMP_ACTIVE] = "active",
	[MMP_COOLING] = "cooling",
};
const struct plan_words plan_state_words = { state_list, ARRAY_SIZE(state_list) };

int plan_word_find(const struct plan_words *words, const char *text)
{
	for (size_t i = 0; i < words->count; i++)
		if (!strcmp(words->list[i], text))
			return (int)i;
	return -1;
}
