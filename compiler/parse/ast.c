// SPDX-License-Identifier: GPL-2.0
/* The tree as text: one line a statement or modifier, conditions in prefix form. */
#include "ast.h"

#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "base/bug.h"
#include "base/shown.h"
#include "base/utf8.h"

const char *path_text(struct arena *a, const char *inside, size_t len)
{
	char *out;
	size_t n = 0;

	if (!memchr(inside, '\\', len))
		return NULL;
	out = arena_alloc(a, len + 1);
	for (size_t i = 0; i < len; i++) {
		if (inside[i] == '\\' && i + 1 < len && strchr("\\\"", inside[i + 1]))
			i++;
		out[n++] = inside[i];
	}
	out[n] = '\0';
	return out;
}

struct word word_as_path(const struct word *w)
{
	struct word path = *w;

	if (w->path) {
		path.text = w->path;
		path.len = (uint32_t)strlen(w->path);
	}
	return path;
}

bool word_is_path(const struct word *w, const char *path)
{
	return !strcmp(w->path ? w->path : w->text, path);
}

bool word_is(const struct word *w, const char *text)
{
	return strlen(text) == w->len && !memcmp(text, w->text, w->len);
}

const struct modifier *rule_modifier(const struct rule *rule, enum modifier_id id)
{
	for (const struct modifier *m = rule->modifiers; m; m = m->next)
		if (m->id == id && m->is_taken)
			return m;
	return NULL;
}

/* What a condition's node is called; compare_names says more about EXPR_COMPARE. */
static const char *const expr_names[EXPR_KIND_COUNT] = {
	[EXPR_OR] = "or",	    [EXPR_AND] = "and",	      [EXPR_NOT] = "not",
	[EXPR_COMPARE] = "compare", [EXPR_IN] = "in",	      [EXPR_ADD] = "+",
	[EXPR_SUB] = "-",	    [EXPR_MUL] = "*",	      [EXPR_DIV] = "/",
	[EXPR_OF] = "of",	    [EXPR_NEG] = "negative",  [EXPR_NUMBER] = "number",
	[EXPR_STRING] = "string",   [EXPR_DOLLAR] = "dollar", [EXPR_NAME] = "name",
};

const char *compare_word(enum compare_op op)
{
	static const char *const words[] = {
		[COMPARE_GT] = ">",  [COMPARE_GE] = ">=", [COMPARE_LT] = "<",
		[COMPARE_LE] = "<=", [COMPARE_EQ] = "==", [COMPARE_NE] = "!=",
	};

	return words[op];
}

static void print_quoted(FILE *out, const struct word *w)
{
	fputc('"', out);
	for (size_t i = 0, n; i < w->len; i += n) {
		bool is_plain = shown_is_plain(utf8_decode(w->text + i, w->len - i, &n));

		if (w->text[i] == '"' || w->text[i] == '\\')
			fprintf(out, "\\%c", w->text[i]);
		else if (is_plain && w->text[i] != '\t')
			fwrite(w->text + i, 1, n, out);
		else
			for (size_t k = i; k < i + n; k++)
				fprintf(out, "\\x%02x", (unsigned char)w->text[k]);
	}
	fputc('"', out);
}

static void print_word(FILE *out, const struct word *w)
{
	if (w->is_quoted)
		print_quoted(out, w);
	else
		fputs(w->text ? w->text : "-", out);
}

static void print_expr(FILE *out, const struct expr *e);

static void print_operands(FILE *out, const char *name, const struct expr *a, const struct expr *b,
			   const struct expr *c)
{
	const struct expr *operands[] = { a, b, c };

	fprintf(out, "(%s", name);
	for (size_t i = 0; i < ARRAY_SIZE(operands) && operands[i]; i++) {
		fputc(' ', out);
		print_expr(out, operands[i]);
	}
	fputc(')', out);
}

static void print_name(FILE *out, const struct expr *e)
{
	for (uint32_t i = 0; i < e->name.count; i++) {
		if (i)
			fputc('.', out);
		print_word(out, &e->name.parts[i]);
	}
	if (e->name.window) {
		fputc('[', out);
		print_expr(out, e->name.window);
		fputc(']', out);
	}
}

static void print_expr(FILE *out, const struct expr *e)
{
	switch (e->kind) {
	case EXPR_OR:
	case EXPR_AND:
	case EXPR_NOT:
	case EXPR_ADD:
	case EXPR_SUB:
	case EXPR_MUL:
	case EXPR_DIV:
	case EXPR_OF:
	case EXPR_NEG:
		print_operands(out, expr_names[e->kind], e->left, e->right, NULL);
		return;
	case EXPR_COMPARE:
		print_operands(out, compare_word(e->compare), e->left, e->right, NULL);
		return;
	case EXPR_IN:
		print_operands(out, "in", e->in.value, e->in.low, e->in.high);
		return;
	case EXPR_NUMBER:
		fprintf(out, "%s%s", e->number.digits, e->number.unit);
		return;
	case EXPR_STRING:
		print_word(out, &e->string);
		return;
	case EXPR_DOLLAR:
		fprintf(out, "$%s", e->dollar.name);
		return;
	case EXPR_NAME:
		print_name(out, e);
		return;
	case EXPR_KIND_COUNT:
		break;
	}
	BUG("an expression of kind %d", e->kind);
}

static void print_labelled(FILE *out, const char *label, const struct expr *e)
{
	if (!e)
		return;
	fprintf(out, " %s ", label);
	print_expr(out, e);
}

static void print_modifier(FILE *out, const struct modifier *m)
{
	fprintf(out, "  %s", modifier_infos[m->id].word);
	print_labelled(out, "is", m->timed.condition);
	print_labelled(out, "for", m->timed.duration);
	print_labelled(out, "is", m->value);
	for (uint32_t i = 0; i < m->word_count; i++) {
		fputc(' ', out);
		print_word(out, &m->words[i]);
	}
	fputc('\n', out);
}

static void print_rule(FILE *out, const struct rule *r)
{
	static const char *const answers[] = {
		[THP_ORDER] = "order", [THP_NEVER] = "never", [THP_DEFAULT] = "default"
	};

	fputs("rule ", out);
	print_word(out, &r->name);
	fprintf(out, " %s ", action_infos[r->action].word);
	print_word(out, &r->target);
	for (uint32_t i = 0; i < r->more_count; i++) {
		fputs(", ", out);
		print_word(out, &r->more_targets[i]);
	}
	if (r->action == ACTION_THROTTLE) {
		print_labelled(out, "delay", r->throttle.delay);
		print_labelled(out, "to", r->throttle.to);
		print_labelled(out, "as", r->throttle.signal);
		print_labelled(out, "from", r->throttle.from);
		print_labelled(out, "until", r->throttle.until);
	} else if (r->action == ACTION_THP) {
		fprintf(out, " %s%s", answers[r->thp.answer], r->thp.or_smaller ? " smaller" : "");
		print_labelled(out, "is", r->thp.order);
	} else if (r->action == ACTION_NOTIFY) {
		fputc(' ', out);
		print_quoted(out, &r->message);
	}
	fputc('\n', out);
	for (const struct modifier *m = r->modifiers; m; m = m->next)
		print_modifier(out, m);
}

static void print_process(FILE *out, const struct process_decl *p)
{
	static const char *const kinds[] = { [PROCESS_COMM] = "comm",
					     [PROCESS_PID] = "pid",
					     [PROCESS_PIDFILE] = "pidfile",
					     [PROCESS_CGROUP] = "cgroup",
					     [PROCESS_ALL] = "all" };

	fprintf(out, "process %s %s", p->name.text, kinds[p->kind]);
	if (p->text.text) {
		fputc(' ', out);
		print_word(out, &p->text);
	}
	print_labelled(out, "is", p->pid);
	fputc('\n', out);
}

static void print_assignment(FILE *out, const char *keyword, const struct word *name,
			     const struct expr *value)
{
	fprintf(out, "%s %s", keyword, name->text);
	print_labelled(out, "is", value);
}

static void print_cgroup(FILE *out, const struct cgroup_decl *c)
{
	fprintf(out, "cgroup %s is ", c->name.text);
	for (uint32_t i = 0; i < c->path_count; i++) {
		fputs(i ? ", " : "", out);
		print_quoted(out, &c->paths[i]);
	}
	for (uint32_t i = 0; i < c->exception_count; i++) {
		fputs(i ? ", " : " except ", out);
		print_quoted(out, &c->exceptions[i]);
	}
	fputs(c->allow_override ? " allow override\n" : "\n", out);
}

static void print_stmt(FILE *out, const struct stmt *s)
{
	switch (s->kind) {
	case STMT_INCLUDE:
		fputs("include ", out);
		print_quoted(out, &s->include.path);
		break;
	case STMT_CGROUP:
		print_cgroup(out, &s->cgroup);
		return;
	case STMT_PROCESS:
		print_process(out, &s->process);
		return;
	case STMT_DEFINE:
		print_assignment(out, "define", &s->define.name, s->define.value);
		break;
	case STMT_PARAM:
		print_assignment(out, "param", &s->param.name, s->param.value);
		print_labelled(out, "from", s->param.low);
		print_labelled(out, "to", s->param.high);
		break;
	case STMT_SIGNAL:
		print_assignment(out, "signal", &s->signal.name, s->signal.condition);
		break;
	case STMT_TICK:
		fputs("tick", out);
		print_labelled(out, "is", s->tick.value);
		break;
	case STMT_MODE:
		fprintf(out, "mode %s", s->mode.word.text);
		break;
	case STMT_RULE:
		print_rule(out, &s->rule);
		return;
	case STMT_KIND_COUNT:
		BUG("a statement of kind %d", s->kind);
	}
	fputc('\n', out);
}

void ast_print(FILE *out, const struct ast *ast)
{
	for (const struct stmt *s = ast->first; s; s = s->next)
		print_stmt(out, s);
}

static char *print_to_memory(const struct ast *ast)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		NO_MEMORY();
	ast_print(out, ast);
	if (fclose(out))
		NO_MEMORY();
	return text;
}

bool ast_is_same(const struct ast *a, const struct ast *b)
{
	char *a_text = print_to_memory(a), *b_text = print_to_memory(b);
	bool is_same = !strcmp(a_text, b_text);

	free(a_text);
	free(b_text);
	return is_same;
}

void ast_append(struct ast *ast, struct stmt *stmt)
{
	stmt->next = NULL;
	if (ast->last)
		ast->last->next = stmt;
	else
		ast->first = stmt;
	ast->last = stmt;
	ast->count++;
}
