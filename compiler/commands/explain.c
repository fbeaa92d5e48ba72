// SPDX-License-Identifier: GPL-2.0
#include "explain.h"

#include <string.h>

#include "base/arena.h"
#include "base/bug.h"
#include "report/diag.h"
#include "check/kernels.h"
#include "base/lang.h"

static const struct {
	const char *why, *fix;
} explanations[DIAG_CODE_COUNT] = {
#define EXPLAIN(id, why, fix) [DIAG_##id] = { why, fix },
#include "explain.def"
#undef EXPLAIN
};

static const char *const level_words[DIAG_LEVEL_COUNT] = {
	[DIAG_OFF] = "off",
	[DIAG_NOTE] = "note",
	[DIAG_WARNING] = "warning",
	[DIAG_ERROR] = "error",
};

/* Prose, wrapped at spaces. */
static void put_wrapped(FILE *out, const char *text, unsigned width)
{
	unsigned column = 0;

	while (*text) {
		size_t len = strcspn(text, " ");

		if (column && column + 1 + len > width) {
			fputc('\n', out);
			column = 0;
		} else if (column) {
			fputc(' ', out);
			column++;
		}
		fwrite(text, 1, len, out);
		column += (unsigned)len;
		text += len + (text[len] == ' ');
	}
	fputc('\n', out);
}

/* A list is a table: a header and the cells of each row. */

#define CELLS_MAX 5
#define CELL_SIZE 160

struct cells {
	char cell[CELLS_MAX][CELL_SIZE];
};

static void scopes_text(char *out, unsigned scopes)
{
	snprintf(out, CELL_SIZE, "%s%s%s%s", scopes & OF_CGROUP ? "cgroup " : "",
		 scopes & OF_SYSTEM ? "system " : "", scopes & OF_SELF ? "self " : "",
		 scopes & OF_CALL ? "call " : "");
	if (*out)
		out[strlen(out) - 1] = '\0';
}

static void signal_row(unsigned i, struct cells *c)
{
	const struct signal_info *s = &signal_infos[i];

	snprintf(c->cell[0], CELL_SIZE, "%s", s->name);
	snprintf(c->cell[1], CELL_SIZE, "%s%s", quantity_name(s->quantity),
		 s->traits & OR_PERCENT ? " or percentage" : "");
	scopes_text(c->cell[2], s->scopes);
	snprintf(c->cell[3], CELL_SIZE, "%s%s", s->help,
		 s->traits & WINDOWED ? "; takes [WINDOW]" : "");
	snprintf(c->cell[4], CELL_SIZE, "%s", s->source);
}

static void action_row(unsigned i, struct cells *c)
{
	snprintf(c->cell[0], CELL_SIZE, "%s", action_infos[i].word);
	snprintf(c->cell[1], CELL_SIZE, "%s", action_infos[i].help);
}

static void modifier_row(unsigned i, struct cells *c)
{
	const struct modifier_info *m = &modifier_infos[i];
	char *out = c->cell[1];

	snprintf(c->cell[0], CELL_SIZE, "%s", m->form);
	for (int j = 0; j < ACTION_COUNT && m->actions != ON_ALL; j++)
		if (m->actions & 1u << j)
			out += sprintf(out, "%s%s", out == c->cell[1] ? "" : " ",
				       action_infos[j].word);
	if (m->actions == ON_ALL)
		strcpy(out, "all");
	snprintf(c->cell[2], CELL_SIZE, "%s", m->help);
}

static void unit_row(unsigned i, struct cells *c)
{
	const struct unit_info *u = &unit_infos[i];

	snprintf(c->cell[0], CELL_SIZE, "%s", u->text);
	if (u->quantity == QUANTITY_UNKNOWN)
		snprintf(c->cell[1], CELL_SIZE, "refused; write %s", u->instead);
	else
		snprintf(c->cell[1], CELL_SIZE, "%s", quantity_name(u->quantity));
	if (u->quantity == QUANTITY_PERCENT)
		strcpy(c->cell[2], "of the limit, or of the time");
	else if (u->quantity == QUANTITY_DURATION)
		snprintf(c->cell[2], CELL_SIZE, "%lld ns", (long long)u->numerator);
	else if (u->quantity == QUANTITY_SIZE || u->quantity == QUANTITY_SIZE_RATE)
		snprintf(c->cell[2], CELL_SIZE, "%lld bytes", (long long)u->numerator);
	else if (u->quantity == QUANTITY_RATE)
		strcpy(c->cell[2], "events a second");
}

static void kind_row(unsigned i, struct cells *c)
{
	snprintf(c->cell[0], CELL_SIZE, "%s", thp_kind_infos[i].word);
	snprintf(c->cell[1], CELL_SIZE, "%s", thp_kind_infos[i].help);
	snprintf(c->cell[2], CELL_SIZE, "%s", thp_kind_infos[i].kernel);
}

static void kernel_row(unsigned i, struct cells *c)
{
	snprintf(c->cell[0], CELL_SIZE, "%s", kernel_infos[i].name);
	snprintf(c->cell[1], CELL_SIZE, "%s", kernel_infos[i].help);
}

static void code_row(unsigned i, struct cells *c)
{
	struct diags strict = { .levels = { 0 } };

	diags_profile(&strict, PROFILE_STRICT);
	snprintf(c->cell[0], CELL_SIZE, "%s", diag_slug(i));
	snprintf(c->cell[1], CELL_SIZE, "%s", level_words[diag_default_level(i)]);
	snprintf(c->cell[2], CELL_SIZE, "%s", level_words[strict.levels[i]]);
	snprintf(c->cell[3], CELL_SIZE, "%s", diag_summary(i));
}

struct list {
	const char *name, *one; /* "signals", "a signal" */
	const char *header[CELLS_MAX];
	unsigned help; /* the cell that one line of a list shows */
	void (*row)(unsigned i, struct cells *c);
	unsigned count;
};

static const struct list lists[] = {
	{ "actions", "an action", { "action", "what it does" }, 1, action_row, ACTION_COUNT },
	{ "modifiers",
	  "a modifier",
	  { "modifier", "of", "what it says" },
	  2,
	  modifier_row,
	  MODIFIER_COUNT },
	{ "signals",
	  "a signal",
	  { "signal", "quantity", "of", "what it is", "source" },
	  3,
	  signal_row,
	  SIGNAL_COUNT },
	{ "units", "a unit", { "unit", "quantity", "is" }, 1, unit_row, 0 /* unit_count */ },
	{ "kinds",
	  "a kind of allocation",
	  { "kind", "what it is", "kernel" },
	  1,
	  kind_row,
	  THP_KIND_COUNT },
	{ "codes",
	  "a finding",
	  { "code", "default", "strict", "what it is" },
	  3,
	  code_row,
	  DIAG_CODE_COUNT },
	{ "kernels", "a kernel", { "name", "what it is" }, 1, kernel_row, 0 /* kernel_count */ },
};

static unsigned list_count(const struct list *l)
{
	return l->row == unit_row     ? (unsigned)unit_count
	       : l->row == kernel_row ? kernel_count
				      : l->count;
}

static void list_row(const struct list *l, unsigned i, struct cells *c)
{
	memset(c, 0, sizeof(*c));
	l->row(i, c);
}

/* The rows of a list that a word names: modifiers by their first word, all others as written. */
static bool is_named(const struct list *l, unsigned i, const char *word)
{
	struct cells c;

	if (l->row == modifier_row && !strcmp(modifier_infos[i].word, word))
		return true;
	list_row(l, i, &c);
	return !strcmp(c.cell[0], word);
}

/* In a table, a bar would end the cell. */
static void put_cell(FILE *out, const char *text, bool is_code)
{
	fputs(is_code ? "`" : "", out);
	for (; *text; text++) {
		if (*text == '|')
			fputc('\\', out);
		fputc(*text, out);
	}
	fputs(is_code ? "`" : "", out);
}

static void put_markdown_list(FILE *out, const struct list *l)
{
	unsigned columns = 0;
	struct cells c;

	for (; columns < CELLS_MAX && l->header[columns]; columns++)
		fprintf(out, "| %s ", l->header[columns]);
	fputs("|\n", out);
	for (unsigned j = 0; j < columns; j++)
		fputs("|---", out);
	fputs("|\n", out);
	for (unsigned i = 0; i < list_count(l); i++) {
		list_row(l, i, &c);
		for (unsigned j = 0; j < columns; j++) {
			fputs("| ", out);
			put_cell(out, c.cell[j], !j);
			fputc(' ', out);
		}
		fputs("|\n", out);
	}
}

static void put_text_list(FILE *out, const struct list *l)
{
	struct cells c;

	for (unsigned i = 0; i < list_count(l); i++) {
		list_row(l, i, &c);
		fprintf(out, "  %-32s %s\n", c.cell[0], c.cell[l->help]);
	}
}

/* One entry. */

static void put_code(FILE *out, enum explain_format format, unsigned code)
{
	struct cells c;

	code_row(code, &c);
	if (format == EXPLAIN_MARKDOWN) {
		fprintf(out, "## %s\n\n*%s; %s in the default profile", c.cell[0], c.cell[3],
			c.cell[1]);
		if (strcmp(c.cell[1], c.cell[2]))
			fprintf(out, ", %s under strict", c.cell[2]);
		fputs("*\n\n", out);
		put_wrapped(out, explanations[code].why, 100);
		return;
	}
	fprintf(out, "%s: %s\n\n", c.cell[0], c.cell[3]);
	put_wrapped(out, explanations[code].why, 80);
	fputs("\nWhat to do: ", out);
	put_wrapped(out, explanations[code].fix, 68);
	fprintf(out, "\nLevel: %s, under strict %s.", c.cell[1], c.cell[2]);
	if (diag_default_level(code) != DIAG_ERROR)
		fprintf(out,
			" Off with -Wno-%s, or for one statement with\n'# mmpc: ignore %s REASON'.",
			c.cell[0], c.cell[0]);
	fputc('\n', out);
}

static void put_entry(FILE *out, enum explain_format format, const struct list *l, unsigned i)
{
	struct cells c;

	if (l->row == code_row) {
		put_code(out, format, i);
		return;
	}
	list_row(l, i, &c);
	fprintf(out, "%s: %s\n", c.cell[0], l->one);
	for (unsigned j = 1; j < CELLS_MAX && l->header[j]; j++)
		if (*c.cell[j])
			fprintf(out, "  %s: %s\n", l->header[j], c.cell[j]);
	for (unsigned j = 0; l->row == action_row && j < MODIFIER_COUNT; j++)
		if (modifier_infos[j].actions & 1u << i)
			fprintf(out, "  takes: %s\n", modifier_infos[j].form);
}

/* Also a code's hint, for the page on diagnostics. */
static bool put_fix(FILE *out, const char *word)
{
	enum diag_code code = strncmp(word, "fix:", 4) ? DIAG_CODE_COUNT : diag_find(word + 4);

	if (code == DIAG_CODE_COUNT)
		return false;
	put_wrapped(out, explanations[code].fix, 100);
	return true;
}

/* Among the lists' own names and the first cell of each row; modifiers by their first word. */
static const char *nearest(struct arena *a, const char *word)
{
	const char **words;
	size_t count = ARRAY_SIZE(lists), n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		count += list_count(&lists[i]);
	words = arena_array(a, const char *, count);
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		words[n++] = lists[i].name;
		for (unsigned j = 0; j < list_count(&lists[i]); j++) {
			struct cells c;

			list_row(&lists[i], j, &c);
			words[n++] = arena_strdup(a, lists[i].row == modifier_row
							     ? modifier_infos[j].word
							     : c.cell[0]);
		}
	}
	return nearest_word(word, strlen(word), words, n);
}

bool explain_word(struct arena *a, FILE *out, enum explain_format format, const char *word,
		  const char **ret_nearest)
{
	bool is_found = format == EXPLAIN_MARKDOWN && put_fix(out, word);

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		const struct list *l = &lists[i];

		if (!strcmp(word, l->name)) {
			if (format == EXPLAIN_MARKDOWN)
				put_markdown_list(out, l);
			else
				put_text_list(out, l);
			return true;
		}
		for (unsigned j = 0; j < list_count(l); j++) {
			if (!is_named(l, j, word))
				continue;
			if (is_found)
				fputc('\n', out);
			put_entry(out, format, l, j);
			is_found = true;
		}
	}
	if (!is_found)
		*ret_nearest = nearest(a, word);
	return is_found;
}

void explain_all(FILE *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		fprintf(out, "%s%s:\n", i ? "\n" : "", lists[i].name);
		put_text_list(out, &lists[i]);
	}
}
