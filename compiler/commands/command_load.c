// SPDX-License-Identifier: GPL-2.0
/*
 * mmpc load, run and record: compile what is a policy's text, then let mmpctl load the objects, or
 * hold the plan or record its signals, which needs no clang.
 */
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/bug.h"
#include "base/file_id.h"
#include "base/path.h"
#include "base/shown.h"
#include "base/temporary_folder.h"
#include "backend.h"
#include "options.h"
#include "hand_over.h"

struct load {
	struct arena arena;
	struct temporary_folder folder; /* of the objects */
	char **words; /* mmpctl's */
	char **objects; /* that were made */
	unsigned count;
	enum emit emit; /* what mmpctl is given of a policy */
};

static bool is_policy(const char *word)
{
	size_t len = strlen(word);

	return word[0] != '-' && len > 4 && !strcmp(word + len - 4, ".mmp");
}

/* Compile with the default flags; what is to be said of the policy is said on standard error. */
static int compile_policy(struct load *l, char *path)
{
	char *argv[] = { "load", path, NULL };
	char *output = arena_printf(&l->arena, "%s/%u-%.*s%s", l->folder.path, l->count,
				    (int)strlen(path_last(path)) - 4, path_last(path),
				    l->emit == EMIT_OBJECT ? ".bpf.o" : ".plan.json");
	struct compilation c;
	struct report_unit unit;
	struct options o;
	int status = options_parse(&o, 2, argv, false);

	o.emit = l->emit;
	o.compile.has_own_kernel = true; /* the one that runs */
	if (status < 0) {
		compilation_init(&c, &o.compile);
		status = compile_front(&c, &o.compile, path);
		if (status == STATUS_OK)
			status = backend_write(&c, &o, output);
		unit = (struct report_unit){ .path = path,
					     .sources = &c.sources,
					     .diags = &c.diags };
		report_write(&o.report, stderr, &unit, 1);
		if (c.trouble)
			shown_print(stderr, "mmpc: %s\n", c.trouble);
		compilation_finish(&c);
	}
	options_finish(&o);
	l->objects[l->count++] = output;
	return status;
}

static int make_folder(struct load *l)
{
	int status = *l->folder.path ? STATUS_OK : make_command_folder(&l->folder);

	if (!status && setenv(LOAD_FOLDER_VARIABLE, l->folder.path, 1))
		NO_MEMORY();
	return status;
}

static int compile_policies(struct load *l, int argc, char **argv)
{
	int status = STATUS_OK;

	for (int i = 0; i < argc && !status; i++) {
		l->words[i] = argv[i];
		if (!i || !is_policy(argv[i]))
			continue;
		status = make_folder(l);
		if (!status)
			status = compile_policy(l, argv[i]);
		if (!status)
			l->words[i] = l->objects[l->count - 1];
	}
	return status;
}

static void clean_up(struct load *l)
{
	temporary_folder_remove(&l->folder);
	free(l->words);
	free(l->objects);
	arena_finish(&l->arena);
}

static void begin(struct load *l, int argc, enum emit emit)
{
	*l = (struct load){ .emit = emit };
	arena_init(&l->arena);
	l->words = calloc((size_t)argc + 1, sizeof(*l->words));
	l->objects = calloc((size_t)argc + 1, sizeof(*l->objects));
	if (!l->words || !l->objects)
		NO_MEMORY();
}

int command_load(int argc, char **argv)
{
	struct load l;
	int status;

	begin(&l, argc, EMIT_OBJECT);
	status = compile_policies(&l, argc, argv);
	if (!status)
		status = run_in_child(hand_over, argc, l.words);
	clean_up(&l);
	return status;
}

/*
 * mmpctl takes this process's place, so that signals and systemd meet it alone: the plan is handed
 * over as a file that is open and has no name any more.
 */
static int open_plans(struct load *l, int argc)
{
	unsigned next = 0;

	for (int i = 1; i < argc; i++) {
		int fd;

		if (next == l->count || l->words[i] != l->objects[next])
			continue;
		fd = open(l->objects[next++], O_RDONLY);
		if (fd < 0) {
			fprintf(stderr, "mmpc: cannot read '%s': %s\n", l->words[i],
				strerror(errno));
			return STATUS_USAGE;
		}
		l->words[i] = arena_printf(&l->arena, "/proc/self/fd/%d", fd);
	}
	return STATUS_OK;
}

int command_run(int argc, char **argv)
{
	struct load l;
	int status;

	begin(&l, argc, EMIT_MANIFEST);
	status = compile_policies(&l, argc, argv);
	if (!status)
		status = open_plans(&l, argc);
	temporary_folder_remove(&l.folder);
	fflush(NULL);
	if (!status)
		status = hand_over(argc, l.words);
	clean_up(&l);
	return status;
}

/* The word after the option, or what follows its '='; NULL: it is not given. */
static const char *option_value(int argc, char **argv, const char *option)
{
	size_t len = strlen(option);

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], option))
			return argv[i + 1];
		if (!strncmp(argv[i], option, len) && argv[i][len] == '=')
			return argv[i] + len + 1;
	}
	return NULL;
}

/* mmpctl is given a file without a name: it could not know that a trace overwrites a policy. */
int command_record(int argc, char **argv)
{
	const char *output = option_value(argc, argv, "--output"), *other;
	struct file_uses uses = { 0 };
	bool is_read, is_free;

	for (int i = 1; i < argc; i++)
		if (is_policy(argv[i]) && argv[i] != output)
			file_uses_read(&uses, argv[i]);
	is_free = !output || file_uses_write(&uses, output, &other, &is_read);
	file_uses_finish(&uses);
	if (is_free)
		return command_run(argc, argv);
	shown_print(stderr, "mmpc: '%s' is the policy: it would be overwritten\n", output);
	return STATUS_USAGE;
}
