// SPDX-License-Identifier: GPL-2.0
#include "recording.h"

#include <inttypes.h>
#include <string.h>

#include "base/shown.h"

#include "bpf-templates/mmp_machine.h"
#include "plan/words.h"
#include "time_axis.h"

#define CHART_COLUMNS 90
#define TABLE_AROUND 3

const char *about_print(char *buf, size_t size, enum quantity q, int64_t value)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };
	bool is_rate = q == QUANTITY_SIZE_RATE;
	double n = (double)value;
	size_t unit = 0;

	if (!is_rate && q != QUANTITY_SIZE)
		return quantity_print(buf, size, q, value);
	for (; (n >= 1024 || n <= -1024) && unit + 1 < sizeof(units) / sizeof(*units); unit++)
		n /= 1024;
	snprintf(buf, size, n == (double)(int64_t)n ? "%.0f%s%s" : "%.1f%s%s", n, units[unit],
		 is_rate ? "/s" : "");
	return buf;
}

const char *lane_print(char *buf, size_t size, const struct lane *lane, uint32_t tick)
{
	struct mmp_value v = lane->at[tick];

	if (!v.is_known)
		snprintf(buf, size, "-");
	else if (lane->kind == LANE_STATE)
		snprintf(buf, size, "%s", plan_state_words.list[v.n]);
	else if (lane->quantity == QUANTITY_CONDITION)
		snprintf(buf, size, "%s", v.n ? "true" : "false");
	else
		quantity_print(buf, size, lane->quantity, v.n);
	return buf;
}

/* What one line of the chart covers. */
struct window {
	uint32_t from, ticks, ticks_per_column, columns;
};

static struct window window_around(const struct recording *rec, uint32_t mark)
{
	struct window w = { .ticks = rec->ticks, .ticks_per_column = 1 };

	if (rec->ticks > CHART_COLUMNS && mark != UINT32_MAX) {
		w.from = mark < CHART_COLUMNS * 2 / 3 ? 0 : mark - CHART_COLUMNS * 2 / 3;
		w.ticks = rec->ticks - w.from < CHART_COLUMNS ? rec->ticks - w.from : CHART_COLUMNS;
	} else if (rec->ticks > CHART_COLUMNS) {
		w.ticks_per_column = (rec->ticks + CHART_COLUMNS - 1) / CHART_COLUMNS;
	}
	w.columns = (w.ticks + w.ticks_per_column - 1) / w.ticks_per_column;
	return w;
}

static int name_width(const struct recording *rec)
{
	int widest = 0;

	for (uint32_t i = 0; i < rec->lane_count; i++)
		if (shown_width(rec->lanes[i].name) > widest)
			widest = shown_width(rec->lanes[i].name);
	return widest;
}

static bool is_level(const struct lane *lane)
{
	return lane->kind != LANE_STATE && lane->quantity != QUANTITY_CONDITION;
}

/* The largest value of a column, so that peaks stay visible. Unknown where no value is known. */
static struct mmp_value column_value(const struct lane *lane, const struct window *w,
				     uint32_t column)
{
	static const int weight[MMP_STATE_COUNT] = { 0, 1, 3, 2 };
	uint32_t from = w->from + column * w->ticks_per_column;
	struct mmp_value best = mmp_unknown();

	for (uint32_t i = 0; i < w->ticks_per_column && from + i < w->from + w->ticks; i++) {
		struct mmp_value v = lane->at[from + i];

		if (!v.is_known)
			continue;
		if (!best.is_known ||
		    (lane->kind == LANE_STATE ? weight[v.n] > weight[best.n] : v.n > best.n))
			best = v;
	}
	return best;
}

struct range {
	int64_t low, high;
	bool is_empty;
};

static struct range lane_range(const struct lane *lane, const struct window *w)
{
	struct range r = { .is_empty = true };

	for (uint32_t i = w->from; i < w->from + w->ticks; i++) {
		if (!lane->at[i].is_known)
			continue;
		if (r.is_empty || lane->at[i].n < r.low)
			r.low = lane->at[i].n;
		if (r.is_empty || lane->at[i].n > r.high)
			r.high = lane->at[i].n;
		r.is_empty = false;
	}
	return r;
}

static const char *level_mark(struct mmp_value v, const struct range *r)
{
	static const char *const levels[] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	int64_t low = r->low < 0 ? r->low : 0;
	double part;

	if (!v.is_known)
		return " ";
	/* Only a drawing: no decision depends on it. */
	part = r->high > low ? ((double)v.n - (double)low) / ((double)r->high - (double)low) : 0;
	return levels[(int)(part * 7 + 0.5)];
}

static const char *column_mark(const struct lane *lane, struct mmp_value v, const struct range *r)
{
	static const char *const states[MMP_STATE_COUNT] = { "·", "░", "█", "▒" };

	if (is_level(lane))
		return level_mark(v, r);
	if (!v.is_known)
		return " ";
	if (lane->kind == LANE_STATE)
		return states[v.n];
	return v.n ? "█" : "·";
}

#define MARK_COLUMNS 10 /* a label and a space fit between two marks */

/* The column covers the times after the column before up to its last tick's. */
static bool is_marked(const struct recording *rec, const struct window *w, uint32_t column,
		      uint64_t step, uint64_t *ret_at)
{
	uint32_t first = w->from + column * w->ticks_per_column;
	uint32_t end = first + w->ticks_per_column;
	uint64_t last = rec->time[(end < w->from + w->ticks ? end : w->from + w->ticks) - 1];

	*ret_at = last / step * step;
	return *ret_at >= (column ? rec->time[first - 1] + 1 : rec->time[first]);
}

static uint64_t mark_step(const struct recording *rec, const struct window *w)
{
	uint64_t span = rec->time[w->from + w->ticks - 1] - rec->time[w->from];

	return time_axis_step(w->columns > 1 ? span * MARK_COLUMNS / (w->columns - 1) : 1);
}

static void print_labels(FILE *out, const struct recording *rec, const struct window *w,
			 uint64_t step)
{
	uint32_t done = 0;
	uint64_t at;
	char text[32];

	for (uint32_t column = 0; column < w->columns; column++)
		if (is_marked(rec, w, column, step, &at) && column >= done) {
			time_axis_label(text, sizeof(text), at, step);
			fprintf(out, "%*s%s", (int)(column - done), "", text);
			done = column + (uint32_t)strlen(text);
		}
}

/* Round times, at the columns that they fall into; + halfway. */
static void print_axis(FILE *out, const struct recording *rec, const struct window *w, int width)
{
	uint64_t step = mark_step(rec, w), half = step > 1 ? step / 2 : 1, at;

	fprintf(out, "%*s  ", width, "");
	print_labels(out, rec, w, step);
	fprintf(out, "\n%*s  ", width, "");
	for (uint32_t column = 0; column < w->columns; column++)
		fputs(is_marked(rec, w, column, step, &at)   ? "|"
		      : is_marked(rec, w, column, half, &at) ? "+"
							     : "-",
		      out);
	fputc('\n', out);
}

/* Behind the range: what the policy compares it with. */
static void print_thresholds(FILE *out, const struct lane *lane)
{
	char text[64];

	const char *first = lane->threshold_count > 1 ? "; thresholds " : "; threshold ";

	for (uint32_t i = 0; i < lane->threshold_count; i++)
		fprintf(out, "%s%s", i ? ", " : first,
			about_print(text, sizeof(text), lane->quantity, lane->thresholds[i]));
}

static void print_range(FILE *out, const struct lane *lane, const struct range *r)
{
	char low[64], high[64];

	if (!is_level(lane) || r->is_empty)
		return;
	about_print(low, sizeof(low), lane->quantity, r->low);
	about_print(high, sizeof(high), lane->quantity, r->high);
	if (strcmp(low, high))
		fprintf(out, "  %s to %s", low, high);
	else
		fprintf(out, "  %s", low);
	print_thresholds(out, lane);
}

static bool has_states(const struct recording *rec)
{
	for (uint32_t i = 0; i < rec->lane_count; i++)
		if (rec->lanes[i].kind == LANE_STATE)
			return true;
	return false;
}

void timeline_print(FILE *out, const struct recording *rec, uint32_t mark)
{
	struct window w = window_around(rec, mark);
	int width = name_width(rec);
	char text[32];

	print_axis(out, rec, &w, width);
	for (uint32_t i = 0; i < rec->lane_count; i++) {
		const struct lane *lane = &rec->lanes[i];
		struct range r = lane_range(lane, &w);

		shown_padded(out, lane->name, width, false);
		fputs("  ", out);
		for (uint32_t column = 0; column < w.columns; column++)
			fputs(column_mark(lane, column_value(lane, &w, column), &r), out);
		print_range(out, lane, &r);
		fputc('\n', out);
	}
	if (mark != UINT32_MAX) {
		time_print(text, sizeof(text), rec->time[mark]);
		fprintf(out, "%*s^ %s\n", width + 2 + (int)((mark - w.from) / w.ticks_per_column),
			"", text);
	}
	if (has_states(rec))
		fprintf(out, "%*s  · idle  ░ pending  █ active  ▒ cooling\n", width, "");
}

void timeline_table(FILE *out, const struct recording *rec, uint32_t mark)
{
	uint32_t from = mark < TABLE_AROUND ? 0 : mark - TABLE_AROUND;
	uint32_t end = mark + TABLE_AROUND + 1 < rec->ticks ? mark + TABLE_AROUND + 1 : rec->ticks;
	char text[64];

	fprintf(out, "   %8s", "time");
	for (uint32_t i = 0; i < rec->lane_count; i++) {
		fputs("  ", out);
		shown_padded(out, rec->lanes[i].name, 8, true);
	}
	fputc('\n', out);
	for (uint32_t tick = from; tick < end; tick++) {
		time_print(text, sizeof(text), rec->time[tick]);
		fprintf(out, "%s %8s", tick == mark ? "=>" : "  ", text);
		for (uint32_t i = 0; i < rec->lane_count; i++) {
			int width = shown_width(rec->lanes[i].name);

			fputs("  ", out);
			shown_padded(out, lane_print(text, sizeof(text), &rec->lanes[i], tick),
				     width < 8 ? 8 : width, true);
		}
		fputc('\n', out);
	}
}
