#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A cgroup two levels down, protected by `mmpctl run` against a neighbour at the top, with nothing set before:
# its ancestors grant what it uses and no more, so its sibling is not protected, and all is given back.
# vm: timeout=300
# host: mkdir -p build/vm && build/mmpc compile --emit=manifest -o build/vm/nested.plan.json tests/vm/policies/nested.mmp
. "$PROJECT/tests/vm/lib.sh"
. "$PROJECT/tests/vm/neighbour.sh"
. "$PROJECT/tests/stock/hold.sh"
build=$PROJECT/build/vm

plan 12
lru classic
zram_swap 600
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
start_in c workload touch 1000 $((free + 40)) >/tmp/c.out
lost() { [ $(($(cgroup_get a/b/other memory.current) / MIB)) -lt 12 ]; }
ok 'reclaim takes the memory of the sibling' wait_until 120 lost
cmp_ok $(($(cgroup_get a/b/high memory.current) / MIB)) ge 18 'and leaves that of the target'
kill -9 "$held"
wait "$held" 2>/dev/null
ok 'after a kill, unload gives everything back' mmpctl unload nested
is "$(cgroup_get a memory.low) $(cgroup_get a/b memory.low) $(cgroup_get a/b/high memory.low)" '0 0 0' 'the old values stand there'
ok 'and nothing is left over' sh -c '[ -z "$(ls /run/mmp)" ]'

# At low that is memory.low, of which not every LRU takes notice where the whole machine runs short.
lru generations
ok 'the policy runs on the multi-generational LRU' hold "$build/nested.plan.json" --name nested
like "$(cat run.err)" 'protect-high-1: the multi-generational LRU is on: memory.low is only a hint' 'and says what it is worth'
says_which() { mmpctl status nested --explain protect-high-1 | grep -q 'memory.low is only a hint'; }
ok 'so does its status' wait_until 10 says_which
mmpctl unload nested >/dev/null
wait "$held"
