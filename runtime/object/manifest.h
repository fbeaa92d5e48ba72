/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a compiled policy says of itself: its plan (plan/plan_json.h) and what only loading needs
 * (bpf-templates/mmp_abi.h), read from JSON of any origin. Everything is checked here, so
 * that its users need not.
 */
#ifndef MMP_MANIFEST_H
#define MMP_MANIFEST_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "plan/plan.h"
#include "plan/plan_anchors.h"

struct failure;

#define MANIFEST_NONE UINT32_MAX

struct manifest_file {
	const char *name, *text;
};

struct manifest_group {
	const char *name, *path;
	bool is_glob, allow_override, is_target;
	uint32_t row_base, rows;
	const json_t *hooks;
	const char *file;
	uint32_t line;
};

struct manifest_process {
	const char *name, *text;
	enum plan_process_kind kind;
	int64_t pid;
	uint32_t group; /* MANIFEST_NONE except for kind cgroup */
	const char *ops; /* NULL: tested in the instance of every process */
	const json_t *spare_ops; /* further maps of the same, for further processes */
	const char *file;
	uint32_t line;
};

struct manifest_param {
	const char *name;
	uint32_t index; /* in mmp_config.params */
	enum quantity quantity;
	int64_t value, low, high;
	const char *file;
	uint32_t line;
};

struct manifest_signal {
	const char *name;
	enum signal_id id;
	enum plan_scope scope;
	uint32_t group; /* MANIFEST_NONE: the system's */
	enum quantity quantity;
	uint32_t row_base, rows;
	int64_t window_ns;
};

struct manifest_rule {
	const char *name;
	enum action action;
	uint32_t group, process; /* MANIFEST_NONE: none */
	uint32_t row_base, rows;
	const char *file;
	uint32_t line;
	const char *text, *when, *until;
	uint32_t work; /* MANIFEST_NONE: none */
	int64_t for_ns, until_for_ns, hold_ns, cooldown_ns;
	/* Where a duration is a param: its index. The above is then the default. */
	uint32_t for_param, until_for_param, hold_param, cooldown_param;
	const char *message, *level;
	const uint32_t *signals; /* indexes; in a notify rule, the order of an event's values */
	uint32_t signal_count;
	bool is_at_min; /* protect */
};

struct manifest {
	struct arena arena;
	json_t *root; /* strings below live in it, or in the arena */
	const struct plan *plan;
	uint32_t abi;
	const char *mmpc, *name, *hash;
	bool is_monitor;
	int64_t tick_ns;
	const json_t *needs, *hooks;

	struct manifest_file *files;
	struct manifest_group *groups;
	struct plan_anchors anchors; /* of the plan */
	const char **anchor_ops; /* the struct_ops map of each, or NULL */
	struct manifest_process *processes;
	struct manifest_param *params;
	struct manifest_signal *signals;
	struct manifest_rule *rules;
	size_t file_count, group_count, process_count, param_count, signal_count, rule_count;
	uint32_t slot_rows, signal_rows, rule_rows; /* one past the last row that is named */
};

/* `what` names the object in messages. Another ABI is reported before anything else is read. */
int manifest_parse(struct manifest **ret, const char *text, size_t size, const char *what,
		   struct failure *f);
void manifest_destroy(struct manifest *m);

/* Names that become parts of paths below bpffs: [A-Za-z0-9_-]+, at most 64 bytes, not tmp_... */
bool manifest_name_is_valid(const char *name);

/* The first rule about the group or process, to name it in messages; NULL where there is none. */
const struct manifest_rule *manifest_rule_of_group(const struct manifest *m, uint32_t group);
const struct manifest_rule *manifest_rule_of_process(const struct manifest *m, uint32_t process);
/* MANIFEST_NONE where there is none. */
uint32_t manifest_find_group(const struct manifest *m, const char *name);
/* The text of line `line` of file `name`, without its end; "" where it is not there. */
void manifest_line(const struct manifest *m, const char *name, uint32_t line, char *buf,
		   size_t size);

#endif
