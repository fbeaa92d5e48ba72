// SPDX-License-Identifier: GPL-2.0
#include "trial_reader.h"

#include <string.h>

#include "base/arena.h"
#include "base/bug.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "mmpt.tab.h"

#define YYSTYPE MMPTSTYPE
#define YYLTYPE struct span
#define YY_EXTRA_TYPE struct trial_reader *
#include "mmpt.lex.h"

static const char *text_at(const struct trial_reader *r, uint32_t offset)
{
	return r->sources->files[r->file->file].text + offset;
}

struct word trial_reader_word(struct trial_reader *r, struct span span)
{
	uint32_t len = span.end - span.start;

	return (struct word){ .text = arena_strndup(r->arena, text_at(r, span.start), len),
			      .len = len,
			      .span = span };
}

static int hex_digit(char c)
{
	const char *digits = "0123456789abcdef", *at = c ? strchr(digits, c | 0x20) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* One escape after its backslash; returns the bytes it takes, 0 where there is no such escape. */
static uint32_t unescape(const char *from, char *to)
{
	switch (*from) {
	case '\\':
	case '"':
		*to = *from;
		return 1;
	case 'n':
		*to = '\n';
		return 1;
	case 't':
		*to = '\t';
		return 1;
	case 'x':
		if (hex_digit(from[1]) < 0 || hex_digit(from[2]) < 0)
			return 0;
		*to = (char)(hex_digit(from[1]) << 4 | hex_digit(from[2]));
		return *to ? 3 : 0;
	}
	return 0;
}

struct word trial_reader_string(struct trial_reader *r, struct span span)
{
	const char *from = text_at(r, span.start + 1), *end = text_at(r, span.end - 1);
	char *text = arena_alloc(r->arena, (size_t)(end - from) + 1);
	uint32_t len = 0;

	while (from < end) {
		uint32_t taken;

		if (*from != '\\') {
			text[len++] = *from++;
			continue;
		}
		taken = unescape(from + 1, &text[len++]);
		if (!taken) {
			uint32_t at = span.end - 1 - (uint32_t)(end - from);
			struct diag *d = diag_add(r->ds, DIAG_SYNTAX,
						  (struct span){ span.file, at, at + 2 },
						  "a string has no such escape");

			diag_hint(r->ds, d, "write \\\\, \\\", \\n, \\t or \\xNN");
			taken = 1;
		}
		from += 1 + taken;
	}
	return (struct word){ .text = text,
			      .path = path_text(r->arena, text_at(r, span.start + 1),
						span.end - span.start - 2),
			      .len = len,
			      .span = span,
			      .is_quoted = true };
}

struct word trial_unterminated_string(struct trial_reader *r, struct span span)
{
	struct diag *d = diag_add(r->ds, DIAG_UNTERMINATED_STRING, span,
				  "the string has no closing quote");

	diag_hint(r->ds, d, "end it with \" on the same line");
	return (struct word){ .text = "", .span = span, .is_quoted = true };
}

void trial_bad_character(struct trial_reader *r, struct span span)
{
	struct word word = trial_reader_word(r, span);
	unsigned char c = (unsigned char)word.text[0];
	size_t len = span.end - span.start;
	uint32_t whole = utf8_decode(text_at(r, span.start), len, &len);
	struct diag *d;

	if (utf8_invisible_name(whole)) {
		d = diag_add(r->ds, DIAG_BAD_CHARACTER, span, "this is %s (U+%04X)",
			     utf8_invisible_name(whole), whole);
		diag_hint(r->ds, d,
			  utf8_is_wide(whole) ? "delete it and type a space" : "delete it");
	} else if (span.end - span.start > 1 || (c > ' ' && c < 0x7f))
		diag_add(r->ds, DIAG_BAD_CHARACTER, span, "'%s' cannot be in a test", word.text);
	else
		diag_add(r->ds, DIAG_BAD_CHARACTER, span, "byte 0x%02x cannot be in a test", c);
}

struct trial_item *trial_reader_item(struct trial_reader *r, struct word word)
{
	struct trial_item *item = arena_new(r->arena, struct trial_item);

	item->word = word;
	return item;
}

struct trial_name trial_name_start(struct trial_reader *r, struct word word,
				   struct trial_item *match)
{
	struct trial_name name = { .count = 1, .match = match, .span = word.span };

	name.parts = arena_array(r->arena, struct word, 1);
	name.parts[0] = word;
	return name;
}

struct trial_name trial_name_add(struct trial_reader *r, struct trial_name name, struct word word,
				 struct trial_item *window)
{
	struct word *parts = arena_array(r->arena, struct word, name.count + 1);

	memcpy(parts, name.parts, name.count * sizeof(*parts));
	parts[name.count++] = word;
	name.parts = parts;
	name.window = window;
	name.span = span_join(name.span, word.span);
	return name;
}

void trial_add_use(struct trial_reader *r, struct word path)
{
	if (r->file->use.text) {
		struct diag *d = diag_add(r->ds, DIAG_REDEFINED, path.span,
					  "a file of tests uses one policy");

		diag_note(r->ds, d, r->file->use.span, "the first is here");
		return;
	}
	if (path.len)
		r->file->use = path;
}

void trial_add_test(struct trial_reader *r, struct span span, struct word name,
		    struct trial_item *tick)
{
	struct trial *trial = arena_new(r->arena, struct trial);

	trial->span = span;
	trial->name = name;
	trial->tick = tick;
	*r->trials = r->trial = trial;
	r->trials = &trial->next;
	r->sets = &trial->sets;
	r->series = &trial->series;
	r->expects = &trial->expects;
}

void trial_add_set(struct trial_reader *r, struct word param, struct trial_item *value)
{
	struct trial_set *set = arena_new(r->arena, struct trial_set);

	set->param = param;
	set->value = value;
	*r->sets = set;
	r->sets = &set->next;
}

void trial_add_series(struct trial_reader *r, struct trial_name name, struct trial_item *items)
{
	struct trial_series *series = arena_new(r->arena, struct trial_series);

	series->name = name;
	series->items = items;
	r->trial->series_count++;
	*r->series = series;
	r->series = &series->next;
}

void trial_add_expect(struct trial_reader *r, struct span span, struct trial_expect *expect)
{
	expect->span = span;
	r->trial->expect_count++;
	*r->expects = expect;
	r->expects = &expect->next;
}

static bool is_keyword(const char *word)
{
	for (; *word; word++)
		if (*word < 'a' || *word > 'z')
			return false;
	return true;
}

/* "'{' or 'tick'"; bison has put quotes around characters, but not around words. */
static const char *expected_list(struct trial_reader *r, const char *const *expected, int count)
{
	const char *list = "";

	for (int i = 0; i < count; i++) {
		const char *quote = is_keyword(expected[i]) ? "'" : "";

		list = arena_printf(r->arena, "%s%s%s%s%s", list,
				    !i		     ? ""
				    : i == count - 1 ? " or "
						     : ", ",
				    quote, expected[i], quote);
	}
	return list;
}

void trial_syntax_error(struct trial_reader *r, struct span span, const char *const *expected,
			int count, bool at_end)
{
	const char *list = expected_list(r, expected, count), *keywords[16];
	struct diag *d;
	size_t n = 0;

	if (at_end) {
		d = diag_add(r->ds, DIAG_SYNTAX, span, "the file ends too early");
	} else {
		d = diag_add(r->ds, DIAG_SYNTAX, span, "'%s' cannot stand here",
			     trial_reader_word(r, span).text);
		for (int i = 0; i < count; i++)
			if (is_keyword(expected[i]))
				keywords[n++] = expected[i];
	}
	if (!at_end && trial_reader_word(r, span).text[0] == '_') {
		diag_hint(r->ds, d, "missing samples are written _, or _x3 for three of them");
		return;
	}
	if (n && r->word.len && !r->word.is_quoted) {
		const char *near = nearest_word(r->word.text, r->word.len, keywords, n);

		if (near) {
			diag_did_you_mean(r->ds, d, near);
			return;
		}
	}
	if (count)
		diag_hint(r->ds, d, "write %s", list);
}

struct trial_file *trial_read(struct arena *a, const struct sources *sources, uint32_t file,
			      struct diags *ds)
{
	struct trial_reader r = { .arena = a, .sources = sources, .ds = ds };
	const struct source *source = &sources->files[file];
	YY_BUFFER_STATE buffer;
	void *scanner;

	r.file = arena_new(a, struct trial_file);
	r.file->file = file;
	r.trials = &r.file->trials;
	if (mmptlex_init_extra(&r, &scanner))
		abort();
	buffer = mmpt_scan_bytes(source->text, (int)source->len, scanner);
	mmptparse(scanner, &r);
	mmpt_delete_buffer(buffer, scanner);
	mmptlex_destroy(scanner);
	return r.file;
}
