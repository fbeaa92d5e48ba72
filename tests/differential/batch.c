// SPDX-License-Identifier: GPL-2.0
/*
 * Several emitted policies in one C file for this machine. They share the templates, which are most
 * of the text; what each defines for itself gets a prefix.
 */
#include "batch.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/bug.h"

#define NAMES_MAX 1024

struct emitted {
	const char *text;
	size_t len;
	const char *names[NAMES_MAX]; /* that it defines, with their lengths */
	size_t lens[NAMES_MAX];
	uint32_t count;
};

/* One piece of C: a word, a string or comment or preprocessor line, or a single character. */
struct piece {
	const char *at;
	size_t len;
	enum { PIECE_WORD, PIECE_OTHER, PIECE_CHARACTER } kind;
};

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static size_t string_length(const char *at, const char *end)
{
	const char *p = at + 1;

	while (p < end && *p != *at)
		p += *p == '\\' ? 2 : 1;
	return (size_t)(p + 1 - at);
}

static struct piece next_piece(const char *at, const char *end, bool is_line_start)
{
	struct piece piece = { at, 1, PIECE_CHARACTER };
	const char *p = at;

	if (is_word(*at)) {
		while (p < end && is_word(*p))
			p++;
		return (struct piece){ at, (size_t)(p - at), PIECE_WORD };
	}
	piece.kind = PIECE_OTHER;
	if (*at == '"' || *at == '\'') {
		piece.len = string_length(at, end);
	} else if (end - at > 1 && at[0] == '/' && at[1] == '*') {
		piece.len = (size_t)(strstr(at, "*/") + 2 - at);
	} else if (end - at > 1 && at[0] == '/' && at[1] == '/') {
		piece.len = strcspn(at, "\n");
	} else if (*at == '#' && is_line_start) {
		do
			p = strchr(p + 1, '\n');
		while (p && p[-1] == '\\');
		piece.len = p ? (size_t)(p - at) : (size_t)(end - at);
	} else {
		piece.kind = PIECE_CHARACTER;
	}
	return piece;
}

static bool piece_is(const struct piece *p, const char *text)
{
	return p->len == strlen(text) && !memcmp(p->at, text, p->len);
}

/* The emitter's own names start so; macros of the templates may make longer ones of them. */
static bool is_defined(const struct emitted *e, const struct piece *p)
{
	if (!strncmp(p->at, "r_", 2) || !strncmp(p->at, "g_", 2))
		return true;
	for (uint32_t i = 0; i < e->count; i++)
		if (e->lens[i] == p->len && !memcmp(e->names[i], p->at, p->len))
			return true;
	return false;
}

static void define(struct emitted *e, const struct piece *p)
{
	if (!p->len || piece_is(p, "__attribute__") || piece_is(p, "SEC") || is_defined(e, p) ||
	    !strncmp(p->at, "MMP_", 4))
		return;
	if (e->count == NAMES_MAX)
		BUG("a policy defines more than %d names", NAMES_MAX);
	e->names[e->count] = p->at;
	e->lens[e->count++] = p->len;
}

/* At the outermost level a word before one of ( [ = ; or SEC is being declared. */
static void find_names(struct emitted *e)
{
	const char *at = e->text, *end = e->text + e->len;
	struct piece last = { 0 };
	int depth = 0;

	while (at < end) {
		struct piece p = next_piece(at, end, at == e->text || at[-1] == '\n');

		at += p.len;
		if (p.kind == PIECE_OTHER || isspace((unsigned char)*p.at))
			continue;
		if (!depth && (strchr("([=;", *p.at) || piece_is(&p, "SEC")))
			define(e, &last);
		if (p.kind == PIECE_CHARACTER && strchr("({[", *p.at))
			depth++;
		if (p.kind == PIECE_CHARACTER && strchr(")}]", *p.at))
			depth--;
		last = p.kind == PIECE_WORD ? p : (struct piece){ 0 };
	}
}

/* The text with the policy's own names prefixed, without its includes and its #line. */
static void put_renamed(FILE *out, const struct emitted *e, uint32_t number)
{
	const char *at = e->text, *end = e->text + e->len;
	bool is_tag = false; /* the word after `struct` is the templates' */

	while (at < end) {
		struct piece p = next_piece(at, end, at == e->text || at[-1] == '\n');

		at += p.len;
		if (p.kind == PIECE_OTHER &&
		    (!strncmp(p.at, "#line", 5) || !strncmp(p.at, "#include", 8)))
			continue;
		if (p.kind == PIECE_WORD && !is_tag && is_defined(e, &p))
			fprintf(out, "p%u_", number);
		if (!isspace((unsigned char)*p.at))
			is_tag = piece_is(&p, "struct");
		fwrite(p.at, 1, p.len, out);
	}
}

/* A hook's program is the function that follows SEC("struct_ops/..."). */
static void put_hooks(FILE *out, const struct emitted *e, uint32_t number)
{
	const char *at = e->text;

	fprintf(out, "static const struct host_hook p%u_hook_list[] = {\n", number);
	while ((at = strstr(at, "SEC(\"struct_ops/"))) {
		const char *paren = strchr(strchr(at, '\n'), '('), *name = paren;

		while (is_word(name[-1]))
			name--;
		fprintf(out, "\t{ \"%.*s\", (void *)p%u_%.*s },\n", (int)(paren - name), name,
			number, (int)(paren - name), name);
		at = paren;
	}
	fputs("\t{ 0 }\n};\n", out);
}

/* From the first line that is not the same in every policy. */
static struct emitted own_part(const char *text)
{
	static const char mark[] = "char mmp_license[]";
	const char *start = strstr(text, mark);
	struct emitted e = { 0 };

	if (!start)
		BUG("the emitted text has no '%s'", mark);
	e.text = strchr(start, '\n') + 1;
	e.len = strlen(e.text);
	return e;
}

static void put_policy(FILE *out, const char *text, uint32_t number)
{
	struct emitted e = own_part(text);

	find_names(&e);
	put_renamed(out, &e, number);
	put_hooks(out, &e, number);
}

static const char head[] =
	"#include \"host.h\"\n"
	"#include \"host_policy.h\"\n"
	"#define MMP_SLOTS 8192\n#define MMP_SIGNALS 131072\n"
	"#define MMP_RULES 65536\n#define MMP_WORKS 64\n#define MMP_CONFIG .tick_ns = 1\n"
	"#define MMP_HAS_NOTIFY\n#define MMP_HAS_GLOB\n#define MMP_READS_LIMIT\n";

static const char dispatch[] =
	"static const struct host_policy *host_now;\n"
	"static void mmp_sample(__u64 now, bool is_exact) { host_now->sample(now, is_exact); }\n"
	"static void mmp_evaluate(__u64 now) { host_now->evaluate(now); }\n"
	"static void host_tick(unsigned long long now)\n"
	"{\n\tstruct mmp_tick context = { .now = now };\n\n\tmmp_tick(&context);\n}\n"
	"static void host_set_limit(unsigned slot, unsigned long long limit)\n"
	"{\n\tmmp_verdicts[slot].limit = limit;\n}\n"
	"static int host_ask(int (*hook)(unsigned long long *), unsigned long long usage,\n"
	"\t\t    unsigned long long limit, unsigned long long *arguments)\n"
	"{\n"
	"\tstruct cgroup cgroup = { .level = 0 };\n"
	"\tstruct mem_cgroup memcg = { .css.cgroup = &cgroup, .memory.max = limit };\n\n"
	"\tmemcg.memory.usage.counter = usage;\n"
	"\targuments[0] = (unsigned long long)&memcg;\n"
	"\treturn hook(arguments);\n}\n"
	"static int host_ask_thp(int (*hook)(unsigned long long *), const struct host_thp *c)\n"
	"{\n"
	"\tstatic const unsigned long long kinds[] = { TVA_PAGEFAULT, TVA_KHUGEPAGED,\n"
	"\t\tTVA_SWAP_PAGEFAULT, TVA_FORCED_COLLAPSE };\n"
	"\tstruct kernfs_node node = { .id = c->cgroup_id };\n"
	"\tstruct cgroup cgroup = { .kn = &node, .level = 0 };\n"
	"\tstruct css_set set = { .dfl_cgrp = &cgroup };\n"
	"\tstruct cred cred = { .uid.val = c->uid };\n"
	"\tstruct task_struct task = { .tgid = c->pid, .cred = &cred, .cgroups = &set };\n"
	"\tstruct mm_struct mm = { .owner = &task };\n"
	"\tstruct vm_area_struct vma = { .vm_end = c->size, .vm_flags = c->flags, .vm_mm = &mm,\n"
	"\t\t.vm_ops = c->is_anon ? (void *)0 : (void *)&node };\n"
	"\tunsigned long long arguments[] = { (unsigned long long)&vma, kinds[c->kind], c->orders "
	"};\n"
	"\n\tcgroup.ancestors[0] = &cgroup;\n"
	"\t__builtin_strncpy(task.comm, c->comm, sizeof(task.comm) - 1);\n"
	"\treturn hook(arguments);\n}\n";

static const char tail[] =
	"const struct host_batch host_batch = {\n"
	"\tsizeof(host_policies) / sizeof(*host_policies), host_policies, &host_now,\n"
	"\t(void *)&mmp_config, &mmp_rules, &mmp_signals, &mmp_slots, &mmp_used, &mmp_acts,\n"
	"\tmmp_verdicts, &mmp_run, sizeof(mmp_verdicts), sizeof(mmp_run), host_tick, "
	"host_set_limit, "
	"host_ask,\n\thost_ask_thp\n};\n";

/* Which template the policies start from is said by their first include. */
static void put_include(FILE *out, const char *text)
{
	const char *include = strstr(text, "#include \"");

	if (!include)
		BUG("the emitted text includes nothing");
	fprintf(out, "%.*s\n", (int)strcspn(include, "\n"), include);
	fputs("#include \"claims.bpf.h\"\n#include \"thp.bpf.h\"\n", out);
}

int batch_write(const char *path, char *const *texts, uint32_t count)
{
	FILE *out = fopen(path, "we");

	if (!out)
		return -errno;
	fputs(head, out);
	put_include(out, texts[0]);
	fputs(dispatch, out);
	for (uint32_t i = 0; i < count; i++)
		put_policy(out, texts[i], i);
	fputs("static const struct host_policy host_policies[] = {\n", out);
	for (uint32_t i = 0; i < count; i++)
		fprintf(out, "\t{ p%u_mmp_sample, p%u_mmp_evaluate, p%u_hook_list },\n", i, i, i);
	fputs("};\n", out);
	fputs(tail, out);
	return fclose(out) ? -errno : 0;
}
