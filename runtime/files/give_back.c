// SPDX-License-Identifier: GPL-2.0
#include "give_back.h"

#include "failure.h"
#include "grants.h"
#include "installed/pin.h"
#include "installed/run_dir.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A folder that was being put in place shares its journal with the policy of that name. */
static bool is_shared(int dir)
{
	struct stat st;

	return !fstatat(dir, RUN_JOURNAL, &st, AT_SYMLINK_NOFOLLOW) && st.st_nlink > 1;
}

static int give_back(const char *name, struct journal_result *ret, struct failure *f)
{
	char path[RUN_PATH_MAX];
	struct grants g;
	struct journal j;
	int dir = open(run_path(path, name, NULL), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (dir < 0 || (!strncmp(name, PIN_TMP, strlen(PIN_TMP)) && is_shared(dir)) ||
	    journal_open(&j, dir, RUN_JOURNAL, 0)) {
		if (dir >= 0)
			close(dir);
		return 0;
	}
	journal_give_back_strays(&j, ret);
	journal_close(&j);
	grants_init(&g, run_path(path, RUN_GRANTS, NULL), name);
	grants_give_back_strays(&g, ret);
	grants_close(&g);
	close(dir);
	if (!ret->failed)
		return 0;
	fail(f, STATUS_UNSUPPORTED, "cannot put back the old value of '%s'", ret->path);
	fail_hint(f, "its policy '%s' stays listed: try again as the user who ran it", name);
	return -1;
}

int give_back_policy(const char *name, struct journal_result *ret, struct failure *f)
{
	*ret = (struct journal_result){ 0 };
	if (!run_stop(name, SIGTERM)) {
		fail(f, STATUS_UNSUPPORTED,
		     "the process %d that holds the policy '%s' does not end", run_process(name),
		     name);
		fail_hint(f, "kill it with SIGKILL, and unload again: what it wrote is given back");
		return -1;
	}
	if (!run_exists(name))
		return 0;
	return give_back(name, ret, f) || run_remove(name, f) ? -1 : 0;
}

struct search {
	const char *except, *path;
	char *owner;
	size_t size;
};

/* What a killed process wrote still belongs to its policy; what it only meant to write does not. */
static int look_in(const char *name, void *arg)
{
	struct search *s = arg;
	char path[RUN_PATH_MAX];
	struct journal_entry *e;
	struct journal j;
	int found;

	if (!strcmp(name, s->except) || !strncmp(name, PIN_TMP, strlen(PIN_TMP)) ||
	    journal_open(&j, AT_FDCWD, run_path(path, name, RUN_JOURNAL), 0))
		return 0;
	e = journal_find(&j, s->path);
	found = e && (e->state == JOURNAL_WRITTEN || run_process(name));
	if (found)
		snprintf(s->owner, s->size, "%s", name);
	journal_close(&j);
	return found;
}

bool give_back_owner(const char *except, const char *path, char *owner, size_t size)
{
	struct search s = { .except = except, .path = path, .owner = owner, .size = size };

	return run_each(look_in, &s);
}
