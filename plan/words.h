/* SPDX-License-Identifier: GPL-2.0 */
/* The words of a plan's file, each list in the order of its enum. */
#ifndef MMP_PLAN_WORDS_H
#define MMP_PLAN_WORDS_H

#include <stddef.h>

struct plan_words {
	const char *const *list;
	size_t count;
};

extern const struct plan_words plan_mode_words; /* by plan.is_monitor */
extern const struct plan_words plan_scope_words; /* enum plan_scope */
extern const struct plan_words plan_process_words; /* enum plan_process_kind */
extern const struct plan_words plan_answer_words; /* enum plan_thp_answer */
extern const struct plan_words plan_level_words; /* low, min: by protect.at_min */
extern const struct plan_words plan_action_words; /* enum action */
extern const struct plan_words plan_notify_words; /* enum notify_level */
extern const struct plan_words plan_thp_words; /* enum thp_kind */
extern const struct plan_words plan_hook_words; /* enum hook: the member's name */
extern const struct plan_words plan_state_words; /* enum mmp_state; not of the file */
extern const struct plan_words plan_signal_words; /* enum signal_id: the ID in signals.def */

/* The word's place in its list, or -1. */
int plan_word_find(const struct plan_words *words, const char *text);

#endif
