// SPDX-License-Identifier: GPL-2.0
/* The side that runs the emitted C on this machine: batches are compiled, loaded and asked. */
#include "host_side.h"

#include <dlfcn.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "batch.h"
#include "base/bug.h"
#include "host_policy.h"

#define MAPS_MAX 32

/* What host.h calls. A map's values exist once somebody looks one up. */
void *host_lookup(void *map, uint64_t value_size, uint32_t entries, const void *key);
void *host_reserve(uint64_t size);
uint64_t host_time;

static struct host_map {
	void *map;
	char *values;
	uint64_t size;
} maps[MAPS_MAX];

static struct host_map *map_of(void *map, uint64_t size)
{
	for (int i = 0; i < MAPS_MAX; i++) {
		if (maps[i].map == map)
			return &maps[i];
		if (maps[i].map)
			continue;
		maps[i] = (struct host_map){ map, calloc(1, size), size };
		if (!maps[i].values)
			BUG("no memory for a map");
		return &maps[i];
	}
	BUG("more than %d maps", MAPS_MAX);
}

void *host_lookup(void *map, uint64_t value_size, uint32_t entries, const void *key)
{
	uint32_t index = *(const uint32_t *)key;

	if (index >= entries)
		return NULL;
	return map_of(map, value_size * entries)->values + value_size * index;
}

void *host_reserve(uint64_t size)
{
	static char event[4096];

	if (size > sizeof(event))
		BUG("an event of %" PRIu64 " bytes", size);
	return memset(event, 0, size);
}

static void forget_maps(void)
{
	for (int i = 0; i < MAPS_MAX; i++)
		free(maps[i].values);
	memset(maps, 0, sizeof(maps));
}

static void *first_value(void *map, uint64_t value_size, uint32_t entries)
{
	uint32_t first = 0;

	return host_lookup(map, value_size, entries, &first);
}

static const struct host_policy *policy_of(struct host_side *h)
{
	return &h->batch->policies[h->policy];
}

static void host_tick(struct side *s, uint64_t now)
{
	struct host_side *h = s->data;

	host_time = now;
	h->batch->tick(now);
}

static void host_set_limit(struct side *s, uint32_t slot, uint64_t pages)
{
	((struct host_side *)s->data)->batch->set_limit(slot, pages);
}

static const struct host_hook *find_hook(struct side *s, const char *hook)
{
	for (const struct host_hook *i = policy_of(s->data)->hooks; i->name; i++)
		if (!strcmp(i->name, hook))
			return i;
	return NULL;
}

static int host_ask(struct side *s, const char *hook, const struct hook_call *call)
{
	unsigned long long arguments[] = { 0, call->arguments[0], call->arguments[1] };
	const struct host_hook *found = find_hook(s, hook);
	struct host_side *h = s->data;

	return found ? h->batch->ask(found->call, call->usage, call->limit, arguments) : -1;
}

static int host_ask_thp(struct side *s, const char *hook, const struct host_thp *call)
{
	const struct host_hook *found = find_hook(s, hook);

	return found ? ((struct host_side *)s->data)->batch->ask_thp(found->call, call) : -1;
}

/* Only the templates are compiled, so that what is found is theirs and the emitter's. */
static int compile(const struct host_side *h, const char *source, const char *object)
{
	char command[2048];

	snprintf(
		command, sizeof(command),
		"%s -O0 -w -Dalways_inline=unused -shared -fPIC -Itests/differential -I%s -o %s %s",
		h->compiler, h->include, object, source);
	return system(command);
}

bool host_load(struct host_side *h, struct pair *pairs, uint32_t count)
{
	char source[256], object[256], **texts = calloc(count, sizeof(*texts));
	static unsigned serial;

	if (!texts)
		BUG("no memory");
	for (uint32_t i = 0; i < count; i++)
		texts[i] = pairs[i].emitted;
	snprintf(source, sizeof(source), "%s/batch-%d.c", h->folder, (int)getpid());
	/* A new name each time: a library of the same name would be the one already loaded. */
	snprintf(object, sizeof(object), "%s/batch-%d-%u.so", h->folder, (int)getpid(), serial++);
	h->library = NULL;
	if (!batch_write(source, texts, count) && !compile(h, source, object))
		h->library = dlopen(object, RTLD_NOW | RTLD_LOCAL);
	free(texts);
	unlink(object);
	if (!h->library) {
		const char *why = dlerror();

		fprintf(stderr, "%s cannot be compiled or loaded: %s\n", source, why ? why : "");
		return false;
	}
	unlink(source);
	h->batch = dlsym(h->library, "host_batch");
	return h->batch;
}

void host_unload(struct host_side *h)
{
	forget_maps();
	dlclose(h->library);
}

void host_start(struct host_side *h, uint32_t policy)
{
	const struct host_batch *b = h->batch;

	forget_maps();
	memset(b->config, 0, sizeof(struct mmp_config));
	memset(b->verdicts, 0, b->verdicts_size);
	memset(b->run, 0, b->run_size);
	h->policy = policy;
	*b->now = policy_of(h);
	h->side = (struct side){
		.config = b->config,
		.rules = first_value(b->rules, sizeof(struct mmp_rule), 65536),
		.signals = first_value(b->signals, sizeof(struct mmp_signal), 131072),
		.slots = first_value(b->slots, sizeof(struct mmp_slot), 8192),
		.used = first_value(b->used, sizeof(uint64_t), 8192 / 64),
		.tick = host_tick,
		.set_limit = host_set_limit,
		.ask = host_ask,
		.ask_thp = host_ask_thp,
		.data = h,
	};
}
