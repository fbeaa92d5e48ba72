// SPDX-License-Identifier: GPL-2.0
/*
 * A sweep as a drawing: a panel a rule. One param: the active share as a line, the changes an hour
 * as a dashed one, so that they can be told apart in black and white. Two: a field of grey squares
 * with the active share written in each.
 */
#include "sweep.h"

#include "svg.h"

#define LEFT 150
#define WIDTH 700
#define RIGHT 120
#define TOP 64 /* of a panel: its rule's name and the legend */
#define PLOT 180
#define BOTTOM 50
#define CELL 32
#define LABELS 7 /* along an axis, at most */

static void value_label(FILE *out, const struct sweep *s, uint32_t axis, uint32_t i, double x,
			double y, const char *anchor)
{
	const struct sweep_axis *a = &s->axes[axis];
	char text[64];

	svg_label(out, x, y, anchor,
		  quantity_print(text, sizeof(text), s->plan->params[a->param].quantity,
				 a->values[i]));
}

static int panel_height(const struct sweep *s)
{
	if (s->axis_count == 1)
		return TOP + PLOT + BOTTOM;
	return TOP + (int)sweep_lines(s) * CELL + BOTTOM;
}

static double x_of(const struct sweep *s, uint32_t i)
{
	return LEFT + (s->axes[0].count > 1 ? (double)WIDTH * i / (s->axes[0].count - 1) : 0);
}

static double most_of(const struct sweep *s, const struct sweep_rule *r,
		      double (*figure)(const struct tally *))
{
	double most = 0;

	for (uint32_t i = 0; i < s->points; i++)
		if (figure(&r->points[i]) > most)
			most = figure(&r->points[i]);
	return most;
}

static void put_curve(FILE *out, const struct sweep *s, const struct sweep_rule *r, double y,
		      double (*figure)(const struct tally *), double most, const char *attributes)
{
	fprintf(out, "<path fill=\"none\" %s d=\"", attributes);
	for (uint32_t i = 0; i < s->points; i++)
		fprintf(out, "%c%.1f %.1f ", i ? 'L' : 'M', x_of(s, i),
			y + PLOT - (most > 0 ? figure(&r->points[i]) / most * PLOT : 0));
	fputs("\"/>\n", out);
}

#define SHARE_LINE "stroke=\"#1f4e79\" stroke-width=\"2\""
#define CHANGES_LINE "stroke=\"#b5541c\" stroke-width=\"1.5\" stroke-dasharray=\"6 4\""
#define KNEE_LINE "stroke=\"#333\" stroke-width=\"1\" stroke-dasharray=\"1 3\""

static void put_legend(FILE *out, double y)
{
	svg_line(out, LEFT, y, LEFT + 36, y, SHARE_LINE);
	svg_label(out, LEFT + 42, y + 4, "start", "active share (left)");
	svg_line(out, LEFT + 190, y, LEFT + 226, y, CHANGES_LINE);
	svg_label(out, LEFT + 232, y + 4, "start", "changes an hour (right)");
	svg_line(out, LEFT + 410, y, LEFT + 446, y, KNEE_LINE);
	svg_label(out, LEFT + 452, y + 4, "start", "knee");
}

static void put_scale(FILE *out, double y, double share, double changes)
{
	char text[64];

	for (int i = 0; i <= 4; i++) {
		double at = y + PLOT - (double)PLOT * i / 4;

		svg_line(out, LEFT, at, LEFT + WIDTH, at, "stroke=\"#ddd\"");
		snprintf(text, sizeof(text), "%.3g %%", share * 25 * i);
		svg_label(out, LEFT - 8, at + 4, "end", text);
		snprintf(text, sizeof(text), "%.3g/h", changes * i / 4);
		svg_label(out, LEFT + WIDTH + 8, at + 4, "start", text);
	}
}

static void put_values(FILE *out, const struct sweep *s, double y)
{
	uint32_t last = s->axes[0].count - 1, labels = last < LABELS - 1 ? last : LABELS - 1;

	for (uint32_t i = 0; labels && i <= labels; i++)
		value_label(out, s, 0, last * i / labels, x_of(s, last * i / labels), y, "middle");
	svg_label(out, LEFT + WIDTH / 2, y + 18, "middle", s->plan->params[s->axes[0].param].name);
}

static void put_plot(FILE *out, const struct sweep *s, const struct sweep_rule *r, double y)
{
	double share = most_of(s, r, tally_share), changes = most_of(s, r, tally_changes_an_hour);

	put_legend(out, y + 44);
	y += TOP;
	put_scale(out, y, share, changes);
	if (r->turns[0].has_knee)
		svg_line(out, x_of(s, r->turns[0].knee), y, x_of(s, r->turns[0].knee), y + PLOT,
			 KNEE_LINE);
	put_curve(out, s, r, y, tally_changes_an_hour, changes, CHANGES_LINE);
	put_curve(out, s, r, y, tally_share, share, SHARE_LINE);
	put_values(out, s, y + PLOT + 18);
}

/* Darker is longer; the number stands in black or white, as can be read on it. */
static void put_cell(FILE *out, const struct tally *t, double x, double y, double width)
{
	double share = tally_share(t);
	int grey = 255 - (int)(share * 200);

	fprintf(out,
		"<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" "
		"fill=\"#%02x%02x%02x\" stroke=\"#fff\"/>\n",
		x, y, width, CELL, grey, grey, grey);
	fprintf(out,
		"<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\" font-size=\"10\" "
		"fill=\"%s\">%.1f</text>\n",
		x + width / 2, y + CELL / 2.0 + 4, grey < 140 ? "#fff" : "#000", share * 100);
}

static void put_field(FILE *out, const struct sweep *s, const struct sweep_rule *r, double y)
{
	uint32_t columns = s->axes[0].count;
	double width = (double)WIDTH / columns;

	svg_label(out, LEFT, y + 44, "start", "active, % of the time");
	svg_label(out, LEFT - 8, y + 56, "end", s->plan->params[s->axes[1].param].name);
	y += TOP;
	for (uint32_t line = 0; line < sweep_lines(s); line++) {
		double top = y + line * CELL;

		value_label(out, s, 1, line, LEFT - 8, top + CELL / 2.0 + 4, "end");
		for (uint32_t i = 0; i < columns; i++)
			put_cell(out, &r->points[line * columns + i], LEFT + i * width, top, width);
	}
	y += sweep_lines(s) * CELL;
	for (uint32_t i = 0; i < columns; i += (columns + LABELS - 1) / LABELS)
		value_label(out, s, 0, i, LEFT + (i + 0.5) * width, y + 16, "middle");
	svg_label(out, LEFT + WIDTH / 2, y + 34, "middle", s->plan->params[s->axes[0].param].name);
}

void sweep_svg(FILE *out, const struct sweep *s, const char *title)
{
	int height = panel_height(s);

	svg_begin(out, LEFT + WIDTH + RIGHT, 40 + (int)s->rule_count * height, title);
	for (uint32_t i = 0; i < s->rule_count; i++) {
		double y = 40 + (double)i * height;

		svg_label(out, 10, y + 16, "start", s->rules[i].rule->name);
		if (s->axis_count == 1)
			put_plot(out, s, &s->rules[i], y);
		else
			put_field(out, s, &s->rules[i], y);
	}
	fputs("</svg>\n", out);
}
