// SPDX-License-Identifier: GPL-2.0
#include "base/shown.h"
#include "commands.h"

#include "installed/installed.h"
#include "object/manifest.h"
#include "options.h"
#include "output.h"

#include <string.h>

static json_t *describe_link(const struct installed *p, const struct installed_link *l)
{
	const json_t *entry = installed_attachment(p, l->pin);
	const json_t *pid = json_object_get(entry, "pid"), *group = json_object_get(entry, "group");
	json_t *doc = json_pack("{s:s, s:i, s:i, s:b}", "pin", l->pin, "id", (int)l->link.id, "map",
				(int)l->link.map_id, "dead", !l->link.map_id);
	char path[1200];

	if (group) {
		installed_group_path(p, (uint32_t)json_integer_value(group), path, sizeof(path));
		json_object_set_new(doc, "cgroup", json_string(path));
		json_object_set_new(doc, "cgroup_id", json_integer((json_int_t)l->link.cgroup_id));
	}
	if (pid)
		json_object_set_new(doc, "pid", json_integer(json_integer_value(pid)));
	return doc;
}

static int add_policy(struct installed *p, void *arg)
{
	json_t *doc = json_pack("{s:s, s:s, s:s}", "name", p->name, "state",
				installed_condition_words(p), "by", installed_way_words(p));
	json_t *links = json_array();
	size_t i;

	for (i = 0; i < p->link_count; i++)
		json_array_append_new(links, describe_link(p, &p->links[i]));
	json_object_set_new(doc, "links", links);
	json_object_set_new(doc, "link_count", json_integer((json_int_t)p->link_count));
	json_object_set_new(doc, "dead_links", json_integer((json_int_t)installed_dead_links(p)));
	if (p->pid)
		json_object_set_new(doc, "pid", json_integer(p->pid));
	if (p->manifest) {
		json_object_set_new(doc, "rules",
				    json_integer((json_int_t)p->manifest->rule_count));
		json_object_set_new(doc, "hash", json_string(p->manifest->hash));
		json_object_set_new(doc, "ticks", json_integer((json_int_t)p->run.ticks));
	}
	if (p->record) {
		json_object_set(doc, "object", json_object_get(p->record, "object"));
		json_object_set(doc, "loaded", json_object_get(p->record, "time"));
	}
	json_array_append_new(arg, doc);
	return 0;
}

static void print_dead(FILE *file, const json_t *policy)
{
	const json_t *links = json_object_get(policy, "links"), *link;
	char pid[32];
	size_t i;

	json_array_foreach (links, i, link) {
		const char *cgroup = json_string_value(json_object_get(link, "cgroup"));

		if (!json_is_true(json_object_get(link, "dead")))
			continue;
		output_member(link, "pid", pid, sizeof(pid));
		shown_print(file, "%s: link %s is dead: %s ",
			    json_string_value(json_object_get(policy, "name")),
			    json_string_value(json_object_get(link, "pin")),
			    cgroup ? "the cgroup" : "the process");
		output_clean(file, cgroup ? cgroup : pid);
		fprintf(file, " is gone\n");
	}
}

static void print_list(FILE *file, const json_t *doc)
{
	static const struct output_column columns[] = {
		{ "NAME", "name", 0 },	     { "STATE", "state", 0 },
		{ "RULES", "rules", 1 },     { "LINKS", "link_count", 1 },
		{ "DEAD", "dead_links", 1 }, { "TICKS", "ticks", 1 },
		{ "BY", "by", 0 },	     { "OBJECT", "object", 0 },
	};
	const json_t *policies = json_object_get(doc, "policies"), *policy;
	size_t i;

	if (!json_array_size(policies)) {
		fprintf(file, "no policy is loaded\n");
		return;
	}
	output_table(file, policies, columns, sizeof(columns) / sizeof(columns[0]));
	json_array_foreach (policies, i, policy)
		print_dead(file, policy);
}

int command_list(const struct options *o, struct output *out, struct failure *f)
{
	json_t *policies = json_array();
	struct pin_lock lock;

	if (installed_lock(&lock, f) || installed_each(add_policy, policies, f)) {
		json_decref(policies);
		return -1;
	}
	pin_unlock(&lock);
	output_document(out, json_pack("{s:o}", "policies", policies), print_list);
	return 0;
}
