// SPDX-License-Identifier: GPL-2.0
/*
 * apply: what a folder of compiled policies says comes into force, in one transaction. Policies are
 * named by their files; each remembers its folder, so that one whose file is gone goes, and what
 * was put in force by other means stays.
 */
#include "commands.h"

#include "base/shown.h"
#include "failure.h"
#include "installed/installed.h"
#include "installed/removal.h"
#include "load.h"
#include "object/manifest.h"
#include "object/object.h"
#include "options.h"
#include "output.h"
#include "policy/value.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ENDING ".bpf.o"
#define FOLLOW_SECONDS 5

struct apply {
	const struct options *options;
	char folder[PATH_MAX]; /* whose the policies are */
	char *paths[LOAD_POLICIES_MAX + 1], *names[LOAD_POLICIES_MAX]; /* by name */
	size_t count;
	/* What is to be done. */
	char *changed_paths[LOAD_POLICIES_MAX + 1];
	const char *changed_names[LOAD_POLICIES_MAX];
	char *gone[LOAD_GONE_MAX];
	size_t changed_count, gone_count;
	json_t *differences; /* an entry for each policy that is there or goes */
	struct failure *f;
};

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* "web" of "web.bpf.o"; NULL for other files, and for hidden ones. */
static char *policy_name(const char *file)
{
	size_t len = strlen(file), end = strlen(ENDING);

	if (*file == '.' || len <= end || strcmp(file + len - end, ENDING) != 0)
		return NULL;
	return strndup(file, len - end);
}

static int add_file(struct apply *a, const char *directory, const char *file)
{
	char path[PATH_MAX + 300], *name = policy_name(file);

	if (!name)
		return 0;
	if (!manifest_name_is_valid(name)) {
		fail(a->f, STATUS_USAGE, "'%s' in '%s' does not name a policy", file, directory);
		fail_hint(a->f, "letters, digits, '-' and '_', at most 64, and not tmp_...");
		free(name);
		return -1;
	}
	if (a->count == LOAD_POLICIES_MAX) {
		free(name);
		return fail(a->f, STATUS_USAGE, "'%s' has more than %d policies", directory,
			    LOAD_POLICIES_MAX);
	}
	snprintf(path, sizeof(path), "%s/%s", directory, file);
	a->paths[a->count] = strdup(path);
	a->names[a->count++] = name;
	return 0;
}

static int scan(struct apply *a, const char *directory)
{
	struct dirent *entry;
	DIR *dir = opendir(directory);
	int error = 0;

	if (!dir) {
		fail(a->f, STATUS_USAGE, "cannot read the folder '%s': %s", directory,
		     errno_words(errno));
		if (errno == ENOTDIR)
			fail_hint(a->f, "apply takes a folder of NAME" ENDING
					"; a file is loaded by: mmpctl load");
		return -1;
	}
	while (!error && (entry = readdir(dir)))
		error = add_file(a, directory, entry->d_name);
	closedir(dir);
	/* The ending is the same, so both lists are in the same order. */
	qsort(a->paths, a->count, sizeof(a->paths[0]), compare_texts);
	for (size_t i = 0; i < a->count; i++) {
		free(a->names[i]);
		a->names[i] = policy_name(strrchr(a->paths[i], '/') + 1);
	}
	return error;
}

static int find_folder(struct apply *a)
{
	const char *said = a->options->folder ? a->options->folder : a->options->operands[0];

	if (realpath(said, a->folder))
		return 0;
	return fail(a->f, STATUS_USAGE, "cannot read the folder '%s': %s", said,
		    errno_words(errno));
}

static const char *folder_of(const struct installed *p)
{
	return json_string_value(json_object_get(p->record, "folder"));
}

static bool has_same_code(const struct installed *p, const struct object *o)
{
	const char *code = json_string_value(json_object_get(p->record, "code"));
	char hash[32];

	snprintf(hash, sizeof(hash), "%016llx", (unsigned long long)o->code_hash);
	return code && !strcmp(code, hash);
}

static void say(json_t *reasons, json_t *sentence)
{
	json_array_append_new(reasons, sentence);
}

static void compare_params(json_t *reasons, const struct installed *p, const struct manifest *m)
{
	const struct manifest_param *param;
	char now[64], then[64];

	for (param = m->params; param < m->params + m->param_count; param++)
		if (p->config.params[param->index] != param->value)
			say(reasons, json_sprintf("%s is %s, and %s in the file", param->name,
						  value_print(now, sizeof(now), param->quantity,
							      p->config.params[param->index]),
						  value_print(then, sizeof(then), param->quantity,
							      param->value)));
}

/* How the policy in force differs from the file; empty: not at all. */
static json_t *reasons_of(const struct apply *a, const struct installed *p, const struct object *o)
{
	json_t *reasons = json_array();
	const char *folder = folder_of(p);

	if (p->condition != INSTALLED_WHOLE)
		say(reasons, json_sprintf("it is %s", installed_condition_words(p)));
	else if (!json_equal(p->manifest->root, o->manifest->root) || !has_same_code(p, o))
		say(reasons, json_string("it was compiled from another text, or by another mmpc"));
	else
		compare_params(reasons, p, o->manifest);
	if (p->condition == INSTALLED_WHOLE &&
	    (p->config.mode == MMP_MONITOR) != o->manifest->is_monitor)
		say(reasons,
		    json_sprintf("its mode is %s, and %s in the file", installed_condition_words(p),
				 o->manifest->is_monitor ? "monitor" : "enforce"));
	if (installed_dead_links(p))
		say(reasons, json_string("a cgroup or process of it is gone"));
	if (!folder || strcmp(folder, a->folder) != 0)
		say(reasons, json_sprintf("it was loaded from elsewhere"));
	return reasons;
}

static void note(struct apply *a, const char *name, const char *change, json_t *reasons)
{
	json_array_append_new(a->differences, json_pack("{s:s, s:s, s:o}", "name", name, "change",
							change, "reasons", reasons));
}

static int compare_policy(struct apply *a, size_t i, const struct object *o)
{
	struct installed *p;
	json_t *reasons = NULL;

	if (pin_exists(a->names[i])) {
		if (installed_open(&p, a->names[i], a->f))
			return -1;
		reasons = reasons_of(a, p, o);
		installed_close(p);
		if (!json_array_size(reasons)) {
			note(a, a->names[i], "unchanged", reasons);
			return 0;
		}
	}
	note(a, a->names[i], reasons ? "changed" : "new", reasons ? reasons : json_array());
	a->changed_paths[a->changed_count] = a->paths[i];
	a->changed_names[a->changed_count++] = a->names[i];
	return 0;
}

static int compare_file(struct apply *a, size_t i)
{
	struct object *o;
	int error;

	if (object_open(&o, a->paths[i], a->f))
		return -1;
	error = compare_policy(a, i, o);
	object_destroy(o);
	return error;
}

static bool is_wanted(const struct apply *a, const char *name)
{
	size_t i;

	for (i = 0; i < a->count; i++)
		if (!strcmp(a->names[i], name))
			return true;
	return false;
}

/* Without a record it is the rest of an interrupted removal, which is nobody's. */
static int find_gone(struct installed *p, void *arg)
{
	struct apply *a = arg;
	const char *folder = folder_of(p);

	if (p->way == INSTALLED_FILES || p->condition == INSTALLED_LEFTOVER ||
	    is_wanted(a, p->name) || (folder ? strcmp(folder, a->folder) != 0 : p->record != NULL))
		return 0;
	if (a->gone_count == LOAD_GONE_MAX)
		return fail(a->f, STATUS_USAGE, "more than %d policies would go", LOAD_GONE_MAX);
	a->gone[a->gone_count++] = strdup(p->name);
	note(a, p->name, "gone", json_array());
	return 0;
}

static int compare_all(struct apply *a)
{
	size_t i;

	for (i = 0; i < a->count; i++)
		if (compare_file(a, i))
			return -1;
	return installed_each(find_gone, a, a->f);
}

/* What would be done, in the words of dry runs. */
static void print_differences(FILE *file, const json_t *doc)
{
	static const char *const words[][2] = { { "new", "would load" },
						{ "changed", "would replace" },
						{ "gone", "would unload" },
						{ "unchanged", "unchanged:" } };
	const json_t *list = json_object_get(doc, "policies"), *p, *reason;
	size_t i, j;

	json_array_foreach (list, i, p) {
		for (j = 0; j < 4; j++)
			if (!strcmp(words[j][0], json_string_value(json_object_get(p, "change"))))
				shown_print(file, "%s %s\n", words[j][1],
					    json_string_value(json_object_get(p, "name")));
		json_array_foreach (json_object_get(p, "reasons"), j, reason)
			shown_print(file, "    %s\n", json_string_value(reason));
	}
	if (!json_array_size(list))
		fprintf(file, "no policy is in the folder, and none of it is in force\n");
}

static void print_applied(FILE *file, const json_t *doc)
{
	const json_t *p;
	size_t i;

	load_print(file, doc);
	json_array_foreach (json_object_get(doc, "policies"), i, p) {
		const char *change = json_string_value(json_object_get(p, "change"));

		if (!strcmp(change, "gone") || !strcmp(change, "unchanged"))
			shown_print(file, "%s %s\n", *change == 'g' ? "unloaded" : "unchanged:",
				    json_string_value(json_object_get(p, "name")));
	}
	if (!json_array_size(json_object_get(doc, "policies")))
		fprintf(file, "no policy is in the folder, and none of it is in force\n");
}

/* Before anything changes. */
static int check_files(const struct apply *a)
{
	struct object *o;
	size_t i;

	for (i = 0; i < a->count; i++) {
		if (object_open(&o, a->paths[i], a->f))
			return -1;
		object_destroy(o);
	}
	return 0;
}

/* Leftovers go first: whatever holds the lock is alone, and what they attached is in the way. */
static int change(struct apply *a, struct load *l, struct options *o)
{
	if (check_files(a) || pin_lock(&l->lock, true, a->f) || removal_of_leftovers(a->f) ||
	    compare_all(a))
		return -1;
	if (!a->changed_count && !a->gone_count)
		return 0;
	o->operands = a->changed_paths;
	o->operand_count = a->changed_count;
	l->names = a->changed_names;
	l->gone = (const char *const *)a->gone;
	l->gone_count = a->gone_count;
	return load_open(l, a->f) || load_run(l, a->f) ? -1 : 0;
}

static int run(struct apply *a, json_t **ret_loaded)
{
	struct options o = *a->options;
	struct load l;
	int error;

	o.replace = true;
	o.folder = a->folder;
	load_init(&l, &o);
	error = change(a, &l, &o);
	*ret_loaded = load_describe(&l);
	load_close(&l, !error);
	return error;
}

static void finish(struct apply *a)
{
	size_t i;

	for (i = 0; i < a->count; i++) {
		free(a->paths[i]);
		free(a->names[i]);
	}
	for (i = 0; i < a->gone_count; i++)
		free(a->gone[i]);
	json_decref(a->differences);
	free(a);
}

/* Following, what did not change is not said again. */
static void show(const struct apply *a, struct output *out, json_t *loaded)
{
	void (*print)(FILE *, const json_t *) = a->options->dry_run ? print_differences
								    : print_applied;
	json_t *doc = json_pack("{s:O, s:O*}", "policies", a->differences, "loaded", loaded);

	if (!a->options->follow)
		output_document(out, doc, print);
	else if (a->changed_count || a->gone_count)
		output_record(out, doc, print);
	else
		json_decref(doc);
}

static int apply_once(const struct options *o, struct output *out, struct failure *f)
{
	struct apply *a = calloc(1, sizeof(*a));
	json_t *loaded = NULL;
	int error;

	if (!a)
		return fail(f, STATUS_USAGE, "out of memory");
	a->options = o;
	a->f = f;
	a->differences = json_array();
	error = scan(a, o->operands[0]) || find_folder(a) ||
		(o->dry_run ? compare_all(a) : run(a, &loaded));
	if (!error)
		show(a, out, loaded);
	json_decref(loaded);
	finish(a);
	return error ? -1 : 0;
}

static volatile sig_atomic_t is_over;

static void end(int signal)
{
	is_over = 1;
}

/* A signal ends it between two steps: what is in force stays. */
static int follow(const struct options *o, struct output *out, struct failure *f)
{
	struct sigaction action = { .sa_handler = end };

	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	while (!is_over) {
		memset(f, 0, sizeof(*f));
		if (apply_once(o, out, f))
			output_failure(out, f);
		fflush(out->file);
		if (!is_over)
			sleep(FOLLOW_SECONDS);
	}
	return 0;
}

int command_apply(const struct options *o, struct output *out, struct failure *f)
{
	if (!o->follow)
		return apply_once(o, out, f);
	if (o->dry_run)
		return fail(f, STATUS_USAGE, "--follow and --dry-run exclude each other");
	return follow(o, out, f);
}
