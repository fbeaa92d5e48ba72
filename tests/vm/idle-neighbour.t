#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# One line of policy keeps a busy group's memory as memory.low does, and gives it to the neighbour
# when the group idles, which memory.low does not; on both LRUs.
#
# Two groups share memory (neighbour.sh).
# vm: timeout=400
# host: build/mmpc compile -o build/vm/idle-neighbour.bpf.o examples/idle-neighbour.mmp
. "$PROJECT/tests/vm/lib.sh"
. "$PROJECT/tests/vm/neighbour.sh"
object=$PROJECT/build/vm/idle-neighbour.bpf.o

bpf_objects() {
	bpftool link list | grep -c '^[0-9]'
	bpftool map list | grep -c '^[0-9]'
	bpftool prog list | grep -c '^[0-9]'
	find /sys/fs/bpf -mindepth 2 | sort
}

hook_calls() { bpftool map dump pinned /sys/fs/bpf/mmp/demo/mmp_calls; }

load_policy() {
	mmpctl load "$object" --name demo --cgroup high=demo/high
}

SECONDS_A_ROW=6
plan 19
zram_swap 600
say "policy: $(grep -v '^#' "$PROJECT/examples/idle-neighbour.mmp" | grep .)"
row '' 'high, touches' 'low, touches' 'pgscan' 'pgscan'

lru classic
fresh_groups
cgroup_set demo/high memory.low max
measure 'memory.low, both active' touch
static_high=$high_touches static_low=$low_touches static_worked=$high_worked

fresh_groups
cgroup_set demo/high memory.low max
measure 'memory.low, high idle' hold
static_idle_low=$low_touches

before=$(bpf_objects)
fresh_groups
ok 'the policy loads' load_policy
ok 'its link is pinned' sh -c 'bpftool link show pinned /sys/fs/bpf/mmp/demo/link_*high'
like "$(bpftool struct_ops list)" memcg_bpf_ops 'bpftool finds the struct_ops'
measure 'the policy, both active' touch
policy_high=$high_touches policy_worked=$high_worked
ok 'the policy unloads after its cgroup went' mmpctl unload demo

fresh_groups
ok 'the policy loads again' load_policy
calls_before=$(hook_calls)
measure 'the policy, high idle' hold
calls_after=$(hook_calls)
policy_idle_low=$low_touches
isnt "$calls_before" "$calls_after" 'calls of the hooks are counted'
ok 'the policy unloads' mmpctl unload demo
all_gone() { [ "$(bpf_objects)" = "$before" ]; }
# The kernel frees maps and programs a little later.
ok 'no link, map, program or pin is left' wait_until 10 all_gone

say
say "neighbour of an idle group: $(ratio "$policy_idle_low" "$static_idle_low") times as many touches as under memory.low"
say "protected group, both active: $(ratio "$policy_high" "$static_high") of memory.low's touches; it did not wait for" \
	"memory in $(in_percent "$policy_worked") of the time, under memory.low in $(in_percent "$static_worked")"

cmp_ok "$static_high" gt $((static_low * 5)) 'memory.low protects a busy group'
cmp_ok "$policy_idle_low" gt $((static_idle_low * 37)) 'the neighbour of an idle group has 37 times what memory.low leaves it'
cmp_ok "$(percent "$policy_worked" "$static_worked")" ge 90 'both active, the protected group is on a par with memory.low'

# Below a parent that meets its limit the other LRU protects as this one does; both-lrus.t has the rest.
lru generations
fresh_groups
ok 'the policy loads on the multi-generational LRU' load_policy
measure 'multi-gen: the policy, both active' touch
cmp_ok "$high_touches" gt $((low_touches * 5)) 'and protects a busy group'
fresh_groups
measure 'multi-gen: the policy, high idle' hold
cmp_ok "$low_touches" gt $((static_idle_low * 37)) 'and an idle one leaves its memory to the neighbour'
ok 'the policy unloads' mmpctl unload demo
lru classic

# What reclaim scans of a group that holds its memory while something in it faults, and of the same
# group when nothing faults any more.
scan() { # seconds: sets $high_scan and $low_scan
	high_scan=$(memory_stat demo/high pgscan)
	low_scan=$(memory_stat demo/low pgscan)
	sleep "$1"
	high_scan=$(($(memory_stat demo/high pgscan) - high_scan))
	low_scan=$(($(memory_stat demo/low pgscan) - low_scan))
}

fresh_groups
load_policy >/dev/null
start_in demo/high workload hold 1000 60 >/tmp/high.out
wait_until 60 has_more /tmp/high.out 0
start_in demo/high workload faults 1000 500 >/tmp/faults.out
faults_pid=$started
is_active() { [ "$(rule_field demo 0 state)" = 2 ]; }
wait_until 60 is_active
start_in demo/low workload touch 1000 60 >/tmp/low.out
scan 6
say "scanned while high faults: high $high_scan, low $low_scan"
cmp_ok "$((high_scan * 10))" lt "$low_scan" 'reclaim scans a group that faults far less than its neighbour'
kill "$faults_pid"
scan 8
say "scanned when it no longer does: high $high_scan, low $low_scan"
# Once through all of its memory: after that it has none left to scan.
cmp_ok "$high_scan" gt $((60 * MIB / 4096)) 'and goes through all of its memory when it idles'
drop_groups
mmpctl unload demo >/dev/null
is "$kills" 0 'nobody was killed'
ok 'doctor finds nothing left over' mmpctl doctor
