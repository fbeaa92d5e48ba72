// SPDX-License-Identifier: GPL-2.0
#include "bpf_eyes.h"

#include "base/needs.h"
#include "failure.h"
#include "object/manifest.h"
#include "object/object.h"
#include "policy/sampler.h"
#include "policy_file.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <sys/mman.h>

/* Without the hooks these counters stand still in the kernel, where files leave them unknown. */
static int check_signals(const struct plan *p, struct failure *f)
{
	uint32_t i;

	for (i = 0; i < p->signal_count; i++)
		if (signal_hooks(p->signals[i].id))
			return fail(f, STATUS_UNSUPPORTED,
				    "the policy reads '%s', which only the hooks count",
				    p->signals[i].name);
	return 0;
}

static int check_file(const struct policy_file *file, struct failure *f)
{
	if (file->object)
		return check_signals(file->plan, f);
	fail(f, STATUS_USAGE, "'%s' is a plan alone, without a BPF program", file->path);
	fail_hint(f, "mmpc compile POLICY.mmp makes an object that has one; it needs clang");
	return -1;
}

/* A bit for each slot. */
static size_t used_words(const struct plan *p)
{
	return (p->slot_rows + !p->slot_rows + 63) / 64;
}

static int map_all(struct bpf_eyes *b, struct failure *f)
{
	const struct plan *p = b->plan;

#define MAP(member, name, count)                                                                   \
	b->member = sampler_map(b->policy, name, (size_t)(count) * sizeof(*b->member));            \
	if (!b->member)                                                                            \
		return fail(f, STATUS_UNSUPPORTED, "cannot share the policy's part '%s'", name);
	MAP(config, ".data.mmp_cfg", 1)
	MAP(run, ".data.mmp_run", 1)
	MAP(slots, "mmp_slots", p->slot_rows + !p->slot_rows)
	MAP(used, "mmp_used", used_words(p))
	MAP(signals, "mmp_signals", p->signal_rows + !p->signal_rows)
	MAP(rules, "mmp_rules", p->rule_rows + !p->rule_rows)
#undef MAP
	return 0;
}

static int on_wake(void *arg, void *data, size_t size)
{
	return 0;
}

static int on_event(void *arg, void *data, size_t size)
{
	struct bpf_eyes *b = arg;

	if (size >= sizeof(struct mmp_event))
		b->on_event(b->arg, data);
	return 0;
}

static int listen(struct bpf_eyes *b, struct failure *f)
{
	int wake = sampler_map_fd(b->policy, "mmp_wake");
	int events = sampler_map_fd(b->policy, "mmp_events");

	if (wake < 0) {
		fail(f, STATUS_UNSUPPORTED, "an older mmpc compiled the policy: it cannot wake us");
		fail_hint(f, "compile it again");
		return -1;
	}
	b->wakes = ring_buffer__new(wake, on_wake, b, NULL);
	if (b->wakes && (events < 0 || !ring_buffer__add(b->wakes, events, on_event, b)))
		return 0;
	return fail(f, STATUS_UNSUPPORTED, "cannot listen to the policy: %s", errno_words(errno));
}

int bpf_eyes_load(struct bpf_eyes *b, const struct policy_file *file, struct failure *f)
{
	*b = (struct bpf_eyes){ .plan = file->plan };
	if (check_file(file, f) || sampler_load(&b->policy, file->object, f) || map_all(b, f) ||
	    listen(b, f)) {
		bpf_eyes_close(b);
		return -1;
	}
	return 0;
}

int bpf_eyes_start(struct bpf_eyes *b, struct failure *f)
{
	return sampler_start(b->policy, f);
}

int bpf_eyes_fd(const struct bpf_eyes *b)
{
	return ring_buffer__epoll_fd(b->wakes);
}

void bpf_eyes_drain(struct bpf_eyes *b)
{
	ring_buffer__consume(b->wakes);
}

static void unmap(void *map, size_t size)
{
	if (map)
		munmap(map, size);
}

void bpf_eyes_close(struct bpf_eyes *b)
{
	const struct plan *p = b->plan;

	ring_buffer__free(b->wakes);
	if (p) {
		unmap(b->config, sizeof(*b->config));
		unmap(b->run, sizeof(*b->run));
		unmap(b->slots, (p->slot_rows + !p->slot_rows) * sizeof(*b->slots));
		unmap(b->used, used_words(p) * sizeof(*b->used));
		unmap(b->signals, (p->signal_rows + !p->signal_rows) * sizeof(*b->signals));
		unmap(b->rules, (p->rule_rows + !p->rule_rows) * sizeof(*b->rules));
	}
	sampler_close(b->policy);
	*b = (struct bpf_eyes){ 0 };
}
