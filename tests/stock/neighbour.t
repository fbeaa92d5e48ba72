#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The one line of policy on kernels without the hooks: `mmpctl run` keeps a busy group's memory by
# memory.low as a static setting does, and gives it to the neighbour when the group idles.
# vm: timeout=900
# host: mkdir -p build/vm && build/mmpc compile --emit=manifest -o build/vm/neighbour.plan.json examples/idle-neighbour.mmp
# host: build/mmpc compile --emit=manifest -o build/vm/nested.plan.json tests/vm/policies/nested.mmp
. "$PROJECT/tests/vm/lib.sh"
. "$PROJECT/tests/vm/neighbour.sh"
build=$PROJECT/build/vm

# hold FILE OPTION...: in the background, once it is in force
hold() {
	rm -f /tmp/run.out
	mmpctl run "$@" >/tmp/run.out 2>/tmp/run.err &
	held=$!
	wait_until 60 grep -q '^running' /tmp/run.out
}

plan 16
lru classic
zram_swap 600
say "$(uname -r), classic LRU"
row '' 'high, touches' 'low, touches' 'pgscan' 'pgscan'

SECONDS_A_ROW=30
fresh_groups
cgroup_set demo/high memory.low max
measure 'memory.low, both active' touch
static_high=$high_touches
fresh_groups
ok 'the policy runs' hold "$build/neighbour.plan.json" --name demo --cgroup high=demo/high
measure 'by files, both active' touch
files_high=$high_touches
ok 'it is in force still, although its cgroup went' sh -c "mmpctl list | grep -q '^demo .*files'"
kill "$held"
wait "$held"
is $? 0 'it ends'

SECONDS_A_ROW=10
fresh_groups
cgroup_set demo/high memory.low max
measure 'memory.low, high idle' hold
static_idle_low=$low_touches
fresh_groups
ok 'the policy runs again' hold "$build/neighbour.plan.json" --name demo --cgroup high=demo/high
measure 'by files, high idle' hold
files_idle_low=$low_touches
ok 'and is unloaded' mmpctl unload demo
wait "$held"
say "neighbour of an idle group: $(ratio "$files_idle_low" "$static_idle_low") times as many touches as under memory.low"
say "protected group, both active: $(ratio "$files_high" "$static_high") of memory.low"
cmp_ok "$files_idle_low" ge $((static_idle_low * 37)) 'the neighbour of an idle group has 37 times what memory.low leaves it'
cmp_ok "$(percent "$files_high" "$static_high")" ge 25 'both active, the protected group is on a par with memory.low'

# Below other cgroups: what ancestors grant is what is in use, and siblings get none of it.
cgroup_create a a/b a/b/high a/b/other c
cgroup_set a memory.max max
start_in a/b/high workload hold 1000 20 >/tmp/high.out
wait_until 60 has_more /tmp/high.out 0
start_in a/b/other workload hold 1000 20 >/tmp/other.out
wait_until 60 has_more /tmp/other.out 0
ok 'a policy for a nested cgroup runs' hold "$build/nested.plan.json" --name nested
is_granted() {
	[ "$(cgroup_get a memory.low)" = "$(cgroup_get a/b memory.low)" ] &&
		[ "$(cgroup_get a memory.low)" = "$(cgroup_get a/b/high memory.current)" ]
}
ok 'each ancestor grants what the target uses' wait_until 10 is_granted
is "$(cgroup_get a/b/high memory.low)" max 'the target is protected'
is "$(cgroup_get a/b/other memory.low)" 0 'its sibling is not'
# The neighbour takes what there is: it comes from the sibling.
free=$(awk '$1 == "MemAvailable:" { print int($2 / 1024) }' /proc/meminfo)
start_in c workload touch 1000 $((free + 10)) >/tmp/c.out
lost() { [ $(($(cgroup_get a/b/other memory.current) / MIB)) -lt 12 ]; }
ok 'reclaim takes the memory of the sibling' wait_until 120 lost
cmp_ok $(($(cgroup_get a/b/high memory.current) / MIB)) ge 18 'and leaves that of the target'
kill -9 "$held"
wait "$held" 2>/dev/null
ok 'after a kill, unload gives everything back' mmpctl unload nested
is "$(cgroup_get a memory.low) $(cgroup_get a/b memory.low) $(cgroup_get a/b/high memory.low)" '0 0 0' 'the old values stand there'
ok 'and nothing is left over' sh -c '[ -z "$(ls /run/mmp)" ]'
