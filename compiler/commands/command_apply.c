// SPDX-License-Identifier: GPL-2.0
/*
 * mmpc apply: a folder's .mmp files are compiled to a folder of their own, the .bpf.o files beside
 * them join by links, and mmpctl applies that as the folder it stands for. With a mistake in any
 * policy nothing is applied.
 */
#include "command.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/arena.h"
#include "base/bug.h"
#include "base/shown.h"
#include "base/status.h"
#include "base/temporary_folder.h"
#include "hand_over.h"

struct apply {
	struct arena arena;
	const char *source; /* the folder as it was said */
	struct temporary_folder folder; /* of the objects */
	char **words; /* mmpctl's */
	int word_count;
};

static bool ends_in(const char *file, const char *ending)
{
	size_t len = strlen(file), end = strlen(ending);

	return *file != '.' && len > end && !strcmp(file + len - end, ending);
}

static char *object_of(struct apply *a, const char *file, size_t ending)
{
	return arena_printf(&a->arena, "%s/%.*s.bpf.o", a->folder.path,
			    (int)(strlen(file) - ending), file);
}

static int twice(const char *file)
{
	shown_print(stderr, "mmpc: '%s' and a compiled policy beside it have one name\n", file);
	return STATUS_USAGE;
}

static int add_policy(struct apply *a, const char *file)
{
	char *argv[] = { "compile", "-o", object_of(a, file, strlen(".mmp")),
			 arena_printf(&a->arena, "%s/%s", a->source, file), NULL };

	if (!access(argv[2], F_OK))
		return twice(file);
	return run_in_child(compile_for_here, 4, argv);
}

static int add_object(struct apply *a, const char *file)
{
	char *target = realpath(arena_printf(&a->arena, "%s/%s", a->source, file), NULL);
	char *link = object_of(a, file, strlen(".bpf.o"));
	int error = !target || symlink(target, link) ? errno : 0;

	free(target);
	if (error == EEXIST)
		return twice(file);
	if (error)
		shown_print(stderr, "mmpc: cannot read '%s/%s': %s\n", a->source, file,
			    strerror(error));
	return error ? STATUS_USAGE : STATUS_OK;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* All of them, so that one run reports every mistake. */
static int add_files(struct apply *a)
{
	struct dirent **list;
	int count = scandir(a->source, &list, NULL, by_name), status = STATUS_OK;

	if (count < 0) {
		shown_print(stderr, "mmpc: cannot read the folder '%s': %s\n", a->source,
			    strerror(errno));
		return STATUS_USAGE;
	}
	for (int i = 0; i < count; i++) {
		const char *file = list[i]->d_name;
		int s = temporary_folder_is_interrupted() ? STATUS_USAGE
			: ends_in(file, ".mmp")		  ? add_policy(a, file)
			: ends_in(file, ".bpf.o")	  ? add_object(a, file)
							  : STATUS_OK;

		status = status ? status : s;
		free(list[i]);
	}
	free(list);
	return status;
}

/* mmpctl's words are ours, with the objects' folder in place of the policies'. */
static int find_folder(struct apply *a, int argc, char **argv)
{
	a->words = arena_array(&a->arena, char *, (size_t)argc + 3);
	for (int i = 0; i < argc; i++) {
		bool is_option = argv[i][0] == '-';

		if (!strcmp(argv[i], "--follow")) {
			fputs("mmpc: apply --follow waits for compiled policies: use mmpctl apply "
			      "--follow, and write objects into its folder by mmpc compile\n",
			      stderr);
			return STATUS_USAGE;
		}
		if (i && !is_option && a->source) {
			shown_print(stderr, "mmpc: apply takes one folder, not '%s' as well\n",
				    argv[i]);
			return STATUS_USAGE;
		}
		if (i && !is_option)
			a->source = argv[i];
		else
			a->words[a->word_count++] = argv[i];
	}
	return STATUS_OK;
}

static int apply_folder(struct apply *a)
{
	int status = make_command_folder(&a->folder);

	if (!status)
		status = add_files(a);
	if (status)
		return status;
	a->words[a->word_count++] = arena_printf(&a->arena, "--folder=%s", a->source);
	a->words[a->word_count++] = a->folder.path;
	return run_in_child(hand_over, a->word_count, a->words);
}

/* Without a folder, mmpctl says what is missing, or helps. */
int command_apply(int argc, char **argv)
{
	struct apply a = { .source = NULL };
	int status;

	arena_init(&a.arena);
	status = find_folder(&a, argc, argv);
	if (!status)
		status = a.source ? apply_folder(&a) : hand_over(argc, argv);
	temporary_folder_remove(&a.folder);
	arena_finish(&a.arena);
	return status;
}
