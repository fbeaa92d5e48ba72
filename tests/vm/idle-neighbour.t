#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# One line of policy keeps a busy group's memory as memory.low does, and gives it to the neighbour
# when the group idles, which memory.low does not. `make demo` runs this same file to show it.
#
# Two groups of 60 MB share 90 MB. Throughput is page touches in the last third of each row's time:
# how long a group takes until it has its memory varies from run to run. The seconds are the same
# for each row, so that ratios between rows mean something on an emulated machine too.
# vm: timeout=400
# host: build/mmpc compile -o build/vm/idle-neighbour.bpf.o examples/idle-neighbour.mmp
. "$PROJECT/tests/vm/lib.sh"
: "${SECONDS_A_ROW:=21}"
object=$PROJECT/build/vm/idle-neighbour.bpf.o

say() { echo "# $*"; }

# share of a in b, for people and for cmp_ok (in percent)
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", b ? a / b : 0 }'; }
percent() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%d", b ? 100 * a / b : 0 }'; }

bpf_objects() {
	bpftool link list | grep -c '^[0-9]'
	bpftool map list | grep -c '^[0-9]'
	bpftool prog list | grep -c '^[0-9]'
	find /sys/fs/bpf -mindepth 2 | sort
}

fresh_groups() {
	cgroup_create demo
	cgroup_set demo memory.max $((90 * MIB))
	cgroup_create demo/high demo/low
}

drop_groups() {
	high_scan=$(memory_stat demo/high pgscan)
	low_scan=$(memory_stat demo/low pgscan)
	kills=$(memory_event demo oom_kill)
	cgroup_remove demo/high demo/low demo
}

# run MODE: high does MODE (touch or hold) with 60 MB while low touches 60 MB. A group that is to be
# idle comes first, so that its memory is there before the neighbour wants it; busy ones start together.
run() {
	lead=0
	[ "$1" = touch ] || lead=5
	start_in demo/high workload "$1" $((SECONDS_A_ROW + lead)) 60 >/tmp/high.out
	high_pid=$started
	sleep $lead
	start_in demo/low workload touch "$SECONDS_A_ROW" 60 >/tmp/low.out
	wait "$started" "$high_pid"
	high_touches=$(counter late "$(cat /tmp/high.out)")
	low_touches=$(counter late "$(cat /tmp/low.out)")
}

row() {
	printf '# %-34s %14s %14s %10s %10s\n' "$@"
}

measure() { # title mode
	run "$2"
	high_shown=$high_touches
	[ "$2" = touch ] || high_shown=idle
	drop_groups
	row "$1" "$high_shown" "$low_touches" "$high_scan" "$low_scan"
}

hook_calls() { bpftool map dump pinned /sys/fs/bpf/mmp/demo/mmp_calls; }

load_policy() {
	mmpctl load "$object" --name demo --cgroup high=demo/high
}

plan 15
zram_swap 600
say "policy: $(grep -v '^#' "$PROJECT/examples/idle-neighbour.mmp" | grep .)"
row '' 'high, touches' 'low, touches' 'pgscan' 'pgscan'

fresh_groups
measure 'no policy' touch
baseline_high=$high_touches

fresh_groups
cgroup_set demo/high memory.low max
measure 'memory.low, both active' touch
static_high=$high_touches

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
policy_high=$high_touches
active_high_scan=$high_scan active_low_scan=$low_scan
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
say "protected group, both active: $(ratio "$policy_high" "$static_high") of memory.low, $(ratio "$policy_high" "$baseline_high") times no policy"

cmp_ok "$static_high" gt $((baseline_high * 5)) 'memory.low protects a busy group'
cmp_ok "$policy_idle_low" gt $((static_idle_low * 5)) 'the neighbour of an idle group has many times what memory.low leaves it'
# Without `hold` the rule lets go whenever a second passes without 100 faults, and takes hold again: on
# this slow machine that costs up to half, and how much varies with what else the host does.
cmp_ok "$(percent "$policy_high" "$static_high")" ge 25 'both active, the protected group is on a par with memory.low'
cmp_ok "$((active_high_scan * 3 / 2))" lt "$active_low_scan" 'reclaim scans the busy protected group far less than its neighbour'
cmp_ok "$high_scan" gt 0 'reclaim scans the group when it idles'
is "$kills" 0 'nobody was killed'
ok 'doctor finds nothing left over' mmpctl doctor
