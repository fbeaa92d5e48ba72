#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Policies and the tree of cgroups: what counts for a group, who inherits, who may override.
# host: mkdir -p build/vm && cd tests/vm/policies && for i in tree glob ramp override-*; do
# host: ../../../build/mmpc compile -o ../../../build/vm/${i%.mmp}.bpf.o ${i%.mmp}.mmp; done
. "$PROJECT/tests/vm/lib.sh"
plan 32

load() { mmpctl load "$PROJECT/build/vm/$1.bpf.o"; }
is_active() { [ "$(rule_field "$1" "$2" state)" = 2 ]; }

# start_faults CGROUP
start_faults() { start_in "$1" workload faults 100 300; }

# file_in CGROUP MB: file pages that belong to it
file_in() {
	in_cgroup "$1" workload rewrite 0 "/mnt/disk/$(basename "$1")" "$2" >/dev/null
	sync
}

cgroup_create outer outer/other outer/tree outer/tree/middle outer/tree/middle/leaf
ok 'the policy loads' load tree
start_faults outer/tree/middle/leaf
ok "a grandchild's faults make the rule active" wait_until 10 is_active tree 0
has_rate() { [ "$(signal_value tree 0)" -ge "$1" ]; }
ok "they count for the group: 200/s and more" wait_until 20 has_rate 200
cgroup_create outer/tree/new
file_in outer/tree/new 16
file_in outer/other 16
acts=$(rule_acts tree 0)
cgroup_set outer memory.reclaim 8M
cmp_ok "$(memory_stat outer/other pgscan)" gt 0 'reclaim from above scans the neighbour'
is "$(memory_stat outer/tree/new pgscan)" 0 'and not a child made after the load'
cmp_ok "$(rule_acts tree 0)" gt "$acts" 'for the rule protected it'
is "$(cgroup_get outer/other memory.events low)" 0 'nothing was taken against protection'
mmpctl unload tree

cgroup_create outer/pods outer/pods/old
ok 'a policy for a glob loads' load glob
old=$(slot_of glob outer/pods/old)
like "$old" '^[0-9]+$' 'a match that was there has a row'
start_faults outer/pods/old
ok 'its rule becomes active' wait_until 10 is_active glob "$old"
cgroup_create outer/pods/new
new=$(slot_of glob outer/pods/new)
like "$new" '^[0-9]+$' 'a new match has one too'
is "$(rule_field glob "$new" state)" 0 'with a state of its own'
first_id=$(cgroup_id outer/pods/old)
cgroup_remove outer/pods/old
has_no_row() { [ -z "$(bpftool map dump pinned /sys/fs/bpf/mmp/glob/mmp_slots | grep "\"cgroup_id\": $first_id,")" ]; }
ok 'a removed match gives its row back' wait_until 10 has_no_row
cgroup_create outer/pods/old
isnt "$(cgroup_id outer/pods/old)" "$first_id" 'the same path again is another cgroup'
again=$(slot_of glob outer/pods/old)
like "$again" '^[0-9]+$' 'it is picked up'
is "$(rule_field glob "$again" state)" 0 'its rule starts idle'
start_faults outer/pods/old
ok 'and becomes active' wait_until 10 is_active glob "$again"
ok 'the policy unloads' mmpctl unload glob

# A ramp over the pods goes by whichever of them asks for most.
cgroup_create outer/slow
mean_delay() {
	in_cgroup outer/slow workload touch 0 2 >/dev/null
	delays=$(policy_field ramp acts 0 delays)
	[ "$delays" -gt 0 ] && echo $(($(policy_field ramp acts 0 delay_ms) / delays))
}
is_full() { [ "$(cgroup_get "$1" memory.current)" -ge $((24 * MIB)) ]; }
ok 'a ramp over a glob loads' load ramp
ticked ramp 2
mean_delay >/dev/null
is "$(policy_field ramp acts 0 delays)" 0 'it asks for no delay while no match is high'
mmpctl unload ramp
for pod in new old; do
	start_in outer/pods/$pod workload hold 1000 24
	ok "the pod '$pod' fills up" wait_until 20 is_full outer/pods/$pod
	load ramp
	ticked ramp 2
	high=$(mean_delay)
	cmp_ok "$high" ge 100 "and for the longest of all where it alone is: $high ms"
	mmpctl unload ramp
	cgroup_kill outer/pods/$pod
done

cgroup_create top top/middle top/middle/leaf
ok 'three levels: the top one loads' load override-top
ok 'the middle one overrides it' load override-middle
message=$(load override-leaf 2>&1)
is $? 6 'the leaf is refused'
diag "$message"
like "$message" "another policy is in force at the cgroup 'top/middle/leaf'" 'by a sentence that names it'
like "$message" "it is the policy 'override-middle'" 'and the policy that forbids it'
is "$(printf '%s\n' "$message" | grep -c override-top)" 0 'and not the one above, which would allow it'
in_cgroup top/middle/leaf workload touch 0 4 >/dev/null
cmp_ok "$(rule_acts override-middle 0)" gt 0 'the middle one acts for the leaf'
is "$(rule_acts override-top 0)" 0 'and the top one does not'
