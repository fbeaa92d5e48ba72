/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The functions that the scanner and the parser of .mmpt files call: they recognise, these build.
 */
#ifndef MMP_TRIAL_READER_H
#define MMP_TRIAL_READER_H

#include "trial.h"

struct trial_reader {
	struct arena *arena;
	const struct sources *sources;
	struct diags *ds;
	struct trial_file *file;
	uint32_t offset; /* where the scanner is */
	uint32_t last_end; /* the end of the last word read */
	struct word word; /* the last word */
	struct trial *trial; /* the test that is being read; never NULL within its braces */
	struct trial_set **sets;
	struct trial_series **series;
	struct trial_expect **expects;
	struct trial **trials;
};

/* The scanner's: */
struct word trial_reader_word(struct trial_reader *r, struct span span);
struct word trial_reader_string(struct trial_reader *r, struct span span);
struct word trial_unterminated_string(struct trial_reader *r, struct span span);
void trial_bad_character(struct trial_reader *r, struct span span);

/* The parser's: */
struct trial_item *trial_reader_item(struct trial_reader *r, struct word word);
struct trial_name trial_name_start(struct trial_reader *r, struct word word,
				   struct trial_item *match);
struct trial_name trial_name_add(struct trial_reader *r, struct trial_name name, struct word word,
				 struct trial_item *window);
void trial_add_use(struct trial_reader *r, struct word path);
void trial_add_test(struct trial_reader *r, struct span span, struct word name,
		    struct trial_item *tick);
void trial_add_set(struct trial_reader *r, struct word param, struct trial_item *value);
void trial_add_series(struct trial_reader *r, struct trial_name name, struct trial_item *items);
void trial_add_expect(struct trial_reader *r, struct span span, struct trial_expect *expect);
/* `expected` are the grammar's symbols that could stand there; at_end: the text ends too early. */
void trial_syntax_error(struct trial_reader *r, struct span span, const char *const *expected,
			int count, bool at_end);

#endif
