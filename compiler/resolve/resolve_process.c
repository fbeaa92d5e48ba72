// SPDX-License-Identifier: GPL-2.0
/* Which processes a declaration means: by name, pid, pidfile or cgroup. */
#include "resolve_impl.h"

#include <string.h>

#include "base/arena.h"

#define COMM_MAX 15
#define PID_MAX 4194304

/* Characters of other tools' patterns that no program's name contains. */
static void check_pattern(struct resolver *r, const struct word *word)
{
	const char *text = word->text;
	size_t len = strlen(text);
	struct diag *d;

	if (!len || (!strpbrk(text, "*^$|\"'") && text[0] != '/' &&
		     !(text[0] == '[' && text[len - 1] == ']')))
		return;
	d = diag_add(r->ds, DIAG_PATTERN_TAKEN_LITERALLY, word->span,
		     "a process's name is compared as it is, and '%s' looks like a pattern", text);
	diag_hint(r->ds, d,
		  text[0] == '/' ? "write the program's name without its folders"
				 : "write a comparison for each name, joined by 'or'");
}

bool check_comm(struct resolver *r, const struct word *word)
{
	struct diag *d;

	check_pattern(r, word);
	if (word->len > COMM_MAX) {
		d = diag_add(r->ds, DIAG_COMM_TOO_LONG, word->span,
			     "a process name has at most %d bytes, so '%s' never matches", COMM_MAX,
			     word->text);
		diag_hint(r->ds, d, "the kernel keeps '%s'",
			  arena_strndup(r->arena, word->text, COMM_MAX));
		return false;
	}
	if (!word->len) {
		diag_add(r->ds, DIAG_OUT_OF_RANGE, word->span, "the process name is empty");
		return false;
	}
	return true;
}

static void resolve_pid(struct resolver *r, struct process_decl *p)
{
	int64_t pid;

	if (!resolve_value(r, p->pid, QUANTITY_COUNT, "a pid") ||
	    !expr_constant(p->pid, &pid, NULL)) {
		p->is_broken = true;
	} else if (pid < 1 || pid > PID_MAX) {
		diag_add(r->ds, DIAG_OUT_OF_RANGE, p->pid->span, "a pid is between 1 and %d",
			 PID_MAX);
		p->is_broken = true;
	}
}

void resolve_process(struct resolver *r, struct process_decl *p)
{
	switch (p->kind) {
	case PROCESS_COMM:
		p->is_broken |= !check_comm(r, &p->text);
		break;
	case PROCESS_PID:
		resolve_pid(r, p);
		break;
	case PROCESS_PIDFILE:
		if (!p->text.len) {
			diag_add(r->ds, DIAG_OUT_OF_RANGE, p->text.span,
				 "the pidfile's path is empty");
			p->is_broken = true;
		}
		break;
	case PROCESS_CGROUP:
		p->cgroup = resolve_cgroup(r, &p->text, "what a process is taken from");
		p->is_broken |= !p->cgroup;
		break;
	case PROCESS_ALL:
		break;
	}
}
