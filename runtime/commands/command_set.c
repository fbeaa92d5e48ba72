// SPDX-License-Identifier: GPL-2.0
/* set: change params and mode of a policy in force. */
#include "base/shown.h"
#include "commands.h"

#include "failure.h"
#include "installed/change.h"
#include "installed/installed.h"
#include "object/manifest.h"
#include "options.h"
#include "output.h"
#include "policy/value.h"

#include <string.h>

static int set_mode(struct mmp_config *config, const char *text, struct failure *f)
{
	if (strcmp(text, "monitor") != 0 && strcmp(text, "enforce") != 0)
		return fail(f, STATUS_USAGE, "there is no mode '%s': enforce or monitor", text);
	config->mode = !strcmp(text, "monitor") ? MMP_MONITOR : MMP_ENFORCE;
	return 0;
}

static int set_param(const struct installed *p, struct mmp_config *config, const struct binding *b,
		     struct failure *f)
{
	const struct manifest *m = p->manifest;
	int64_t value;
	size_t i;

	for (i = 0; i < m->param_count; i++) {
		if (strcmp(m->params[i].name, b->name) != 0)
			continue;
		if (value_parse_param(&m->params[i], b->value, &value, f))
			return -1;
		config->params[m->params[i].index] = value;
		return 0;
	}
	return value_no_param(m, b->name, f);
}

/* Everything is parsed before anything is written. */
static int apply(const struct installed *p, const struct options *o, struct failure *f)
{
	struct mmp_config config = p->config;
	struct binding binding;
	size_t i;
	int error;

	for (i = 1; i < o->operand_count; i++) {
		if (!binding_split(o->operands[i], &binding))
			return fail(f, STATUS_USAGE,
				    "'%s' is not of the form PARAM=VALUE or mode=MODE",
				    o->operands[i]);
		error = !strcmp(binding.name, "mode") ? set_mode(&config, binding.value, f)
						      : set_param(p, &config, &binding, f);
		if (error)
			return -1;
	}
	if (change_allowed(p, f))
		return -1;
	return installed_write_config(p, &config, f);
}

static json_t *describe(const struct installed *p, struct failure *f)
{
	const struct manifest *m = p->manifest;
	struct installed *now;
	json_t *params = json_object(), *doc;
	char text[64];
	size_t i;

	if (installed_open(&now, p->name, f))
		return NULL;
	for (i = 0; i < m->param_count; i++)
		json_object_set_new(params, m->params[i].name,
				    json_string(
					    value_print(text, sizeof(text), m->params[i].quantity,
							now->config.params[m->params[i].index])));
	doc = json_pack("{s:s, s:s, s:o}", "name", p->name, "mode",
			now->config.mode == MMP_MONITOR ? "monitor" : "enforce", "params", params);
	installed_close(now);
	return doc;
}

static void print_set(FILE *file, const json_t *doc)
{
	const char *name;
	json_t *value;

	shown_print(file, "%s: mode %s", json_string_value(json_object_get(doc, "name")),
		    json_string_value(json_object_get(doc, "mode")));
	json_object_foreach (json_object_get(doc, "params"), name, value)
		shown_print(file, ", %s %s", name, json_string_value(value));
	fputc('\n', file);
}

int command_set(const struct options *o, struct output *out, struct failure *f)
{
	struct change_lock lock;
	struct installed *p = NULL;
	json_t *doc = NULL;

	if (!change_lock(&lock, f) && !installed_get(&p, o->operands[0], f) && !apply(p, o, f))
		doc = describe(p, f);
	installed_close(p);
	change_unlock(&lock);
	if (!doc)
		return -1;
	output_document(out, doc, print_set);
	return 0;
}
