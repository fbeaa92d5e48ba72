#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What a policy would have done on recorded signals is what it did: while waves of faults steer the
# policy, its signals are recorded from the cgroup's files; replayed, they make the same transitions.
# host: mkdir -p build/vm && build/mmpc compile -o build/vm/waves.bpf.o tests/vm/policies/waves.mmp
. "$PROJECT/tests/vm/lib.sh"
plan 13

# replayed RULE: how often it became active
replayed() {
	awk -v rule="\"$1\"" '/"name":/ { on = index($0, rule) } on && /"entered":/ { print $2 + 0 }' replay.json
}

cgroup_create wave
ok 'the policy loads' mmpctl load "$PROJECT/build/vm/waves.bpf.o"
mmpctl record --for 43s --output trace.csv "$PROJECT/build/vm/waves.bpf.o" >/tmp/record.out 2>&1 &
recorder=$!
# It writes into a file beside the trace, which takes the trace's name in the end.
has_opened() { ls -l "/proc/$1/fd" | grep -q "$2"; }
ok 'it is being recorded' wait_until 20 has_opened $recorder '/\.mmp-'
workload wave 40 300:4 70:4 300:4 70:4 10:4 >/tmp/wave &
pid=$!
wait_until 20 has_lines /tmp/wave 1
echo $pid >$CGROUPS/wave/cgroup.procs
wait $pid
wait $recorder
is $? 0 'its signals are recorded meanwhile'
ok 'and replayed' sh -c "mmpc replay --format=json '$PROJECT/tests/vm/policies/waves.mmp' trace.csv >replay.json"
diag "$(wc -l <trace.csv) lines of trace; $(cat /tmp/wave)"

row=0
for rule in plain until_low after_1s after_6s after_10s until_6s held cooled too_high; do
	is "$(replayed $rule)" "$(rule_field waves $row entered)" "$rule: as often active as in the kernel"
	row=$((row + 1))
done
