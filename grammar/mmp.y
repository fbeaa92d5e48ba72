/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The shape of a policy. Each statement begins with a reserved word and each modifier with another,
 * so nothing ends a statement but the next one. Actions build the tree (parse.c, ast.c) and never
 * ask what a name means. Errors are told in syntax.c.
 */
%require "3.8"
%expect 0
%define api.pure full
%define api.push-pull push
%define api.prefix {mmp_}
%define api.token.prefix {TOK_}
%define api.location.type {struct span}
%define parse.error custom
%define parse.lac full
%parse-param {struct parse *p}

%code requires {
#include "parse/parse.h"
#include "base/bug.h"
}

%code {
#define YYLLOC_DEFAULT(now, of, n)                                                                 \
	do {                                                                                       \
		if (n)                                                                             \
			(now) = span_join(YYRHSLOC(of, 1), YYRHSLOC(of, n));                       \
		else                                                                               \
			(now) = span_after(YYRHSLOC(of, 0));                                       \
	} while (0)

static void yyerror(const struct span *at, struct parse *p, const char *message);
}

%union {
	struct word word;
	struct words words;
	struct expr *expr;
	struct stmt *stmt;
	struct modifier *modifier;
	struct timed_condition timed;
	struct value_range range;
	struct throttle_ramp ramp;
	struct thp_answer answer;
	bool flag;
}

%token END 0 "end of file"
/* Statements. */
%token INCLUDE "include" CGROUP "cgroup" PROCESS "process" DEFINE "define" PARAM "param"
%token SIGNAL "signal" TICK "tick" MODE "mode" RULE "rule" PROTECT "protect"
%token THROTTLE "throttle" RECLAIM "reclaim" THP "thp" NOTIFY "notify"
/* Modifiers. */
%token WHEN "when" UNTIL "until" FOR "for" HOLD "hold" COOLDOWN "cooldown" PRIORITY "priority"
%token AT "at" UP "up" STEP "step" SWAPPINESS "swappiness" NO "no" BUDGET "budget" ON "on"
/* Words that may also be names. */
%token <word> ALL "all" ALLOW "allow" AS "as" BY "by" COMM "comm" DEFAULT "default"
%token <word> EXCEPT "except" FROM "from"
%token <word> NEVER "never" OF "of" ORDER "order" OVERRIDE "override" PACE "pace" PID "pid"
%token <word> PIDFILE "pidfile" SMALLER "smaller" SWAP "swap" TO "to"
/* What is spelt freely. */
%token <word> NAME "a name" STRING "text in double quotes" DOLLAR "a '$' name" NUMBER "a number"
%token <word> BAD_NUMBER
%token DOTS ".."

/* What joins conditions, loosest first. */
%token OR "or" AND "and" NOT "not" IN "in" GT ">" GE ">=" LT "<" LE "<=" EQ "==" NE "!="
%left OR
%left AND
%precedence NOT
%nonassoc GT GE LT LE EQ NE IN
%left '+' '-'
%left '*' '/'
%precedence NEGATIVE

%type <word> name target
%type <words> words parts paths exceptions targets
%type <expr> expr value duration operand share whole
%type <stmt> statement rule process
%type <modifier> modifier
%type <timed> timed
%type <range> range
%type <ramp> ramp
%type <answer> answer
%type <flag> override

%%

policy:
	  statements
	;

statements:
	  %empty
	| statements ';'	{ parse_separator(p, @2); }
	| statements statement	{ parse_statement(p, $2, @2); }
	| statements error	{ yyerrok; if (p->resume != p->at || p->is_again) yyclearin; }
	;

statement:
	  INCLUDE STRING	{ $$ = parse_include(p, $2); }
	| CGROUP name '=' paths exceptions override
				{ $$ = parse_cgroup(p, $2, $4, $5, $6); }
	| PROCESS name '=' process
				{ $$ = $4; $$->process.name = $2; }
	| DEFINE name '=' value	{ $$ = parse_define(p, $2, $4); }
	| PARAM name '=' value range
				{ $$ = parse_param(p, $2, $4, $5); }
	| SIGNAL name '=' expr	{ $$ = parse_signal(p, $2, $4); }
	| TICK value		{ $$ = parse_tick(p, $2); }
	| MODE name		{ $$ = parse_mode(p, $2); }
	| RULE name ':' rule	{ $$ = $4; $$->rule.name = $2; }
	| rule
	;

paths:
	  STRING		{ $$ = parse_words(p, (struct words){ 0 }, $1); }
	| paths ',' STRING	{ $$ = parse_words(p, $1, $3); }
	;

exceptions:
	  %empty		{ $$ = (struct words){ 0 }; }
	| EXCEPT paths		{ $$ = $2; }
	;

override:
	  %empty		{ $$ = false; }
	| ALLOW OVERRIDE	{ $$ = true; }
	;

process:
	  COMM STRING		{ $$ = parse_process(p, PROCESS_COMM, $2, NULL); }
	| PID value		{ $$ = parse_process(p, PROCESS_PID, $1, $2); }
	| PIDFILE STRING	{ $$ = parse_process(p, PROCESS_PIDFILE, $2, NULL); }
	| CGROUP target		{ $$ = parse_process(p, PROCESS_CGROUP, $2, NULL); }
	| ALL			{ $$ = parse_process(p, PROCESS_ALL, $1, NULL); }
	;

range:
	  %empty		{ $$ = (struct value_range){ 0 }; }
	| IN value DOTS value	{ $$ = (struct value_range){ $2, $4 }; }
	;

rule:
	  PROTECT targets	{ $$ = parse_rule_on(p, ACTION_PROTECT, @1, $2); }
	| RECLAIM targets	{ $$ = parse_rule_on(p, ACTION_RECLAIM, @1, $2); }
	| THROTTLE targets duration ramp
				{ $$ = parse_throttle(p, @1, $2, $3, $4); }
	| THP answer		{ $$ = parse_thp(p, @1, NULL, $2, @2); }
	| THP name answer	{ $$ = parse_thp(p, @1, &$2, $3, @3); }
	| NOTIFY STRING		{ $$ = parse_notify(p, @1, $2); }
	| rule modifier		{ $$ = $1; parse_modify(p, $2); }
	;

duration:
	  value
	| BY value		{ $$ = $2; }
	;

ramp:
	  %empty		{ $$ = (struct throttle_ramp){ 0 }; }
	| TO value AS operand FROM value TO value
				{ $$ = (struct throttle_ramp){ $2, $4, $6, $8 }; }
	;

answer:
	  ORDER value		{ $$ = (struct thp_answer){ THP_ORDER, $2, false }; }
	| ORDER value OR SMALLER
				{ $$ = (struct thp_answer){ THP_ORDER, $2, true }; }
	| NEVER			{ $$ = (struct thp_answer){ THP_NEVER, NULL, false }; }
	| DEFAULT		{ $$ = (struct thp_answer){ THP_DEFAULT, NULL, false }; }
	;

modifier:
	  WHEN timed		{ $$ = parse_timed(p, MODIFIER_WHEN, @1, $2); }
	| UNTIL timed		{ $$ = parse_timed(p, MODIFIER_UNTIL, @1, $2); }
	| HOLD value		{ $$ = parse_measure(p, MODIFIER_HOLD, @1, $2); }
	| COOLDOWN value	{ $$ = parse_measure(p, MODIFIER_COOLDOWN, @1, $2); }
	| PRIORITY value	{ $$ = parse_measure(p, MODIFIER_PRIORITY, @1, $2); }
	| UP TO value		{ $$ = parse_measure(p, MODIFIER_UP_TO, span_join(@1, @2), $3); }
	| STEP value		{ $$ = parse_measure(p, MODIFIER_STEP, @1, $2); }
	| SWAPPINESS value	{ $$ = parse_measure(p, MODIFIER_SWAPPINESS, @1, $2); }
	| SWAPPINESS name	{ $$ = parse_worded(p, MODIFIER_SWAPPINESS, @1, parse_words(p, (struct words){ 0 }, $2)); }
	| BUDGET value		{ $$ = parse_measure(p, MODIFIER_BUDGET, @1, $2); }
	| NO SWAP		{ $$ = parse_measure(p, MODIFIER_NO_SWAP, @$, NULL); }
	| NO PACE		{ $$ = parse_measure(p, MODIFIER_NO_PACE, @$, NULL); }
	| AT name		{ $$ = parse_worded(p, MODIFIER_AT, @1, parse_words(p, (struct words){ 0 }, $2)); }
	| ON words		{ $$ = parse_worded(p, MODIFIER_ON, @1, $2); }
	;

timed:
	  expr			{ $$ = (struct timed_condition){ .condition = $1 }; }
	| expr FOR value	{ $$ = (struct timed_condition){ $1, $3, @2 }; }
	;

words:
	  name		{ $$ = parse_words(p, (struct words){ 0 }, $1); }
	| words ',' name	{ $$ = parse_words(p, $1, $3); }
	;

expr:
	  operand
	| STRING		{ $$ = parse_string(p, $1); }
	| NUMBER		{ $$ = parse_number(p, $1); }
	| BAD_NUMBER		{ $$ = parse_bad_number(p, $1); }
	| DOLLAR		{ $$ = parse_dollar(p, $1); }
	| share
	| '(' expr ')'		{ $$ = $2; }
	| NOT expr		{ $$ = parse_unary(p, EXPR_NOT, @1, $2); }
	| '-' expr %prec NEGATIVE
				{ $$ = parse_unary(p, EXPR_NEG, @1, $2); }
	| expr OR expr		{ $$ = parse_binary(p, EXPR_OR, $1, @2, $3); }
	| expr AND expr		{ $$ = parse_binary(p, EXPR_AND, $1, @2, $3); }
	| expr '+' expr		{ $$ = parse_binary(p, EXPR_ADD, $1, @2, $3); }
	| expr '-' expr		{ $$ = parse_binary(p, EXPR_SUB, $1, @2, $3); }
	| expr '*' expr		{ $$ = parse_binary(p, EXPR_MUL, $1, @2, $3); }
	| expr '/' expr		{ $$ = parse_binary(p, EXPR_DIV, $1, @2, $3); }
	| expr GT expr		{ $$ = parse_compare(p, COMPARE_GT, $1, @2, $3); }
	| expr GE expr		{ $$ = parse_compare(p, COMPARE_GE, $1, @2, $3); }
	| expr LT expr		{ $$ = parse_compare(p, COMPARE_LT, $1, @2, $3); }
	| expr LE expr		{ $$ = parse_compare(p, COMPARE_LE, $1, @2, $3); }
	| expr EQ expr		{ $$ = parse_compare(p, COMPARE_EQ, $1, @2, $3); }
	| expr NE expr		{ $$ = parse_compare(p, COMPARE_NE, $1, @2, $3); }
	| expr IN value DOTS value
				{ $$ = parse_in(p, $1, @2, $3, $5); }
	;

share:
	  NUMBER OF whole	{ $$ = parse_binary(p, EXPR_OF, parse_number(p, $1), @2, $3); }
	| DOLLAR OF whole	{ $$ = parse_binary(p, EXPR_OF, parse_dollar(p, $1), @2, $3); }
	;

whole:
	  operand
	| NUMBER		{ $$ = parse_number(p, $1); }
	| DOLLAR		{ $$ = parse_dollar(p, $1); }
	| '(' expr ')'		{ $$ = $2; }
	;

operand:
	  parts			{ $$ = parse_name(p, $1, NULL, @$); }
	| parts '[' value ']'	{ $$ = parse_name(p, $1, $3, @$); }
	;

parts:
	  name			{ $$ = parse_words(p, (struct words){ 0 }, $1); }
	| STRING '.' name	{ $$ = parse_words(p, parse_words(p, (struct words){ 0 }, $1), $3); }
	| parts '.' name	{ $$ = parse_words(p, $1, $3); }
	;

value:
	  NUMBER		{ $$ = parse_number(p, $1); }
	| BAD_NUMBER		{ $$ = parse_bad_number(p, $1); }
	| DOLLAR		{ $$ = parse_dollar(p, $1); }
	| share
	| '-' value		{ $$ = parse_unary(p, EXPR_NEG, @1, $2); }
	;

targets:
	  target		{ $$ = parse_words(p, (struct words){ 0 }, $1); }
	| targets ',' target	{ $$ = parse_words(p, $1, $3); }
	;

target:
	  name
	| STRING
	;

name:
	  NAME | ALL | ALLOW | AS | BY | COMM | DEFAULT | EXCEPT | FROM | NEVER | OF | ORDER | OVERRIDE
	| PACE
	| PID | PIDFILE | SMALLER | SWAP | TO
	;

%%

static int yyreport_syntax_error(const yypcontext_t *context, struct parse *p)
{
	yysymbol_kind_t kinds[YYNTOKENS];
	const char *names[YYNTOKENS];
	int count = yypcontext_expected_tokens(context, kinds, YYNTOKENS);

	for (int i = 0; i < count; i++)
		names[i] = yysymbol_name(kinds[i]);
	parse_failed(p, names, count > 0 ? (unsigned)count : 0);
	return 0;
}

/* Bison has run out of stack: parse_file() bounds the nesting so that this cannot be. */
static void yyerror(const struct span *at, struct parse *p, const char *message)
{
	BUG("the parser says '%s' at byte %u of file %u", message, at->start, at->file);
}
