/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What of a kernel a policy needs, from needs.def. A set of needs is a mask of NEED_BIT(); so is
 * what a kernel has.
 */
#ifndef MMP_NEEDS_H
#define MMP_NEEDS_H

#include "lang.h"

enum kernel_need {
#define NEED(id, kind, word, names, since, what) NEED_##id,
#include "needs.def"
	NEED_COUNT
};

#define NEED_BIT(id) (1ULL << NEED_##id)
/* Whatever is asked of a cgroup. */
#define NEEDS_OF_A_CGROUP (NEED_BIT(CGROUP_FROM_ID) | NEED_BIT(GET_MEMCG))

enum need_kind { STRUCT_MEMBER, FUNCTION, ENUMERATOR, SYMBOL, READABLE_FILE };

struct need_info {
	enum need_kind kind;
	const char *word; /* in manifests and messages */
	const char *names; /* as the kernel has it, several with blanks between */
	unsigned since; /* arrivals */
	const char *what;
};

struct kernel_info {
	const char *name, *help;
	unsigned arrivals;
};

extern const struct need_info need_infos[NEED_COUNT];
extern const struct kernel_info kernel_infos[];
extern const unsigned kernel_count;

/* What a kernel of the table has. */
uint64_t kernel_info_has(const struct kernel_info *k);

/* What the kernel calls it, for messages: "bpf_wq_start". */
const char *need_name(enum kernel_need n);
/* What to do where it is missing, as a sentence. */
const char *need_hint(enum kernel_need n);
/* By its word; NEED_COUNT: there is none of that word. */
enum kernel_need need_find(const char *word);

/* What a signal's reader asks of the kernel; the hooks that it counts by are among them. */
uint64_t signal_needs(enum signal_id id, bool is_system);
/* Its statistics are flushed before they are read. */
bool signal_is_gathered(enum signal_id id);
/* The hooks by which a signal is counted, as 1 << enum hook; most have none. */
unsigned signal_hooks(enum signal_id id);

/* The hook itself, as a set of one. */
uint64_t hook_need(enum hook h);
/* All the hooks in which an action may act, as 1 << enum hook. */
unsigned action_hooks(enum action a);

/*
 * What a policy can make of a kernel that has those: an earlier revision's delay hook stands for
 * the charge hook; hooks are of no use where their type is not registered, or of an unknown
 * revision.
 */
uint64_t needs_usable(uint64_t has);
/* The memory controller's hooks are those of the third to sixth posting. */
bool needs_are_older(uint64_t has);
/* Interfaces that are known and that no rule can use yet: rows without a template. */
#define NEEDS_WITHOUT_TEMPLATE (NEED_BIT(MTHP_CHOOSE) | NEED_BIT(HIGH_POLICY))

/* What BTF cannot show: files and symbols. */
uint64_t needs_beyond_btf(void);

#endif
