// SPDX-License-Identifier: GPL-2.0
/* A recording as a drawing: signals as lines, states as bars. Plain SVG, no script, no style sheet.
 */
#include "recording.h"

#include <inttypes.h>

#include "bpf-templates/mmp_machine.h"
#include "plan/words.h"
#include "svg.h"
#include "time_axis.h"

#define LEFT 180
#define WIDTH 900
#define LANE_HEIGHT 44
#define BAR_HEIGHT 20
#define TOP 60
#define MOST_AT 70 /* beside the thresholds' labels */
#define MARKS 8
#define LABEL_APART 10
#define FAR 4 /* a threshold above so many times what was seen is not drawn */
#define POINTS 2000 /* more than that is not visible */

/* Told apart by their patterns, on paper too: empty, hatched, full, dotted. */
static const char *const state_fills[MMP_STATE_COUNT] = { "#fff", "url(#pending)", "#2a5f52",
							  "url(#cooling)" };

#define THRESHOLD_LINE "stroke=\"#b5541c\" stroke-dasharray=\"5 3\""
#define SIGNAL_LINE "stroke=\"#1f4e79\" stroke-width=\"1.2\""

static void put_patterns(FILE *out)
{
	fputs("<defs><pattern id=\"pending\" width=\"6\" height=\"6\" "
	      "patternUnits=\"userSpaceOnUse\"><rect width=\"6\" height=\"6\" fill=\"#fff\"/>"
	      "<path d=\"M0 6L6 0\" stroke=\"#a06a00\" stroke-width=\"1.5\"/></pattern>\n"
	      "<pattern id=\"cooling\" width=\"4\" height=\"4\" "
	      "patternUnits=\"userSpaceOnUse\"><rect width=\"4\" height=\"4\" fill=\"#fff\"/>"
	      "<circle cx=\"2\" cy=\"2\" r=\"1\" fill=\"#45637a\"/></pattern></defs>\n",
	      out);
}

static double x_of(const struct recording *rec, uint32_t tick)
{
	uint64_t end = rec->time[rec->ticks - 1];

	return LEFT + (end ? (double)rec->time[tick] / (double)end * WIDTH : 0);
}

static bool is_bar(const struct lane *lane)
{
	return lane->kind == LANE_STATE || lane->quantity == QUANTITY_CONDITION;
}

static void put_bar(FILE *out, const struct recording *rec, uint32_t from, uint32_t to, int y,
		    const char *fill)
{
	double x = x_of(rec, from), end = to < rec->ticks ? x_of(rec, to) : LEFT + WIDTH;

	fprintf(out, "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>\n", x,
		y + (LANE_HEIGHT - BAR_HEIGHT) / 2, end - x > 0.5 ? end - x : 0.5, BAR_HEIGHT,
		fill);
}

/* NULL: idle, or no. The lane's outline shows it. */
static const char *fill_of(const struct lane *lane, struct mmp_value v)
{
	if (lane->kind != LANE_STATE)
		return v.n ? state_fills[MMP_ACTIVE] : NULL;
	return v.n == MMP_IDLE ? NULL : state_fills[v.n];
}

static void put_outline(FILE *out, double x, double y, double width, double height)
{
	fprintf(out,
		"<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"none\" "
		"stroke=\"#777\"/>\n",
		x, y, width, height);
}

static void put_bars(FILE *out, const struct recording *rec, const struct lane *lane, int y)
{
	uint32_t from = 0;

	for (uint32_t tick = 1; tick <= rec->ticks; tick++) {
		struct mmp_value v = lane->at[from];

		if (tick < rec->ticks && lane->at[tick].is_known == v.is_known &&
		    lane->at[tick].n == v.n)
			continue;
		if (v.is_known && fill_of(lane, v))
			put_bar(out, rec, from, tick, y, fill_of(lane, v));
		from = tick;
	}
	put_outline(out, LEFT, y + (LANE_HEIGHT - BAR_HEIGHT) / 2.0, WIDTH, BAR_HEIGHT);
}

struct extent {
	int64_t low, high;
};

static struct extent seen_of(const struct recording *rec, const struct lane *lane)
{
	struct extent e = { 0, 0 };

	for (uint32_t tick = 0; tick < rec->ticks; tick++) {
		if (!lane->at[tick].is_known)
			continue;
		if (lane->at[tick].n > e.high)
			e.high = lane->at[tick].n;
		if (lane->at[tick].n < e.low)
			e.low = lane->at[tick].n;
	}
	return e;
}

/* With thresholds that are near enough not to press the signal flat. */
static struct extent extent_of(const struct recording *rec, const struct lane *lane)
{
	struct extent seen = seen_of(rec, lane), e = seen;

	for (uint32_t i = 0; i < lane->threshold_count; i++)
		if (lane->thresholds[i] > e.high && lane->thresholds[i] / FAR <= seen.high)
			e.high = lane->thresholds[i];
	return e;
}

static double y_of(const struct extent *e, int64_t value, int y)
{
	double range = (double)e->high - (double)e->low;

	return y + LANE_HEIGHT - 6 -
	       (range > 0 ? ((double)value - (double)e->low) / range : 0) * (LANE_HEIGHT - 12);
}

/* Those below the signal's range or far above it have no line; the label says where they are. */
static void put_thresholds(FILE *out, const struct lane *lane, const struct extent *e, int y)
{
	char number[64], label[96];
	double last = y - LABEL_APART, beside; /* labels do not cover each other */

	for (uint32_t i = 0; i < lane->threshold_count; i++) {
		int64_t value = lane->thresholds[i];
		bool is_inside = value >= e->low && value <= e->high;
		double at = is_inside ? y_of(e, value, y) : y + 6;

		about_print(number, sizeof(number), lane->quantity, value);
		snprintf(label, sizeof(label), is_inside ? "%s" : "%s is not in range", number);
		beside = at - last < LABEL_APART && last - at < LABEL_APART ? last + LABEL_APART
									    : at;
		last = beside;
		if (is_inside)
			svg_line(out, LEFT, at, LEFT + WIDTH, at, THRESHOLD_LINE);
		fprintf(out,
			"<text x=\"%d\" y=\"%.1f\" font-size=\"10\" fill=\"#b5541c\">%s</text>\n",
			LEFT + WIDTH + 4, beside + 3.5, label);
	}
}

/* Where there are more values than points, the highest of each stretch. */
static struct mmp_value highest(const struct lane *lane, uint32_t from, uint32_t to)
{
	struct mmp_value best = mmp_unknown();

	for (; from < to; from++)
		if (lane->at[from].is_known && (!best.is_known || lane->at[from].n > best.n))
			best = lane->at[from];
	return best;
}

static void put_line(FILE *out, const struct recording *rec, const struct lane *lane, int y)
{
	uint32_t step = rec->ticks / POINTS + 1;
	struct extent e = extent_of(rec, lane);
	bool is_drawing = false;
	char text[64];

	put_thresholds(out, lane, &e, y);
	fputs("<path fill=\"none\" " SIGNAL_LINE " d=\"", out);
	for (uint32_t tick = 0; tick < rec->ticks; tick += step) {
		uint32_t end = tick + step < rec->ticks ? tick + step : rec->ticks;
		struct mmp_value v = highest(lane, tick, end);

		if (v.is_known)
			fprintf(out, "%c%.1f %.1f ", is_drawing ? 'L' : 'M', x_of(rec, tick),
				y_of(&e, v.n, y));
		is_drawing = v.is_known;
	}
	fputs("\"/>\n", out);
	svg_label(out, LEFT + WIDTH + MOST_AT, y + LANE_HEIGHT / 2.0 + 4, "start",
		  about_print(text, sizeof(text), lane->quantity, seen_of(rec, lane).high));
}

/* At round times. */
static void put_axis(FILE *out, const struct recording *rec, int height)
{
	uint64_t end = rec->time[rec->ticks - 1], step = time_axis_step(end / MARKS + 1);
	char text[32];

	for (uint64_t at = 0; at <= end; at += step) {
		double x = LEFT + (end ? (double)at / (double)end * WIDTH : 0);

		svg_line(out, x, TOP - 4, x, height - 24, "stroke=\"#ddd\"");
		svg_label(out, x, height - 10, "middle",
			  time_axis_label(text, sizeof(text), at, step));
		if (at > UINT64_MAX - step)
			break;
	}
}

static void put_key(FILE *out)
{
	double x = LEFT, y = 32;

	for (int state = 0; state < MMP_STATE_COUNT; state++) {
		fprintf(out,
			"<rect x=\"%.1f\" y=\"%.1f\" width=\"24\" height=\"12\" fill=\"%s\" "
			"stroke=\"#777\"/>\n",
			x, y, state_fills[state]);
		svg_label(out, x + 30, y + 10, "start", plan_state_words.list[state]);
		x += 110;
	}
	svg_line(out, x, y + 6, x + 30, y + 6, SIGNAL_LINE);
	svg_label(out, x + 36, y + 10, "start", "signal, its most at the right");
	svg_line(out, x + 220, y + 6, x + 250, y + 6, THRESHOLD_LINE);
	svg_label(out, x + 256, y + 10, "start", "threshold");
}

void timeline_svg(FILE *out, const struct recording *rec, const char *title)
{
	int height = TOP + (int)rec->lane_count * LANE_HEIGHT + 32;

	svg_begin(out, LEFT + WIDTH + 150, height, title);
	put_patterns(out);
	put_key(out);
	put_axis(out, rec, height);
	for (uint32_t i = 0; i < rec->lane_count; i++) {
		int y = TOP + (int)i * LANE_HEIGHT;

		fprintf(out, "<text x=\"10\" y=\"%d\">", y + LANE_HEIGHT / 2 + 4);
		svg_put_text(out, rec->lanes[i].name);
		fputs("</text>\n", out);
		if (is_bar(&rec->lanes[i]))
			put_bars(out, rec, &rec->lanes[i], y);
		else
			put_line(out, rec, &rec->lanes[i], y);
	}
	fputs("</svg>\n", out);
}
