#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A rule changes its state exactly when its text says so. Faults come in waves, 4 s a level, twice:
#
#	300/s  70/s  300/s  70/s  10/s
#
# The rules are for one group and see one rate, taken over 1 s. What each of them promises is clear of
# the levels' edges by 2 s or more, so that the emulated machine may stumble.
# host: mkdir -p build/vm && build/mmpc compile -o build/vm/waves.bpf.o tests/vm/policies/waves.mmp
. "$PROJECT/tests/vm/lib.sh"
plan 22

# transitions ROW NAME TIMES WHY: two checks
transitions() {
	is "$(rule_field waves "$1" entered)" "$3" "$2: entered $3 times: $4"
	is "$(rule_field waves "$1" left)" "$3" "$2: left $3 times"
}

cgroup_create wave
ok 'the policy loads' mmpctl load "$PROJECT/build/vm/waves.bpf.o"
workload wave 40 300:4 70:4 300:4 70:4 10:4 >/tmp/wave &
pid=$!
# The faults of the program's own start do not belong to the wave: it has begun when it says so.
wait_until 20 has_lines /tmp/wave 1
echo $pid >$CGROUPS/wave/cgroup.procs
wait $pid
diag "$(cat /tmp/wave)"

transitions 0 plain 4 'each time that the rate is high'
transitions 1 until_low 2 'the middle level is not low enough to leave'
transitions 2 after_1s 4 'it is high for 4 s'
transitions 3 after_6s 0 'but never for 6 s'
transitions 4 after_10s 2 'it is above the lowest for 16 s'
transitions 5 until_6s 2 'the middle level alone does not last long enough to leave'
transitions 6 held 2 'held over the middle level'
cmp_ok "$(rule_field waves 6 held)" ge 20 'held: for some seconds only for that'
transitions 7 cooled 2 'the second high falls into the cooldown'
cmp_ok "$(rule_field waves 7 cooled)" ge 20 'cooled: for some seconds only for that'
transitions 8 too_high 0 'the rate is never so high'
is "$(rule_field waves 0 unknown)" "$(rule_field waves 8 unknown)" 'all saw the same rate'
