/* SPDX-License-Identifier: GPL-2.0 */
/* What drawings share: plain SVG, no script, no style sheet. */
#ifndef MMP_SVG_H
#define MMP_SVG_H

#include <stdio.h>

/* Text between tags, with what SVG would take for tags escaped. */
void svg_put_text(FILE *out, const char *text);
/* A drawing's beginning, with its title; end it with </svg>. */
void svg_begin(FILE *out, int width, int height, const char *title);
/* A whole text element; anchor is start, middle or end. */
void svg_label(FILE *out, double x, double y, const char *anchor, const char *text);
void svg_line(FILE *out, double x1, double y1, double x2, double y2, const char *attributes);

#endif
