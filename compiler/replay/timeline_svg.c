// SPDX-License-Identifier: GPL-2.0
/* A recording as a drawing: signals as lines, states as bars. Plain SVG, no script, no style sheet.
 */
#include "recording.h"

#include <inttypes.h>

#include "bpf-templates/mmp_machine.h"
#include "plan/words.h"
#include "svg.h"

#define LEFT 180
#define WIDTH 900
#define LANE_HEIGHT 44
#define BAR_HEIGHT 20
#define TOP 40
#define POINTS 2000 /* more than that is not visible */

static const char *const state_colours[MMP_STATE_COUNT] = { "#e8e8e8", "#f4d58d", "#2a7f62",
							    "#9bb8cc" };

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
		    const char *colour)
{
	double x = x_of(rec, from), end = to < rec->ticks ? x_of(rec, to) : LEFT + WIDTH;

	fprintf(out, "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>\n", x,
		y + (LANE_HEIGHT - BAR_HEIGHT) / 2, end - x > 0.5 ? end - x : 0.5, BAR_HEIGHT,
		colour);
}

static void put_bars(FILE *out, const struct recording *rec, const struct lane *lane, int y)
{
	uint32_t from = 0;

	for (uint32_t tick = 1; tick <= rec->ticks; tick++) {
		struct mmp_value v = lane->at[from];

		if (tick < rec->ticks && lane->at[tick].is_known == v.is_known &&
		    lane->at[tick].n == v.n)
			continue;
		if (v.is_known)
			put_bar(out, rec, from, tick, y,
				lane->kind == LANE_STATE ? state_colours[v.n]
				: v.n			 ? state_colours[MMP_ACTIVE]
							 : state_colours[MMP_IDLE]);
		from = tick;
	}
}

struct extent {
	int64_t low, high;
};

static struct extent extent_of(const struct recording *rec, const struct lane *lane)
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
	double range = (double)e.high - (double)e.low;
	bool is_drawing = false;
	char text[64];

	fputs("<path fill=\"none\" stroke=\"#1f4e79\" stroke-width=\"1.2\" d=\"", out);
	for (uint32_t tick = 0; tick < rec->ticks; tick += step) {
		uint32_t end = tick + step < rec->ticks ? tick + step : rec->ticks;
		struct mmp_value v = highest(lane, tick, end);
		double part = range > 0 ? ((double)v.n - (double)e.low) / range : 0;

		if (v.is_known)
			fprintf(out, "%c%.1f %.1f ", is_drawing ? 'L' : 'M', x_of(rec, tick),
				y + LANE_HEIGHT - 6 - part * (LANE_HEIGHT - 12));
		is_drawing = v.is_known;
	}
	fputs("\"/>\n", out);
	fprintf(out, "<text x=\"%d\" y=\"%d\" fill=\"#555\">", LEFT + WIDTH + 8,
		y + LANE_HEIGHT / 2);
	svg_put_text(out, about_print(text, sizeof(text), lane->quantity, e.high));
	fputs("</text>\n", out);
}

static void put_axis(FILE *out, const struct recording *rec, int height)
{
	char text[32];

	for (int i = 0; i <= 6; i++) {
		uint64_t at = rec->time[rec->ticks - 1] / 6 * (uint64_t)i;
		int x = LEFT + WIDTH * i / 6;

		fprintf(out, "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"#ddd\"/>\n", x,
			TOP - 8, x, height - 24);
		fprintf(out,
			"<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" fill=\"#555\">%s</text>\n",
			x, height - 10, time_print(text, sizeof(text), at / 1000000 * 1000000));
	}
}

static void put_key(FILE *out)
{
	int x = LEFT + WIDTH - 320;

	for (int state = 0; state < MMP_STATE_COUNT; state++) {
		fprintf(out, "<rect x=\"%d\" y=\"12\" width=\"12\" height=\"12\" fill=\"%s\"/>\n",
			x, state_colours[state]);
		fprintf(out, "<text x=\"%d\" y=\"22\">%s</text>\n", x + 16,
			plan_state_words.list[state]);
		x += 80;
	}
}

void timeline_svg(FILE *out, const struct recording *rec, const char *title)
{
	int height = TOP + (int)rec->lane_count * LANE_HEIGHT + 32;

	svg_begin(out, LEFT + WIDTH + 110, height, title);
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
