// SPDX-License-Identifier: GPL-2.0
#include "worker.h"

#include "base/arena.h"
#include "base/clock.h"
#include "bpf-templates/mmp_abi.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SECOND 1000000000u
#define BUDGET_KEEP 125000000u /* ns: at most about a tick's worth is saved up */

void worker_init(struct worker *w, struct arena *a, const struct hands *hands, uint32_t slot_count)
{
	uint32_t i;

	*w = (struct worker){ .hands = *hands,
			      .slots = arena_array(a, struct work_slot, slot_count + 1),
			      .slot_count = slot_count };
	for (i = 0; i < slot_count; i++)
		w->slots[i] = (struct work_slot){ .wish = { .high = WORK_NO_HIGH },
						  .high = HAND_CLOSED,
						  .reclaim_fd = -1,
						  .current_fd = -1 };
	pthread_mutex_init(&w->lock, NULL);
	pthread_mutex_init(&w->busy, NULL);
	pthread_cond_init(&w->wake, NULL);
}

static int open_below(const struct worker *w, const char *path, const char *file, int flags)
{
	char full[PLACE_PATH + 32];

	if (snprintf(full, sizeof(full), "%s%s%s", path, *path ? "/" : "", file) >=
	    (int)sizeof(full))
		return -ENAMETOOLONG;
	return openat(w->hands.root, full, flags | O_CLOEXEC);
}

int worker_enter(struct worker *w, uint32_t slot, const char *path, bool throttles, bool reclaims)
{
	struct work_slot *s = &w->slots[slot];
	int error = 0;

	worker_leave(w, slot);
	pthread_mutex_lock(&w->busy);
	if (throttles)
		error = hand_open(&w->hands, &s->high, path, "memory.high", O_NONBLOCK);
	if (!error && reclaims) {
		s->reclaim_fd = open_below(w, path, "memory.reclaim", O_WRONLY);
		s->current_fd = open_below(w, path, "memory.current", O_RDONLY);
		error = s->reclaim_fd < 0 || s->current_fd < 0 ? -errno : 0;
	}
	pthread_mutex_unlock(&w->busy);
	if (error)
		worker_leave(w, slot);
	return error;
}

void worker_leave(struct worker *w, uint32_t slot)
{
	struct work_slot *s = &w->slots[slot];

	pthread_mutex_lock(&w->lock);
	s->wish = (struct work_wish){ .high = WORK_NO_HIGH };
	pthread_mutex_unlock(&w->lock);
	pthread_mutex_lock(&w->busy);
	hand_close(&w->hands, &s->high);
	if (s->reclaim_fd >= 0)
		close(s->reclaim_fd);
	if (s->current_fd >= 0)
		close(s->current_fd);
	s->reclaim_fd = s->current_fd = -1;
	pthread_mutex_unlock(&w->busy);
}

static int64_t usage_of(const struct work_slot *s)
{
	char value[JOURNAL_VALUE];

	return journal_read_value(s->current_fd, value) ? -1 : strtoll(value, NULL, 10);
}

static bool within_budget(struct work_slot *s, int64_t budget, uint64_t now)
{
	uint64_t dt = now - s->budget_ns;
	int64_t keep = budget / 1000 * (BUDGET_KEEP / 1000000);

	if (budget <= 0)
		return true;
	dt = dt > BUDGET_KEEP ? BUDGET_KEEP : dt;
	s->budget_bytes += budget / 1000 * (int64_t)(dt / 1000) / 1000;
	if (s->budget_bytes > keep)
		s->budget_bytes = keep;
	s->budget_ns = now;
	return s->budget_bytes > 0;
}

/* 0 or -errno; EAGAIN means that less than requested was freed, and is not an error. */
static int ask_kernel(struct worker *w, const struct work_slot *s, const struct work_wish *wish)
{
	int64_t step = wish->step > WORK_STEP_MAX ? WORK_STEP_MAX : wish->step;
	int64_t swappiness = wish->no_swap ? 0 : wish->swappiness;
	bool says = swappiness >= 0 && !w->has_no_swappiness;
	char text[64];
	int n;

	if (w->has_no_swappiness && wish->no_swap)
		return -EOPNOTSUPP; /* it would swap, which was not requested */
	n = snprintf(text, sizeof(text), "%" PRId64, step);
	if (says && swappiness == SWAPPINESS_ONLY_ANON)
		n += snprintf(text + n, sizeof(text) - (size_t)n, " swappiness=max");
	else if (says)
		n += snprintf(text + n, sizeof(text) - (size_t)n, " swappiness=%" PRId64,
			      swappiness);
	if (pwrite(s->reclaim_fd, text, (size_t)n, 0) == n || errno == EAGAIN)
		return 0;
	if (errno != EINVAL || !says)
		return -errno;
	w->has_no_swappiness = true;
	return ask_kernel(w, s, wish);
}

/* One step; true where another one may follow at once. */
static bool reclaim(struct worker *w, struct work_slot *s, const struct work_wish *wish,
		    uint64_t now)
{
	struct mmp_rule *row = w->counters(w->arg, wish->rule, wish->row);
	int64_t before = usage_of(s), freed;
	bool goes_on;
	int error;

	pthread_mutex_lock(&w->lock);
	goes_on = s->wish.reclaims && before >= 0 &&
		  w->goes_on(w->arg, wish->rule, wish->row, before);
	pthread_mutex_unlock(&w->lock);
	if (!goes_on || !within_budget(s, wish->budget, now))
		return false;
	error = ask_kernel(w, s, wish);
	if (error) {
		row->errors++;
		return false;
	}
	freed = before - usage_of(s);
	freed = freed > 0 ? freed : 0;
	row->rounds++;
	row->pages += (uint64_t)freed / 4096;
	row->empty_rounds += !freed;
	s->budget_bytes -= freed;
	return freed > 0;
}

static bool do_slot(struct worker *w, struct work_slot *s, uint64_t now)
{
	struct work_wish wish;
	bool more = false;

	pthread_mutex_lock(&w->lock);
	wish = s->wish;
	pthread_mutex_unlock(&w->lock);
	pthread_mutex_lock(&w->busy);
	if (hand_is_open(&s->high) && wish.high == WORK_NO_HIGH)
		hand_release(&w->hands, &s->high);
	else if (hand_is_open(&s->high))
		hand_set_bytes(&w->hands, &s->high, wish.high, now);
	if (wish.reclaims && s->reclaim_fd >= 0)
		more = reclaim(w, s, &wish, now);
	pthread_mutex_unlock(&w->busy);
	return more;
}

bool worker_pass(struct worker *w, uint64_t now)
{
	bool more = false;
	uint32_t i;

	for (i = 0; i < w->slot_count; i++)
		if (hand_is_open(&w->slots[i].high) || w->slots[i].reclaim_fd >= 0)
			more |= do_slot(w, &w->slots[i], now);
	return more;
}

static void *work(void *arg)
{
	struct worker *w = arg;
	bool more = false;

	for (;;) {
		pthread_mutex_lock(&w->lock);
		while (!w->has_work && !more && !w->ends)
			pthread_cond_wait(&w->wake, &w->lock);
		w->has_work = false;
		w->reclaim_ns = (uint64_t)clock_thread_ns();
		if (w->ends)
			break;
		pthread_mutex_unlock(&w->lock);
		more = worker_pass(w, (uint64_t)clock_now_ns());
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

int worker_start(struct worker *w)
{
	int error = pthread_create(&w->thread, NULL, work, w); /* all signals are blocked */

	w->is_running = !error;
	return -error;
}

void worker_wake(struct worker *w)
{
	pthread_mutex_lock(&w->lock);
	w->has_work = true;
	pthread_cond_signal(&w->wake);
	pthread_mutex_unlock(&w->lock);
}

void worker_finish(struct worker *w)
{
	uint32_t i;

	if (w->is_running) {
		pthread_mutex_lock(&w->lock);
		w->ends = true;
		pthread_cond_signal(&w->wake);
		pthread_mutex_unlock(&w->lock);
		pthread_join(w->thread, NULL);
		w->is_running = false;
	}
	for (i = 0; i < w->slot_count; i++)
		worker_leave(w, i);
}
