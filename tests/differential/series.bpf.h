/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Stands behind an emitted policy: one run walks a whole series, evaluates at each tick, asks the
 * decision functions and keeps what came of it. Before it are defined
 *
 *	SERIES_TICKS, SERIES_VALUES, SERIES_MACHINES, SERIES_CALLS	rows; the last three of one
 *tick SERIES_HOOKS(hook)						hook(NUMBER, FUNCTION) for
 *each
 */
#include "series.h"

#define SERIES_MAP(name, type_of_value, rows)                                                      \
	struct {                                                                                   \
		__uint(type, BPF_MAP_TYPE_ARRAY);                                                  \
		__uint(max_entries, rows);                                                         \
		__uint(map_flags, BPF_F_MMAPABLE);                                                 \
		__type(key, __u32);                                                                \
		__type(value, type_of_value);                                                      \
	} name SEC(".maps")

SERIES_MAP(series_times, __u64, SERIES_TICKS);
SERIES_MAP(series_values, struct series_value, SERIES_TICKS *SERIES_VALUES);
SERIES_MAP(series_machines, struct series_machine, SERIES_TICKS *SERIES_MACHINES);
SERIES_MAP(series_calls, struct series_call, SERIES_TICKS *SERIES_CALLS);

/* Room for a struct mem_cgroup and a struct cgroup, whatever their sizes here. */
struct series_room {
	__u8 bytes[1 << 14];
};

SERIES_MAP(series_fakes, struct series_room, 2);

extern void *bpf_rdonly_cast(const void *object, __u32 type) __ksym;

#define SERIES_FIELD(object, struct_name, field, type)                                             \
	(*(type *)((void *)(object) + mmp_field_offset(struct struct_name, field)))

/* A memory cgroup as the hooks may read it, of the usage and limit that the call is of. */
mmp_inline void *series_memcg(const struct series_call *call)
{
	__u32 first = 0, second = 1;
	struct series_room *memcg = bpf_map_lookup_elem(&series_fakes, &first);
	struct series_room *cgroup = bpf_map_lookup_elem(&series_fakes, &second);

	if (!memcg || !cgroup)
		return (void *)0;
	SERIES_FIELD(cgroup, cgroup, level, int) = 0;
	SERIES_FIELD(memcg, mem_cgroup, css.cgroup, void *) = cgroup;
	SERIES_FIELD(memcg, mem_cgroup, memory.usage.counter, __u64) = call->usage;
	SERIES_FIELD(memcg, mem_cgroup, memory.max, __u64) = call->limit;
	return bpf_rdonly_cast(memcg, __builtin_btf_type_id(*(struct mem_cgroup *)0, 1));
}

static long series_give(__u32 i, const __u32 *tick)
{
	__u32 at = *tick * SERIES_VALUES + i, index;
	struct series_value *v = bpf_map_lookup_elem(&series_values, &at);
	struct mmp_verdict *verdict;
	struct mmp_signal *s;

	if (!v)
		return 0;
	index = v->index;
	if (v->what == SERIES_PARAM && index < MMP_PARAMS_MAX)
		mmp_config.params[index] = v->value;
	if (v->what == SERIES_MODE)
		mmp_config.mode = v->value;
	if (v->what == SERIES_LIMIT) {
		verdict = mmp_verdict(index);
		if (verdict)
			verdict->limit = v->value;
	}
	if (v->what != SERIES_SIGNAL)
		return 0;
	s = bpf_map_lookup_elem(&mmp_signals, &index);
	if (s) {
		s->value = v->value;
		s->is_known = v->is_known;
	}
	return 0;
}

static long series_keep(__u32 i, const __u32 *tick)
{
	__u32 at = *tick * SERIES_MACHINES + i;
	struct series_machine *m = bpf_map_lookup_elem(&series_machines, &at);
	struct mmp_rule *r = m ? mmp_rule(m->row) : (struct mmp_rule *)0;

	if (r)
		m->machine = r->machine;
	return 0;
}

/* Functions of their own for the verifier, or every hook would count for every other. */
#define SERIES_ASK(number, function)                                                               \
	mmp_global int series_ask_##number(const struct series_call *call)                         \
	{                                                                                          \
		unsigned long long arguments[3] = { 0 };                                           \
                                                                                                   \
		if (!call)                                                                         \
			return 0;                                                                  \
		arguments[0] = (unsigned long long)series_memcg(call);                             \
		arguments[1] = call->arguments[0];                                                 \
		arguments[2] = call->arguments[1];                                                 \
		return function(arguments);                                                        \
	}
SERIES_HOOKS(SERIES_ASK)

static long series_ask(__u32 i, const __u32 *tick)
{
	__u32 at = *tick * SERIES_CALLS + i;
	struct series_call *call = bpf_map_lookup_elem(&series_calls, &at);

	if (!call)
		return 0;
#define SERIES_ASK_IF(number, function)                                                            \
	if (call->hook == number)                                                                  \
		call->answer = series_ask_##number(call);
	SERIES_HOOKS(SERIES_ASK_IF)
	return 0;
}

mmp_global int series_evaluate(__u64 now)
{
	mmp_evaluate_all(now);
	return 0;
}

static long series_tick(__u32 tick, void *context)
{
	__u64 *now = bpf_map_lookup_elem(&series_times, &tick);

	if (!now)
		return 1;
	bpf_loop(SERIES_VALUES, series_give, &tick, 0);
	series_evaluate(*now);
	bpf_loop(SERIES_MACHINES, series_keep, &tick, 0);
	bpf_loop(SERIES_CALLS, series_ask, &tick, 0);
	return 0;
}

SEC("syscall")
int series_run(void *context)
{
	return bpf_loop(SERIES_TICKS, series_tick, (void *)0, 0);
}
