// SPDX-License-Identifier: GPL-2.0
#include "snapshot.h"

#include "compared.h"
#include "failure.h"
#include "installed/installed.h"
#include "installed/reason.h"
#include "installed/rows.h"
#include "object/manifest.h"

#include <string.h>
#include <time.h>

enum counter { ACTED, MONITORED, TICKS, SAMPLER = ACTED, RECLAIM = MONITORED };

struct look {
	struct snapshot *s;
	json_t *policies;
	struct failure *f;
};

void snapshot_init(struct snapshot *s, uint64_t cell_ns, const char *policy)
{
	struct failure ignored;

	memset(s, 0, sizeof(*s));
	history_init(&s->history, cell_ns);
	s->policy = policy;
	cgroup_mount_open(&s->mount, &ignored); /* without it paths stay unknown */
}

void snapshot_finish(struct snapshot *s)
{
	history_finish(&s->history);
	cgroup_mount_close(&s->mount);
}

static json_t *rate_or_null(double rate)
{
	return rate < 0 ? json_null() : json_real(rate);
}

static bool is_same(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static bool asks_reasons(const struct snapshot *s, const char *policy, const json_t *rule)
{
	return is_same(s->reasons_policy, policy) &&
	       is_same(s->reasons_rule, json_string_value(json_object_get(rule, "rule"))) &&
	       is_same(s->reasons_cgroup, json_string_value(json_object_get(rule, "cgroup")));
}

/* What the row did since the last look. */
static void add_past(json_t *doc, struct snapshot *s, const struct installed *p,
		     const struct rows *rows, uint32_t n, uint32_t i)
{
	const struct manifest_rule *rule = &p->manifest->rules[n];
	const struct mmp_rule *row = &rows->rules[rule->row_base + i];
	const struct mmp_acts *acts = &rows->acts[rule->row_base + i];
	const char *cgroup = json_string_value(json_object_get(doc, "cgroup"));
	/* The slot of a glob may be another cgroup's at the next look. */
	struct track *t = history_of(&s->history, p->name, rule->name, i, cgroup);
	char strip[STRIP_CELLS + 1];

	strip_look(&t->strip, row, rows->now, rows_start_of(p, rows_slot_of(rows, p, rule, i)),
		   p->condition == INSTALLED_WHOLE);
	json_object_set_new(doc, "strip", json_string(strip_print(&t->strip, strip, STRIP_CELLS)));
	json_object_set_new(doc, "acted_per_s",
			    rate_or_null(track_rate(t, ACTED, rows->now, acts->acted)));
	json_object_set_new(doc, "monitored_per_s",
			    rate_or_null(track_rate(t, MONITORED, rows->now, acts->monitored)));
	t->time = rows->now;
}

static void add_row(json_t *list, struct snapshot *s, const struct installed *p,
		    const struct rows *rows, const struct compared *c, uint32_t n, uint32_t i)
{
	json_t *doc = rows_describe_rule(rows, p, &s->mount, n, i);

	if (!doc)
		return;
	add_past(doc, s, p, rows, n, i);
	json_object_set_new(doc, "signals", compared_describe(c, rows, n, i));
	if (asks_reasons(s, p->name, doc))
		json_object_set_new(doc, "reasons", reason_list(rows, p, &s->mount, n, i));
	json_array_append_new(list, doc);
}

static json_t *describe_rules(struct snapshot *s, const struct installed *p,
			      const struct rows *rows)
{
	struct compared *c = compared_new(p);
	json_t *list = json_array();
	uint32_t n, i;

	for (n = 0; n < p->manifest->rule_count; n++)
		for (i = 0; i < p->manifest->rules[n].rows; i++)
			add_row(list, s, p, rows, c, n, i);
	compared_free(c);
	return list;
}

static json_t *share(struct track *t, enum counter counter, uint64_t now, uint64_t ns)
{
	double rate = track_rate(t, counter, now, ns);

	return rate < 0 ? json_null() : json_real(rate / 1e9);
}

static void add_run(json_t *doc, struct snapshot *s, const struct installed *p, uint64_t now)
{
	struct track *t = history_of(&s->history, p->name, NULL, 0, NULL);
	const struct mmp_run *run = &p->run;

	json_object_set_new(doc, "tick_s", json_real((double)p->config.tick_ns / 1e9));
	json_object_set_new(doc, "ticks", json_integer((json_int_t)run->ticks));
	json_object_set_new(doc, "dead_links", json_integer((json_int_t)installed_dead_links(p)));
	json_object_set_new(doc, "slots_lost", json_integer((json_int_t)run->slots_lost));
	json_object_set_new(doc, "sampler_share", share(t, SAMPLER, now, run->sampler_ns));
	json_object_set_new(doc, "reclaim_share", share(t, RECLAIM, now, run->reclaim_ns));
	t->time = now;
}

/* A policy may go while it is read: by files, nobody waits for us. */
static bool is_there(const struct installed *p)
{
	return p->way != INSTALLED_FILES || p->condition == INSTALLED_KILLED ||
	       run_process(p->name) == p->pid;
}

static int look_at(struct installed *p, void *arg)
{
	struct look *l = arg;
	struct rows rows;
	json_t *doc;

	if (l->s->policy && strcmp(l->s->policy, p->name) != 0)
		return 0;
	doc = json_pack("{s:s, s:s, s:s, s:[]}", "name", p->name, "state",
			installed_condition_words(p), "by", installed_way_words(p), "rules");
	if (p->manifest && p->condition != INSTALLED_LEFTOVER && p->condition != INSTALLED_BROKEN) {
		if (rows_read(&rows, p, l->f)) {
			json_decref(doc);
			return -1;
		}
		add_run(doc, l->s, p, rows.now);
		json_object_set_new(doc, "rules", describe_rules(l->s, p, &rows));
		rows_finish(&rows);
	}
	if (is_there(p))
		json_array_append(l->policies, doc);
	json_decref(doc);
	return 0;
}

static double unix_time(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (double)now.tv_sec + (double)(now.tv_nsec / 1000000) / 1e3;
}

json_t *snapshot_take(struct snapshot *s, struct failure *f)
{
	struct look l = { .s = s, .policies = json_array(), .f = f };
	struct pin_lock lock = { .fd = -1 };
	int error;

	history_begin(&s->history);
	error = installed_lock(&lock, f); /* no policy is seen half replaced */
	if (!error)
		error = installed_each(look_at, &l, f);
	pin_unlock(&lock);
	history_end(&s->history);
	if (error) {
		json_decref(l.policies);
		return NULL;
	}
	return json_pack("{s:f, s:f, s:o}", "time", unix_time(), "cell_s",
			 (double)s->history.cell_ns / 1e9, "policies", l.policies);
}
