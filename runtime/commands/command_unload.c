// SPDX-License-Identifier: GPL-2.0
#include "base/shown.h"
#include "commands.h"

#include "failure.h"
#include "files/give_back.h"
#include "installed/installed.h"
#include "installed/run_dir.h"
#include "installed/removal.h"
#include "options.h"
#include "output.h"

#include <stdio.h>
#include <string.h>

struct unloading {
	json_t *names;
	json_t *left; /* files that somebody else has written meanwhile */
	struct failure *f;
};

/* A value that somebody else wrote meanwhile is left: who unloads is to know. */
static int unload_held(const struct installed *p, struct unloading *u)
{
	struct journal_result result;

	if (give_back_policy(p->name, &result, u->f))
		return -1;
	json_array_append_new(u->names, json_string(p->name));
	if (result.changed)
		json_array_append_new(u->left, json_string(result.path));
	return 0;
}

static int unload_one(struct installed *p, void *arg)
{
	struct unloading *u = arg;

	if (p->way == INSTALLED_FILES)
		return unload_held(p, u);
	if (removal_of(p, u->f))
		return -1;
	json_array_append_new(u->names, json_string(p->name));
	return 0;
}

static int unload_named(const char *name, struct unloading *u)
{
	struct installed *p;
	int error;

	/* Also what cannot be read any more, and leftovers by their own name. */
	if (strchr(name, '/') || name[0] == '.' || !*name || strlen(name) > 128 ||
	    !installed_exists(name)) {
		if (!installed_get(&p, name, u->f))
			installed_close(p);
		return -1;
	}
	if (installed_open(&p, name, u->f))
		return -1;
	error = unload_one(p, u);
	installed_close(p);
	return error;
}

static void print_unloaded(FILE *file, const json_t *doc)
{
	const json_t *names = json_object_get(doc, "unloaded"), *name;
	size_t i;

	json_array_foreach (names, i, name)
		shown_print(file, "unloaded %s\n", json_string_value(name));
	json_array_foreach (json_object_get(doc, "left"), i, name)
		shown_print(file, "left as it is, since somebody else wrote it: %s\n",
			    json_string_value(name));
	if (!json_array_size(names))
		fprintf(file, "no policy is loaded\n");
}

static int unload_all(const struct options *o, struct unloading *u)
{
	size_t i;

	if (o->all)
		return installed_each(unload_one, u, u->f);
	for (i = 0; i < o->operand_count; i++)
		if (unload_named(o->operands[i], u))
			return -1;
	return 0;
}

int command_unload(const struct options *o, struct output *out, struct failure *f)
{
	struct unloading u = { .names = json_array(), .left = json_array(), .f = f };
	struct pin_lock lock = { .fd = -1 }, held = { .fd = -1 };
	int error;

	if (!o->all == !o->operand_count)
		error = fail(f, STATUS_USAGE,
			     o->all ? "--all takes no names"
				    : "unload what? name a policy, or --all");
	else
		error = installed_lock(&lock, f) || run_lock(&held, false, f) || unload_all(o, &u);
	pin_unlock(&held);
	pin_unlock(&lock);
	if (error) {
		json_decref(u.names);
		json_decref(u.left);
		return -1;
	}
	output_document(out, json_pack("{s:o, s:o}", "unloaded", u.names, "left", u.left),
			print_unloaded);
	return 0;
}
