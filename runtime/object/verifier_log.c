// SPDX-License-Identifier: GPL-2.0
#include "verifier_log.h"

#include "failure.h"
#include "manifest.h"

#include "bpf-templates/mmp_abi.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* A line of the log that quotes the policy: "; text" or "; text @ file:line". */
struct quoted {
	const char *start; /* in the log; NULL: none */
	char file[256];
	uint32_t line;
};

static void trim(char *text)
{
	size_t len = strlen(text);

	while (len && strchr(" \t\r", text[len - 1]))
		text[--len] = '\0';
}

/* Older verifiers quote the text without its place: find it in the policy's files. */
static bool find_text(const struct manifest *m, const char *text, struct quoted *ret)
{
	char line[1024];
	uint32_t n;
	size_t i;

	for (i = 0; i < m->rule_count && *text; i++)
		for (n = m->rules[i].line; n < m->rules[i].line + 8; n++) {
			manifest_line(m, m->rules[i].file, n, line, sizeof(line));
			trim(line);
			if (strcmp(line + strspn(line, " \t"), text) != 0)
				continue;
			snprintf(ret->file, sizeof(ret->file), "%s", m->rules[i].file);
			ret->line = n;
			return true;
		}
	return false;
}

/* The object names the policy's files by their index. */
static bool find_file(const struct manifest *m, const char *base, struct quoted *ret)
{
	char name[32];
	unsigned index;

	if (sscanf(base, MMP_POLICY_FILE, &index) != 1 || index >= m->file_count)
		return false;
	snprintf(name, sizeof(name), MMP_POLICY_FILE, index);
	snprintf(ret->file, sizeof(ret->file), "%s", m->files[index].name);
	return !strcmp(name, base);
}

static bool parse_quoted(const struct manifest *m, const char *line, size_t len, struct quoted *ret)
{
	char text[1024], base[256], *at = NULL, *next;

	snprintf(text, sizeof(text), "%.*s", (int)len - 1, line + 1);
	trim(text);
	for (next = strstr(text, " @ "); next; next = strstr(next + 3, " @ "))
		at = next;
	if (!at)
		return find_text(m, text + strspn(text, " \t"), ret);
	return sscanf(at, " @ %255[^:]:%u", base, &ret->line) == 2 && find_file(m, base, ret);
}

static bool has_prefix(const char *line, const char *const *prefixes)
{
	for (; *prefixes; prefixes++)
		if (!strncmp(line, *prefixes, strlen(*prefixes)))
			return true;
	return false;
}

/* A register or a place on the stack with its value: "R0=...", "R1_w=...", "fp-8=...". */
static bool has_registers(const char *line, size_t len)
{
	const char *end = line + len, *word = line;

	while (word < end) {
		const char *at = *word == 'R'		    ? word + 1
				 : !strncmp(word, "fp-", 3) ? word + 3
							    : end;
		bool is_numbered = at < end && isdigit((unsigned char)*at);

		while (at < end && (isalnum((unsigned char)*at) || *at == '_'))
			at++;
		if (is_numbered && at < end && *at == '=')
			return true;
		while (word < end && *word != ' ')
			word++;
		while (word < end && *word == ' ')
			word++;
	}
	return false;
}

/* How the verifier got there: instructions, and the registers' states before them. */
static bool is_working(const char *line, size_t len)
{
	static const char *const prefixes[] = { "from ",
						"mark_precise:",
						"last_idx ",
						"regs=",
						"parent ",
						"Func#",
						"Live regs",
						"Validating ",
						"cur state:",
						"old state:",
						"caller:",
						"callee:",
						"returning from callee:",
						"to caller at",
						"propagating ",
						"frame",
						NULL };
	size_t digits, blanks = strspn(line, " ");

	if (blanks >= len)
		return true;
	digits = strspn(line + blanks, "0123456789");
	return (digits && line[blanks + digits] == ':') || has_prefix(line, prefixes) ||
	       has_registers(line, len);
}

static void add_line(char *buf, size_t size, const char *text, size_t len)
{
	size_t used = strlen(buf);

	if (used + len + 2 < size)
		snprintf(buf + used, size - used, "%.*s\n", (int)len, text);
}

static void add_place(const struct manifest *m, const struct quoted *q, struct failure *f)
{
	char text[512], line[1024];

	manifest_line(m, q->file, q->line, text, sizeof(text));
	snprintf(line, sizeof(line), "%s:%u: %s", q->file, q->line, text + strspn(text, " \t"));
	add_line(f->detail, sizeof(f->detail), line, strlen(line));
}

/* What the verifier says, and after which line of C, where that is not the policy's own. */
static void add_sentences(const char *from, const char *end, struct failure *f)
{
	const char *line, *code = NULL;
	size_t len;

	for (line = from; line < end; line += len + 1) {
		len = strcspn(line, "\n");
		if (*line == ';')
			code = line;
		else if (!is_working(line, len)) {
			if (code)
				add_line(f->detail, sizeof(f->detail), code, strcspn(code, "\n"));
			code = NULL;
			add_line(f->detail, sizeof(f->detail), line, len);
		}
	}
}

void verifier_log_quote(const struct manifest *m, const char *log, struct failure *f)
{
	struct quoted last = { 0 }, quoted;
	const char *line, *rest = log + strlen(log), *end = rest, *from = log;
	size_t len;

	for (line = log; *line; line += len + (line[len] != '\0')) {
		len = strcspn(line, "\n");
		if (*line == ';' && parse_quoted(m, line, len, &quoted)) {
			last = quoted;
			last.start = line;
			from = line + len + (line[len] != '\0');
			end = rest; /* what was processed before is another program */
		} else if (!strncmp(line, "processed ", 10)) {
			end = line;
		}
	}
	if (last.start) {
		add_place(m, &last, f);
		fail_at(f, last.file, last.line);
	}
	add_sentences(from, end, f);
	/* The reason stands at the end. */
	from = last.start ? last.start : log;
	if ((size_t)(end - from) >= sizeof(f->log))
		from = end - sizeof(f->log) + 1;
	snprintf(f->log, sizeof(f->log), "%.*s", (int)(end - from), from);
}
