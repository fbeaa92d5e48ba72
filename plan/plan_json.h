/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A plan as a file: JSON, written by mmpc and read by both programs. It is what an object's
 * manifest holds, beside what only loading needs (bpf-templates/mmp_abi.h).
 *
 *	abi, mmpc (version), name, tick_ns, mode ("enforce" | "monitor"), file (index in files),
 *	files: [ { name, text } ],
 *	strings: [ text ],
 *	groups: [ { name, path, absolute, glob, patterns: [ text ], exceptions: [ text ],
 *		    allow_override, target, watched, rows (of a glob: its slots),
 *		    hooks: [ member ], AT } ],
 *	processes: [ { name, kind, text, pid, group, AT } ],
 *	params: [ { name, quantity, value, low, high, AT } ],
 *	signals: [ { name, id (in signals.def), scope, group, percent, window_ns } ],
 *	rules: [ { name, action, group, process, any_group, live, AT, text, when, until (as they
 *		   were written), code, for, until_for, hold, cooldown, answer } ]
 *
 * AT is line, and file (an index in files) where it is not the policy's main one. A group, a
 * process and a param are named by their index. Rows are numbered through in the order of the
 * lists: a group has one slot, or those of its glob; a signal or rule of a group as many.
 * for, until_for, hold, cooldown and all quantities of an answer are values: a number in base units
 * (base/lang.h), or { "param": index }; up_to, from and until of
 * a ramp, and trigger may also be shares, which are expressions like those of code.
 *
 * code has what there is of when, until, call and as (the signal of a ramp), each an expression in
 * postfix order: a number, [ "param" | "signal" | "comm" | "cgroup", index ], [ "call", ID ], or
 * the word of an operation (ops.def), whose operands stand before it.
 *
 * answer is by action. protect: { at, up_to }; throttle: { delay, to, from, until }; reclaim:
 * { step, swappiness, budget, no_swap, no_pace, trigger, trigger_percent }; thp: { answer, order,
 * kinds: [ word ], priority }; notify: { message, level }.
 *
 * What is absent or null is not given, false, or none. Unknown members are ignored.
 */
#ifndef MMP_PLAN_JSON_H
#define MMP_PLAN_JSON_H

#include <jansson.h>

struct arena;
struct plan;
struct plan_words;

/* A plan that has its names (plan_name()). Never NULL. */
json_t *plan_to_json(const struct plan *p);

/*
 * The plan that `root` describes, in the arena; nothing of it points to `root`. `root` is not
 * trusted: every count, row, index and operand is checked, so that the evaluator need not check.
 * Its ids are NULL and its spans are zero. NULL where something is wrong; *ret_problem then names
 * it in a sentence in the arena.
 */
struct plan *plan_from_json(struct arena *a, const json_t *root, const char **ret_problem);

/* For callers that add members: `value` is taken; out of memory aborts. */
void plan_json_set(json_t *object, const char *key, json_t *value);
void plan_json_append(json_t *array, json_t *value);
/* As text, in the arena: a line for each entry of each list. */
char *plan_json_dump(struct arena *a, const json_t *root);
/* JSON is UTF-8; in a text that is not UTF-8, every byte from 0x80 on becomes a question mark. */
json_t *plan_json_text(const char *bytes, size_t len);
/* The words of the bits that are set. */
json_t *plan_json_bits(const struct plan_words *words, unsigned bits);

#endif
