/* SPDX-License-Identifier: GPL-2.0 */
/* Tests of policies: .mmpt files. The tree is trial.h's. */
%require "3.8"
%define api.pure full
%define api.prefix {mmpt}
%define api.location.type {struct span}
%define parse.lac full
%define parse.error custom
%locations
%expect 0
%param { void *scanner }
%parse-param { struct trial_reader *r }

%code requires {
#include "trial/trial_reader.h"
}

%code {
#include "base/arena.h"
#include "mmpt.tab.h"

int mmptlex(MMPTSTYPE *value, struct span *span, void *scanner);
static void mmpterror(const struct span *span, void *scanner, struct trial_reader *r,
		      const char *text);

#define YYLLOC_DEFAULT(now, rhs, n)                                                    \
	((now) = (n) ? span_join(YYRHSLOC(rhs, 1), YYRHSLOC(rhs, n)) :                 \
		       (struct span){ YYRHSLOC(rhs, 0).file, YYRHSLOC(rhs, 0).end,     \
				      YYRHSLOC(rhs, 0).end })

/* Lists are built backwards by left recursion and turned round once. */
#define REVERSED(list)                                                                 \
	({                                                                             \
		__typeof__(list) from_ = (list), to_ = NULL;                           \
		while (from_) {                                                        \
			__typeof__(list) next_ = from_->next;                          \
			from_->next = to_;                                             \
			to_ = from_;                                                   \
			from_ = next_;                                                 \
		}                                                                      \
		to_;                                                                   \
	})
#define NEW(type, ...)                                                                 \
	({                                                                             \
		type *new_ = arena_new(r->arena, type);                                \
		*new_ = (type){ __VA_ARGS__ };                                         \
		new_;                                                                  \
	})
}

%union {
	struct word word;
	struct trial_item *item;
	struct trial_name name;
	struct trial_argument *argument;
	struct trial_expect *expect;
	enum compare_op compare;
}

%token END 0 "the end of the file"
%token USE "use" TEST "test" TICK "tick" SERIES "series" SET "set"
%token EXPECT "expect" AT "at" FROM "from" TO "to" CALL "call"
%token EQ "==" NE "!=" GE ">=" LE "<="
%token <word> NAME "a name" STRING "a string" ITEM "a value"

%type <word> word any_word level
%type <name> name dotted
%type <item> item items value values tick match window
%type <argument> argument arguments call
%type <expect> expect expectation
%type <compare> compare

%%

file
	: %empty
	| file use
	| file test
	| file error
	;

use
	: USE STRING			{ trial_add_use(r, $2); }
	;

test
	: TEST STRING tick		{ trial_add_test(r, span_join(@1, @2), $2, $3); }
	  '{' statements '}'
	;

tick
	: %empty			{ $$ = NULL; }
	| TICK item			{ $$ = $2; }
	;

statements
	: %empty
	| statements statement
	| statements error
	;

statement
	: SET word '=' value		{ trial_add_set(r, $2, $4); }
	| SERIES name '=' items		{ trial_add_series(r, $2, REVERSED($4)); }
	| EXPECT expect			{ trial_add_expect(r, span_join(@1, @2), $2); }
	;

expect
	: expectation call		{ $$ = $1; $$->arguments = $2; $$->has_call = $2; }
	| expectation AT item call	{
		$$ = $1;
		$$->when = TRIAL_AT;
		$$->from = $$->to = $3;
		$$->arguments = $4;
		$$->has_call = $4;
	}
	| expectation FROM item TO item call {
		$$ = $1;
		$$->when = TRIAL_FROM_TO;
		$$->from = $3;
		$$->to = $5;
		$$->arguments = $6;
		$$->has_call = $6;
	}
	;

expectation
	: word '(' name level ')' compare value {
		$$ = NEW(struct trial_expect, .subject = $1, .object = $3, .level = $4,
			 .compare = $6, .value = $7);
	}
	| word '(' ')' compare value {
		$$ = NEW(struct trial_expect, .subject = $1, .object.span = @2, .compare = $4,
			 .value = $5);
	}
	;

level
	: %empty			{ $$ = (struct word){ 0 }; }
	| ',' any_word			{ $$ = $2; }
	;

compare
	: EQ				{ $$ = COMPARE_EQ; }
	| NE				{ $$ = COMPARE_NE; }
	| '<'				{ $$ = COMPARE_LT; }
	| LE				{ $$ = COMPARE_LE; }
	| '>'				{ $$ = COMPARE_GT; }
	| GE				{ $$ = COMPARE_GE; }
	;

call
	: %empty			{ $$ = NULL; }
	| CALL arguments		{ $$ = REVERSED($2); }
	;

arguments
	: argument
	| arguments argument		{ $$ = $2; $$->next = $1; }
	;

argument
	: dotted values			{
		$$ = NEW(struct trial_argument, .name = $1, .values = REVERSED($2));
	}
	;

values
	: value
	| values ',' value		{ $$ = $3; $$->next = $1; }
	;

value
	: item
	| word				{ $$ = trial_reader_item(r, $1); }
	;

/* A name in a place where no word of the notation can stand may be any of them. */
name
	: any_word match		{ $$ = trial_name_start(r, $1, $2); }
	| name '.' any_word window	{ $$ = trial_name_add(r, $1, $3, $4); }
	;

dotted
	: NAME				{ $$ = trial_name_start(r, $1, NULL); }
	| dotted '.' any_word		{ $$ = trial_name_add(r, $1, $3, NULL); }
	;

match
	: window
	;

window
	: %empty			{ $$ = NULL; }
	| '[' item ']'			{ $$ = $2; }
	;

items
	: item
	| items item			{ $$ = $2; $$->next = $1; }
	;

item
	: ITEM				{ $$ = trial_reader_item(r, $1); }
	;

word
	: NAME
	| STRING
	;

any_word
	: word
	| keyword			{ $$ = trial_reader_word(r, @1); }
	;

keyword
	: USE | TEST | TICK | SERIES | SET | EXPECT | AT | FROM | TO | CALL
	;

%%

static void mmpterror(const struct span *span, void *scanner, struct trial_reader *r,
		      const char *text)
{
	diag_add(r->ds, DIAG_TOO_LARGE, *span, "this cannot be read: %s", text);
}

/* What can stand here, as its words; the reader makes the sentence. */
static int yyreport_syntax_error(const yypcontext_t *context, void *scanner,
				 struct trial_reader *r)
{
	enum { MOST = 16 };
	yysymbol_kind_t expected[MOST];
	const char *words[MOST];
	int count = yypcontext_expected_tokens(context, expected, MOST);

	for (int i = 0; i < count; i++)
		words[i] = yysymbol_name(expected[i]);
	trial_syntax_error(r, *yypcontext_location(context), words, count < 0 ? 0 : count,
			   yypcontext_token(context) == YYSYMBOL_YYEOF);
	return 0;
}
