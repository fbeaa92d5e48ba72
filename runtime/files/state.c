// SPDX-License-Identifier: GPL-2.0
#include "state.h"

#include "failure.h"
#include "installed/pin.h"
#include "plan/plan.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int cannot(const struct state *s, const char *part, int error, struct failure *f)
{
	char path[RUN_PATH_MAX];

	return fail(f, STATUS_UNSUPPORTED, "cannot make '%s': %s", run_path(path, s->name, part),
		    errno_words(error));
}

static int open_part(const struct state *s, const char *part)
{
	char path[RUN_PATH_MAX];

	return open(run_path(path, s->name, part), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
}

static void *make_part(const struct state *s, const char *part, size_t size, struct failure *f)
{
	int fd = open_part(s, part);
	void *map = MAP_FAILED;

	if (fd >= 0 && !ftruncate(fd, (off_t)size))
		map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		cannot(s, part, errno, f);
	if (fd >= 0)
		close(fd);
	return map == MAP_FAILED ? NULL : map;
}

static int make_text(const struct state *s, const char *part, const char *text, struct failure *f)
{
	size_t len = strlen(text), done = 0;
	int fd = open_part(s, part);
	ssize_t n = 0;

	while (fd >= 0 && done < len && (n = write(fd, text + done, len - done)) > 0)
		done += (size_t)n;
	if (done < len || fd < 0)
		cannot(s, part, errno, f);
	if (fd >= 0)
		close(fd);
	return done == len && fd >= 0 ? 0 : -1;
}

int state_create(struct state *s, const struct plan *p, const char *manifest, const char *record,
		 struct failure *f)
{
	char path[RUN_PATH_MAX];
	int error;

	*s = (struct state){ .journal = { .fd = -1 } };
	snprintf(s->name, sizeof(s->name), PIN_TMP "%d", getpid());
	if (run_exists(s->name) &&
	    run_remove(s->name, f)) /* of a killed process that had our pid */
		return -1;
	if (mkdir(run_path(path, s->name, NULL), 0755))
		return cannot(s, NULL, errno, f);
	error = run_hold(s->name);
	if (error)
		return cannot(s, RUN_PROCESS, error, f);
	if (make_text(s, PIN_MANIFEST, manifest, f) || make_text(s, PIN_RECORD, record, f))
		return -1;
#define PART(member, part, count)                                                                  \
	s->member = make_part(s, part, (size_t)(count) * sizeof(*s->member), f);                   \
	if (!s->member)                                                                            \
		return -1;
	PART(config, PIN_CONFIG, 1)
	PART(run, PIN_RUN, 1)
	PART(hands, RUN_HANDS, 1)
	PART(slots, "mmp_slots", p->slot_rows + 1)
	PART(signals, "mmp_signals", p->signal_rows + 1)
	PART(rules, "mmp_rules", p->rule_rows + 1)
	PART(acts, "mmp_acts", p->rule_rows + 1)
	PART(events, "mmp_events", 1)
	PART(places, RUN_PLACES, p->slot_rows + 1)
#undef PART
	return 0;
}

/*
 * From here on both folders name the same journal; removing the tmp_ folder then gives nothing
 * back.
 */
static int take_journal(const struct state *s, const char *name, struct failure *f)
{
	char from[RUN_PATH_MAX], to[RUN_PATH_MAX];

	if (!link(run_path(from, name, RUN_JOURNAL), run_path(to, s->name, RUN_JOURNAL)) ||
	    errno == ENOENT)
		return 0;
	return cannot(s, RUN_JOURNAL, errno, f);
}

static int swap(struct state *s, const char *name, struct failure *f)
{
	char from[RUN_PATH_MAX], to[RUN_PATH_MAX];
	bool exists = run_exists(name);

	if (exists && take_journal(s, name, f))
		return -1;
	run_path(from, s->name, NULL);
	run_path(to, name, NULL);
	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, exists ? RENAME_EXCHANGE : RENAME_NOREPLACE))
		return cannot(s, NULL, errno, f);
	if (exists && run_remove(s->name, f))
		return -1;
	snprintf(s->name, sizeof(s->name), "%s", name);
	s->is_placed = true;
	return 0;
}

int state_place(struct state *s, const char *name, uint32_t files, struct failure *f)
{
	char path[RUN_PATH_MAX];
	int dir, error;

	if (swap(s, name, f))
		return -1;
	dir = open(run_path(path, name, NULL), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	error = dir < 0 ? -errno : journal_open(&s->journal, dir, RUN_JOURNAL, files);
	if (dir >= 0)
		close(dir);
	return error ? cannot(s, RUN_JOURNAL, error, f) : 0;
}

void state_finish(struct state *s, bool is_clean)
{
	struct failure ignored;

	journal_close(&s->journal);
	if (is_clean && s->name[0])
		run_remove(s->name, &ignored);
}

void state_event(struct state *s, const struct mmp_event *e)
{
	struct run_events *events = s->events;

	events->ring[events->head % RUN_EVENTS] = *e;
	__atomic_store_n(&events->head, events->head + 1, __ATOMIC_RELEASE);
}
