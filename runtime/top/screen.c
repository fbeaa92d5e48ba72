// SPDX-License-Identifier: GPL-2.0
#include "screen.h"

#include "detail.h"
#include "failure.h"
#include "put.h"
#include "text.h"

#include <curses.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define HEAD 2 /* lines above the policies */

enum color { PLAIN, GOOD, WARN, BAD };

/* Where columns begin and how wide they are, by the width of the screen. */
struct layout {
	int names, state, age, acted, strip, signals; /* widths; signals 0: none */
	int list, detail; /* heights */
};

static struct layout layout_now(void)
{
	struct layout l = { .state = 7, .age = 4, .acted = 8, .strip = COLS < 100 ? 12 : 24 };
	int left = COLS - 2 - (l.state + l.age + l.acted + l.strip + 4);

	l.names = left < 30 ? left : left < 75 ? 30 : left * 2 / 5;
	l.signals = left - l.names - 1 > 10 ? left - l.names - 1 : 0;
	if (!l.signals)
		l.names = left;
	l.detail = LINES < 8 ? 0 : LINES < 16 ? 1 : LINES / 4;
	l.list = LINES - HEAD - l.detail - 1;
	if (l.list < 0)
		l.list = 0;
	return l;
}

int screen_open(struct screen *s, double interval_s, struct failure *f)
{
	const char *no_color = getenv("NO_COLOR");

	*s = (struct screen){ .is_utf8 = text_is_utf8(), .interval_s = interval_s };
	if (!newterm(NULL, stdout, stdin)) {
		fail(f, STATUS_USAGE, "this terminal is not known: TERM is '%s'",
		     getenv("TERM") ? getenv("TERM") : "");
		fail_hint(f, "TERM=xterm mmpctl top, or as a stream: mmpctl top | cat");
		return -1;
	}
	cbreak();
	noecho();
	keypad(stdscr, TRUE);
	curs_set(0);
	set_escdelay(50);
	s->has_colors = has_colors() && !(no_color && *no_color);
	if (!s->has_colors)
		return 0;
	start_color();
	use_default_colors();
	init_pair(GOOD, COLOR_GREEN, -1);
	init_pair(WARN, COLOR_YELLOW, -1);
	init_pair(BAD, COLOR_RED, -1);
	return 0;
}

void screen_close(void)
{
	endwin();
}

long screen_page(void)
{
	int list = layout_now().list;

	return list > 1 ? list - 1 : 1;
}

static void put_title(const struct screen *s, const struct view *v, const struct prompt *p)
{
	struct counts c = text_count(v->snapshot, NULL);
	time_t at = (time_t)json_real_value(json_object_get(v->snapshot, "time"));
	struct tm local = { 0 };
	char text[512], when[32];

	localtime_r(&at, &local);
	strftime(when, sizeof(when), "%H:%M:%S", &local);
	snprintf(text, sizeof(text), "%u polic%s, %u rule%s, %u active  by %s%s%s%s%s", c.policies,
		 c.policies == 1 ? "y" : "ies", c.rules, c.rules == 1 ? "" : "s", c.active,
		 view_sort_words(v->sort), v->is_reverse ? " reversed" : "",
		 v->only_active ? "  active only" : "", v->filter[0] ? "  with " : "", v->filter);
	attron(A_BOLD);
	put_field(0, 0, COLS - 10, PUT_LEFT, s->is_utf8, text);
	put_field(0, COLS - 10, 10, PUT_RIGHT, s->is_utf8, p->is_paused ? "paused" : when);
	attroff(A_BOLD);
}

static void put_heading(const struct screen *s, const struct view *v, const struct layout *l)
{
	double cell = json_real_value(json_object_get(v->snapshot, "cell_s"));
	char text[64], age[16];
	int x = 2;

	attron(A_REVERSE);
	put_field(1, 0, 2, PUT_LEFT, s->is_utf8, "");
	put_field(1, x, l->names + 1, PUT_LEFT, s->is_utf8, "RULE AND CGROUP");
	put_field(1, x += l->names + 1, l->state + 1, PUT_LEFT, s->is_utf8, "STATE");
	put_field(1, x += l->state + 1, l->age + 1, PUT_LEFT, s->is_utf8, " FOR");
	put_field(1, x += l->age + 1, l->acted + 1, PUT_LEFT, s->is_utf8, "    ACTS");
	snprintf(text, sizeof(text), "LAST %s", text_age(cell * l->strip, age, sizeof(age)));
	put_field(1, x += l->acted + 1, l->strip + 1, PUT_LEFT, s->is_utf8, text);
	put_field(1, x + l->strip + 1, COLS, PUT_LEFT, s->is_utf8, l->signals ? "SIGNALS" : "");
	attroff(A_REVERSE);
}

static attr_t color_of(const struct screen *s, enum color color)
{
	attr_t pair = s->has_colors && color ? (attr_t)COLOR_PAIR(color) : 0;

	return pair | (color ? A_BOLD : 0);
}

static enum color color_of_state(const char *state)
{
	if (!strcmp(state, "active"))
		return GOOD;
	if (!strcmp(state, "monitor") || !strcmp(state, "pending"))
		return WARN;
	if (!strcmp(state, "killed") || !strcmp(state, "broken") || !strcmp(state, "disarmed"))
		return BAD;
	return PLAIN;
}

static void put_rule(const struct screen *s, const struct layout *l, int y, const json_t *rule)
{
	const char *state = text_of(rule, "state");
	double since = json_number_value(json_object_get(rule, "since_s"));
	char text[1024];
	int x = 2;

	put_field(y, 0, 2, PUT_LEFT, s->is_utf8, "");
	put_names(y, x, l->names, s->is_utf8, text_of(rule, "rule"), text_of(rule, "cgroup"));
	x += l->names + 1;
	attron(color_of(s, color_of_state(state)));
	put_field(y, x, l->state, PUT_LEFT, s->is_utf8, state);
	attroff(color_of(s, color_of_state(state)));
	x += l->state + 1;
	put_field(y, x, l->age, PUT_RIGHT, s->is_utf8, text_age(since, text, sizeof(text)));
	x += l->age + 1;
	put_field(y, x, l->acted, PUT_RIGHT, s->is_utf8, text_acted(rule, text, sizeof(text)));
	x += l->acted + 1;
	put_field(y, x, l->strip, PUT_LEFT, s->is_utf8,
		  text_strip(rule, (unsigned)l->strip, s->is_utf8, text, sizeof(text)));
	x += l->strip + 1;
	put_field(y, x, l->signals, PUT_LEFT, s->is_utf8, text_signals(rule, text, sizeof(text)));
}

static void put_policy(const struct screen *s, const struct view *v, int y, const json_t *policy)
{
	const char *state = text_of(policy, "state"), *name = text_of(policy, "name");
	enum color color = color_of_state(state);
	char text[512], line[1024];

	snprintf(line, sizeof(line), "%c %s  %s by %s  %s",
		 json_object_get(v->folded, name) ? '+' : '-', name, state, text_of(policy, "by"),
		 text_policy(policy, text, sizeof(text)));
	attron(color_of(s, color) | A_BOLD);
	put_field(y, 0, COLS, PUT_LEFT, s->is_utf8, line);
	attroff(color_of(s, color) | A_BOLD);
}

static void put_list(const struct screen *s, const struct view *v, const struct layout *l)
{
	int i;

	for (i = 0; i < l->list && v->top + (size_t)i < v->count; i++) {
		const struct view_line *line = &v->lines[v->top + (size_t)i];

		if (line->rule)
			put_rule(s, l, HEAD + i, line->rule);
		else
			put_policy(s, v, HEAD + i, line->policy);
		if (v->top + (size_t)i == v->cursor)
			mvchgat(HEAD + i, 0, -1, A_REVERSE, 0, NULL);
	}
	if (!v->count)
		put_field(HEAD, 0, COLS, PUT_LEFT, s->is_utf8,
			  v->filter[0] || v->only_active ? "nothing of that kind is loaded"
							 : "no policy is loaded");
}

static void put_detail(const struct screen *s, const struct view *v, const struct layout *l)
{
	struct detail d;
	int i;

	if (!l->detail)
		return;
	detail_of(&d, view_selected(v), l->detail > 1);
	for (i = 0; i < l->detail && (size_t)i < d.count; i++)
		put_field(HEAD + l->list + i, 0, COLS, PUT_LEFT, s->is_utf8, d.lines[i]);
	detail_finish(&d);
}

static void put_last(const struct screen *s, const struct view *v, const struct layout *l,
		     const struct prompt *p)
{
	char text[512], where[64];
	size_t end = v->top + (size_t)l->list < v->count ? v->top + (size_t)l->list : v->count;

	snprintf(where, sizeof(where), "%zu-%zu of %zu", v->count ? v->top + 1 : 0, end, v->count);
	snprintf(text, sizeof(text), "%s%s%s",
		 p->text ? p->text : "q end  ? help  s sort  / filter  m mode",
		 p->typed ? p->typed : "", p->typed ? "_" : "");
	put_field(LINES - 1, 0, COLS - 18, PUT_LEFT, s->is_utf8, text);
	put_field(LINES - 1, COLS - 18, 18, PUT_RIGHT, s->is_utf8, where);
}

static void put_help(const struct screen *s)
{
	static const char *const keys[][2] = {
#define KEY(id, code, name, help) { name, help },
#include "keys.def"
	};
	size_t i, count = sizeof(keys) / sizeof(keys[0]);

	for (i = 0; i < count; i++) {
		put_field((int)i, 0, 8, PUT_LEFT, s->is_utf8, keys[i][0]);
		put_field((int)i, 8, COLS - 8, PUT_LEFT, s->is_utf8, keys[i][1]);
	}
	put_field((int)count, 0, COLS, PUT_LEFT, s->is_utf8,
		  "arrows, PgUp, PgDn, Home, End or j k g G move; any key leaves help");
	put_field((int)count + 2, 0, COLS, PUT_LEFT, s->is_utf8,
		  s->is_utf8
			  ? "strip: \u00b7 idle  \u2591 pending  \u2588 active  \u2584 active for "
			    "a part  \u2592 cooling"
			  : "strip: . idle  : pending  # active  + active for a part  - cooling");
	put_field((int)count + 3, 0, COLS, PUT_LEFT, s->is_utf8,
		  "acts: answers, rounds of reclaim, events; in brackets what monitor held back");
}

void screen_draw(const struct screen *s, struct view *v, const struct prompt *p)
{
	struct layout l = layout_now();

	erase();
	if (p->is_help) {
		put_help(s);
	} else {
		view_scroll(v, (size_t)l.list);
		put_title(s, v, p);
		put_heading(s, v, &l);
		put_list(s, v, &l);
		put_detail(s, v, &l);
		put_last(s, v, &l, p);
	}
	refresh();
}

int64_t screen_key(int64_t wait_ns, bool *is_special)
{
	wint_t key;
	int kind;

	/* Rounded up: a key that comes just before the time is read before it. */
	timeout(wait_ns > 0 ? (int)(wait_ns / 1000000 + 1) : 0);
	kind = get_wch(&key);
	*is_special = kind == KEY_CODE_YES;
	return kind == ERR ? -1 : (int64_t)key;
}
