#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A policy attaches nothing but its struct_ops. In monitor mode it counts and decides the same and does
# nothing; mode and params change what it does without attaching anything anew.
# host: mkdir -p build/vm && build/mmpc -o build/vm/trial.bpf.o tests/vm/policies/trial.mmp
. "$PROJECT/tests/vm/lib.sh"
plan 18

links() { bpftool link list | grep '^[0-9]'; }
acts() { policy_field trial acts 0 "$1"; }

# touch_box: 8 MB; sets $took (ms), $asked (ms of delay that the rule asked for), $delays
touch_box() {
	asked=$(acts delay_ms)
	delays=$(acts delays)
	took=$(elapsed in_cgroup above/box workload touch 0 8)
	asked=$(($(acts delay_ms) - asked))
	delays=$(($(acts delays) - delays))
	diag "8 MB took $took ms; $delays delays of $asked ms in all"
}

cgroup_create above above/box
ok 'it loads in monitor mode' mmpctl load --mode monitor --cgroup box=above/box "$PROJECT/build/vm/trial.bpf.o"
in_force=$(links)
is "$(echo "$in_force" | grep -c struct_ops)" 1 'a struct_ops is attached'
is "$(echo "$in_force" | grep -vc struct_ops)" 0 'and nothing else: no tracing'
is "$(bpftool perf list | wc -l)" 0 'no perf event either'

touch_box
cmp_ok "$delays" ge 20 'monitor mode decides'
is "$(acts acted)" 0 'but does not act'
is "$(acts monitored)" "$delays" 'and counts as it would have'
cmp_ok "$took" lt "$asked" 'nobody waits'
start_in above/box workload faults 1000 100
box_is_active() { [ "$(rule_field trial 1 state)" = 2 ]; }
ok 'rules become active all the same' wait_until 10 box_is_active
in_cgroup above/box workload rewrite 0 /mnt/disk/box 8 >/dev/null
sync
cgroup_set above memory.reclaim 4M
cmp_ok "$(policy_field trial acts 1 monitored)" gt 0 'reclaim asks'
cmp_ok "$(memory_stat above/box pgscan)" gt 0 'and scans what is not really protected'

ok 'it is put in force' mmpctl set trial mode=enforce
touch_box
cmp_ok "$(acts acted)" ge 20 'now it acts'
cmp_ok "$took" ge "$asked" 'and makes wait'
# The load in the background may have paid for one more between the two readings.
is "$((asked % 50)) $(((asked - delays * 50) / 200))" '0 0' '50 ms for each batch'
ok 'the price is changed' mmpctl set trial price=100ms
touch_box
is "$((asked % 100)) $(((asked - delays * 100) / 400))" '0 0' 'it is paid at once'
is "$(links)" "$in_force" 'the attachment is the same'
