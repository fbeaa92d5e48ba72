// SPDX-License-Identifier: GPL-2.0
#include "interactive.h"

#include "base/clock.h"
#include "failure.h"
#include "installed/change.h"
#include "screen.h"
#include "text.h"
#include "view.h"

#include <curses.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

enum key {
#define KEY(id, code, name, help) DO_##id = code,
#include "keys.def"
};

enum asking { NOTHING, FOR_FILTER, FOR_MODE };

struct session {
	struct snapshot *snapshot;
	struct screen screen;
	struct view view;
	enum asking asking;
	bool is_paused, is_help, is_over;
	char message[1200]; /* until the next key */
	char typed[VIEW_FILTER];
	char name[256]; /* FOR_MODE: the policy */
	enum mmp_mode mode; /* and what it shall be put into */
};

static void draw(struct session *s)
{
	struct prompt p = { .text = s->message[0] ? s->message : NULL,
			    .is_paused = s->is_paused,
			    .is_help = s->is_help };

	if (s->asking == FOR_FILTER) {
		p.text = "show what contains: ";
		p.typed = s->typed;
	}
	screen_draw(&s->screen, &s->view, &p);
}

/* The policies that were there and are not any more. */
static void say_gone(struct session *s, const json_t *now)
{
	const json_t *before = json_object_get(s->view.snapshot, "policies"), *old, *new;
	size_t i, j;

	json_array_foreach (before, i, old) {
		bool is_there = false;

		json_array_foreach (json_object_get(now, "policies"), j, new)
			is_there |= !strcmp(text_of(old, "name"), text_of(new, "name"));
		if (!is_there)
			snprintf(s->message, sizeof(s->message), "the policy '%s' is gone",
				 text_of(old, "name"));
	}
}

static int look(struct session *s, struct failure *f)
{
	const struct view_line *line = view_selected(&s->view);
	json_t *doc;

	s->snapshot->reasons_policy = line && line->rule ? text_of(line->policy, "name") : NULL;
	if (line && line->rule) {
		s->snapshot->reasons_rule = text_of(line->rule, "rule");
		s->snapshot->reasons_cgroup = json_string_value(
			json_object_get(line->rule, "cgroup"));
	}
	doc = snapshot_take(s->snapshot, f);
	if (!doc)
		return -1;
	say_gone(s, doc);
	view_show(&s->view, doc);
	return 0;
}

static void say_failure(struct session *s, const struct failure *f)
{
	snprintf(s->message, sizeof(s->message), "%s", f->text);
}

static void ask_mode(struct session *s)
{
	const struct view_line *line = view_selected(&s->view);
	bool is_monitor;

	if (!line)
		return;
	is_monitor = !strcmp(text_of(line->policy, "state"), "monitor");
	s->mode = is_monitor ? MMP_ENFORCE : MMP_MONITOR;
	snprintf(s->name, sizeof(s->name), "%s", text_of(line->policy, "name"));
	snprintf(s->message, sizeof(s->message), "put '%s' into mode %s? y or n", s->name,
		 is_monitor ? "enforce" : "monitor");
	s->asking = FOR_MODE;
}

static void answer_mode(struct session *s, int64_t key)
{
	struct failure f = { 0 };

	s->asking = NOTHING;
	s->message[0] = '\0';
	if (key != 'y' && key != 'Y')
		return;
	if (change_mode(s->name, s->mode, &f) || look(s, &f))
		say_failure(s, &f);
	else
		snprintf(s->message, sizeof(s->message), "'%s' is in mode %s", s->name,
			 s->mode == MMP_MONITOR ? "monitor" : "enforce");
}

/* Back to the beginning of the last character. */
static void rub_out(char *text)
{
	size_t len = strlen(text);

	while (len && ((unsigned char)text[len - 1] & 0xc0) == 0x80)
		len--;
	text[len ? len - 1 : 0] = '\0';
}

static void type(struct session *s, wchar_t c)
{
	mbstate_t state = { 0 };
	char bytes[MB_LEN_MAX];
	size_t len = wcrtomb(bytes, c, &state), used = strlen(s->typed);

	if (c < ' ' || len == (size_t)-1 || used + len >= sizeof(s->typed))
		return;
	memcpy(s->typed + used, bytes, len);
	s->typed[used + len] = '\0';
}

static void answer_filter(struct session *s, int64_t key, bool is_special)
{
	if (key == '\n' || key == '\r' || (is_special && key == KEY_ENTER)) {
		memcpy(s->view.filter, s->typed, sizeof(s->view.filter));
		s->asking = NOTHING;
		view_arrange(&s->view);
	} else if (key == 27) {
		s->asking = NOTHING;
	} else if (key == 127 || key == '\b' || (is_special && key == KEY_BACKSPACE)) {
		rub_out(s->typed);
	} else if (!is_special) {
		type(s, (wchar_t)key);
	}
}

static void move_by(struct session *s, int64_t key)
{
	switch (key) {
	case KEY_UP:
		view_move(&s->view, -1);
		break;
	case KEY_DOWN:
		view_move(&s->view, 1);
		break;
	case KEY_PPAGE:
		view_move(&s->view, -screen_page());
		break;
	case KEY_NPAGE:
		view_move(&s->view, screen_page());
		break;
	case KEY_HOME:
		view_move(&s->view, -(long)s->view.count);
		break;
	case KEY_END:
		view_move(&s->view, (long)s->view.count);
		break;
	case KEY_ENTER:
		view_fold(&s->view);
		break;
	}
}

/* The letters that move, as in vi and less. */
static int64_t as_special(int64_t key)
{
	static const struct {
		char letter;
		int key;
	} letters[] = { { 'k', KEY_UP },  { 'j', KEY_DOWN },  { 'g', KEY_HOME },
			{ 'G', KEY_END }, { ' ', KEY_NPAGE }, { '\r', KEY_ENTER } };
	size_t i;

	for (i = 0; i < sizeof(letters) / sizeof(letters[0]); i++)
		if (key == letters[i].letter)
			return letters[i].key;
	return 0;
}

static void arrange(struct session *s, enum key key)
{
	struct view *v = &s->view;

	if (key == DO_SORT)
		v->sort = (v->sort + 1) % VIEW_SORTS;
	if (key == DO_REVERSE)
		v->is_reverse = !v->is_reverse;
	if (key == DO_ACTIVE)
		v->only_active = !v->only_active;
	view_arrange(v);
}

static void obey(struct session *s, enum key key)
{
	switch (key) {
	case DO_END:
		s->is_over = true;
		break;
	case DO_HELP:
		s->is_help = true;
		break;
	case DO_SORT:
	case DO_REVERSE:
	case DO_ACTIVE:
		arrange(s, key);
		break;
	case DO_FILTER:
		memcpy(s->typed, s->view.filter, sizeof(s->typed));
		s->asking = FOR_FILTER;
		break;
	case DO_FOLD:
		view_fold(&s->view);
		break;
	case DO_MODE:
		ask_mode(s);
		break;
	case DO_PAUSE:
		s->is_paused = !s->is_paused;
		break;
	default:
		move_by(s, as_special(key));
	}
}

static void take_key(struct session *s, int64_t key, bool is_special)
{
	if (is_special && key == KEY_RESIZE)
		return; /* it is drawn anew in any case */
	if (s->is_help) {
		s->is_help = false;
	} else if (s->asking == FOR_MODE) {
		answer_mode(s, is_special ? 0 : key);
	} else if (s->asking == FOR_FILTER) {
		answer_filter(s, key, is_special);
	} else {
		s->message[0] = '\0';
		if (is_special)
			move_by(s, key);
		else
			obey(s, (enum key)key);
	}
}

static int loop(struct session *s, int64_t interval_ns, int64_t count,
		const volatile sig_atomic_t *is_interrupted, struct failure *f)
{
	int64_t next = clock_now_ns(), looks = 0, key;
	bool is_special;

	while (!s->is_over && !*is_interrupted) {
		if (clock_now_ns() >= next) {
			if (count && looks++ == count)
				return 0;
			if (!s->is_paused && look(s, f))
				return -1;
			next = clock_now_ns() + interval_ns;
		}
		draw(s);
		key = screen_key(next - clock_now_ns(), &is_special);
		if (key >= 0)
			take_key(s, key, is_special);
	}
	return 0;
}

int interactive_run(struct snapshot *s, int64_t interval_ns, int64_t count,
		    const volatile sig_atomic_t *is_interrupted, struct failure *f)
{
	struct session session = { .snapshot = s };
	int error;

	if (screen_open(&session.screen, (double)interval_ns / 1e9, f))
		return -1;
	view_init(&session.view);
	error = loop(&session, interval_ns, count, is_interrupted, f);
	screen_close();
	view_finish(&session.view);
	return error;
}
