/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From text to tree. parse_file() is what the stages call; the rest is between the grammar's
 * actions (grammar/mmp.y), the constructors (build.c), the walk over the words (parse.c) and the
 * explanation of what is wrong (syntax.c).
 */
#ifndef MMP_PARSE_H
#define MMP_PARSE_H

#include "ast.h"
#include "report/diag.h"
#include "tokens.h"

struct arena;
struct mmp_pstate;

#define PARSE_MAX_FILES PLAN_FILES_MAX /* one policy's files, itself included */

/*
 * Parse the text s->files[file] and all that it includes; never NULL. Findings go to ds: the tree
 * holds the statements that had none.
 */
struct ast *parse_file(struct arena *a, struct sources *s, uint32_t file, struct diags *ds);

/* Parse one file's words and follow no includes. */
struct ast *parse_alone(struct arena *a, struct sources *s, const struct tokens *tokens,
			struct diags *ds);

#define PARSE_MAX_EXPECTED 128

/* What may stand at a place: names of the grammar's symbols, as in expected.h. */
struct parse_answer {
	const char *expected[PARSE_MAX_EXPECTED];
	unsigned count; /* 0: the text before is not a policy */
	uint32_t start; /* index of the first word of the statement that the place is in */
};

/* What may stand in place of word `index`, which may be the file's end. */
void parse_ask(const struct source *source, const struct tokens *tokens, uint32_t index,
	       struct parse_answer *ret);

struct parse {
	struct arena *arena;
	struct ast *ast;
	const struct source *source;
	struct diags *ds;
	const struct tokens *tokens;
	uint32_t at; /* index of the word that the parser was given last */
	uint32_t start; /* index of the statement's first word */
	struct modifier **modifier_end; /* where the rule's next modifier goes */
	bool has_told_depth; /* of this statement */
	unsigned nesting, prefixes; /* open parentheses; signs and nots in a row */
	unsigned *repairs_left; /* how many more repairs may be tried */

	/* Of the last syntax error: */
	bool has_failed;
	bool is_trial; /* no finding is wanted: see syntax.c */
	bool is_asked; /* what may stand is wanted, without a finding: see parse_ask() */
	bool is_again; /* the word is given once more, as what was meant: see repair_start() */
	uint32_t resume; /* index of the word at which the next statement begins */
	const char *expected[PARSE_MAX_EXPECTED];
	unsigned expected_count;
};

/* The parser refuses word p->at, where one of the expected symbols could stand: report it once. */
void parse_failed(struct parse *p, const char *const *expected, unsigned count);
/* The parser and its words alone: give it word p->at as a `kind`. Returns bison's status. */
int parse_push(struct parse *p, struct mmp_pstate *parser, int kind);
struct span token_span(const struct parse *p, uint32_t index);
const char *token_text(const struct parse *p, uint32_t index, int *ret_len);
/* The file's end, ';' or a statement's first word. */
bool token_ends_statement(int kind);
bool token_is_name(int kind); /* or may stand for one */
/* The next word from index on at which a statement may begin, even a misspelt one. */
uint32_t parse_next_start(const struct parse *p, uint32_t index);

/* Values of the grammar's symbols that are not part of the tree. */
struct words {
	struct word *at;
	uint32_t count, room;
};

struct value_range {
	struct expr *low, *high;
};

struct throttle_ramp {
	struct expr *to, *signal, *from, *until;
};

struct thp_answer {
	int answer; /* THP_* */
	struct expr *order;
	bool or_smaller;
};

/* The constructors. */
struct word build_word(struct parse *p, uint32_t index);
void parse_separator(struct parse *p, struct span span);
void parse_statement(struct parse *p, struct stmt *stmt, struct span span);
struct stmt *parse_include(struct parse *p, struct word path);
struct stmt *parse_cgroup(struct parse *p, struct word name, struct words paths,
			  struct words exceptions, bool allow_override);
struct stmt *parse_process(struct parse *p, enum process_kind kind, struct word text,
			   struct expr *pid);
struct stmt *parse_define(struct parse *p, struct word name, struct expr *value);
struct stmt *parse_param(struct parse *p, struct word name, struct expr *value,
			 struct value_range range);
struct stmt *parse_signal(struct parse *p, struct word name, struct expr *condition);
struct stmt *parse_tick(struct parse *p, struct expr *value);
struct stmt *parse_mode(struct parse *p, struct word word);
struct stmt *parse_rule(struct parse *p, enum action action, struct span span, struct word target);
struct stmt *parse_rule_on(struct parse *p, enum action action, struct span at, struct words of);
struct stmt *parse_throttle(struct parse *p, struct span span, struct words targets,
			    struct expr *delay, struct throttle_ramp ramp);
struct stmt *parse_thp(struct parse *p, struct span span, const struct word *process,
		       struct thp_answer answer, struct span answer_span);
struct stmt *parse_notify(struct parse *p, struct span span, struct word message);
void parse_modify(struct parse *p, struct modifier *modifier);
struct modifier *parse_timed(struct parse *p, enum modifier_id id, struct span span,
			     struct timed_condition timed);
struct modifier *parse_measure(struct parse *p, enum modifier_id id, struct span span,
			       struct expr *value);
struct modifier *parse_worded(struct parse *p, enum modifier_id id, struct span span,
			      struct words words);
struct words parse_words(struct parse *p, struct words words, struct word word);
struct expr *parse_string(struct parse *p, struct word word);
struct expr *parse_number(struct parse *p, struct word word);
struct expr *parse_bad_number(struct parse *p, struct word word);
struct expr *parse_dollar(struct parse *p, struct word word);
struct expr *parse_name(struct parse *p, struct words parts, struct expr *window, struct span span);
struct expr *parse_unary(struct parse *p, enum expr_kind kind, struct span op,
			 struct expr *operand);
struct expr *parse_binary(struct parse *p, enum expr_kind kind, struct expr *left, struct span op,
			  struct expr *right);
struct expr *parse_compare(struct parse *p, enum compare_op compare, struct expr *left,
			   struct span op, struct expr *right);
struct expr *parse_in(struct parse *p, struct expr *value, struct span op, struct expr *low,
		      struct expr *high);

#endif
