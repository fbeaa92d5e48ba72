/* SPDX-License-Identifier: GPL-2.0 */
/* What replay and suggest read: one policy, and traces. */
#ifndef MMP_REPLAY_INPUT_H
#define MMP_REPLAY_INPUT_H

#include "options.h"
#include "replay/trace.h"

struct replay_input {
	struct options front;
	const char *command; /* messages begin with "mmpc COMMAND" */
	const char *policy;
	char **traces; /* argv's; "-" is standard input */
	uint32_t trace_count;
};

/* Operands: a policy and at least one trace. -1 to go on, else the status to exit with. */
int replay_input_operands(struct replay_input *in, int argc, char **argv);
int replay_input_usage(const struct replay_input *in, const char *what, const char *text);
int replay_input_policy(const struct replay_input *in, struct compilation *c);
int replay_input_trace(const struct replay_input *in, struct compilation *c, uint32_t which,
		       struct trace *trace);
/* Columns of cgroups that the policy does not have, which nobody looks at. */
void replay_input_strangers(const struct replay_input *in, const struct trace *trace);
/*
 * Results and the drawing (a path, or NULL) go onto neither the policy, its includes nor a trace.
 */
int replay_input_outputs(const struct replay_input *in, struct compilation *c, bool is_json,
			 const char *drawing);
/* How much of `all` rows is done: on standard error where that is a terminal, after a second. */
struct replay_progress {
	const char *command;
	uint64_t done, all;
	int64_t began_ns;
	bool is_shown;
};
void replay_progress(void *who, uint64_t rows);
void replay_progress_end(struct replay_progress *p);

#endif
