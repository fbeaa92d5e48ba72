// SPDX-License-Identifier: GPL-2.0
#include "svg.h"

#include <stdint.h>
#include <string.h>

#include "base/shown.h"
#include "base/utf8.h"

void svg_put_text(FILE *out, const char *text)
{
	size_t n;

	for (size_t left = strlen(text); left; text += n, left -= n) {
		uint32_t c = utf8_decode(text, left, &n);

		if (c == '<')
			fputs("&lt;", out);
		else if (c == '&')
			fputs("&amp;", out);
		else
			shown_put(out, text, n);
	}
}

void svg_begin(FILE *out, int width, int height, const char *title)
{
	fprintf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
		"font-family=\"sans-serif\" font-size=\"12\">\n"
		"<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n"
		"<text x=\"10\" y=\"22\" font-weight=\"bold\">",
		width, height);
	svg_put_text(out, title);
	fputs("</text>\n", out);
}

void svg_label(FILE *out, double x, double y, const char *anchor, const char *text)
{
	fprintf(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"#555\">", x, y, anchor);
	svg_put_text(out, text);
	fputs("</text>\n", out);
}

void svg_line(FILE *out, double x1, double y1, double x2, double y2, const char *attributes)
{
	fprintf(out, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" %s/>\n", x1, y1, x2, y2,
		attributes);
}
