#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# psi.some[W] and psi.full[W] are what memory.pressure's total says, at once: over the windows of a
# thrashing group, and for a stall that is short. The short form, 20 windows, allows 20 %: signal and
# total are not read at one moment. `mmp_windows=100` makes it the long form, which allows 10 %. A stall
# of 300 ms is seen within two ticks of its end.
# vm: timeout=300
# host: mkdir -p build/vm && printf "tick 100ms\nnotify \"full\" when m.psi.full[1s] > 1%% hold 1s\nnotify \"some\" when m.psi.some[1s] > 1%% hold 1s\nnotify \"all\" when system.psi.some[1s] > 1%% hold 1s\ncgroup w = \"s/w\"\nnotify \"stall\" when w.psi.some[1s] > 28%% hold 60s\nnotify \"average\" when w.psi.some.avg10 > 28%% hold 60s\nnotify \"moved\" when w.psi.some.avg10 > 1%% hold 60s\n" >build/vm/psi.mmp
# host: build/mmpc compile -o build/vm/psi.bpf.o build/vm/psi.mmp
. "$PROJECT/tests/vm/lib.sh"
windows=$(sed -n 's/.*\bmmp_windows=\([0-9]*\).*/\1/p' /proc/cmdline)
: "${windows:=20}"
if [ "$windows" -ge 100 ]; then slack=1; else slack=2; fi # tenths
plan 12
zram_swap 400
cgroup_create m s s/w
cgroup_set m memory.max 30M
ok "the policy loads" mmpctl load "$PROJECT/build/vm/psi.bpf.o"

# total FILE LINE: in us
total() { sed -n "s/^$2 .*total=//p" "$1"; }

start_in m workload touch 1000 60 >/tmp/m.out
load=$started
sleep 3
# The signals once a second, their windows' length: the windows cover the time once, as the totals do.
full=$CGROUPS/m/memory.pressure some=$CGROUPS/m/memory.pressure all=/proc/pressure/memory
from=$(milliseconds) from_full=$(total $full full) from_some=$(total $some some)
from_all=$(total $all some)
next=$from
for _ in $(seq "$windows"); do
	next=$((next + 1000))
	rest=$((next - $(milliseconds)))
	[ $rest -le 0 ] || sleep "$(printf '%d.%03d' $((rest / 1000)) $((rest % 1000)))"
	bpftool map dump pinned /sys/fs/bpf/mmp/psi/mmp_signals |
		awk '$1 == "\"key\":" { key = $2 + 0 } $1 == "\"value\":" && $2 ~ /^[0-9]/ { print key, $2 + 0 }'
done >samples
took=$(($(milliseconds) - from))
true_full=$(($(total $full full) - from_full)) true_some=$(($(total $some some) - from_some))
true_all=$(($(total $all some) - from_all))
kill "$load"
wait "$load"

near() { # NAME ROW US: in hundredths of a percent
	by_signal=$(awk -v row="$2" '$1 == row { sum += $2 } END { printf "%d", NR ? sum / '"$windows"' : 0 }' samples)
	by_total=$(($3 * 10 / took))
	diag "$1: $by_signal by the signal, $by_total by the total, in hundredths of a percent, over $windows windows"
	cmp_ok $((by_signal * 10)) ge $((by_total * (10 - slack))) "$1 is no less than 0.$((10 - slack)) of what the total says"
	cmp_ok $((by_signal * 10)) le $((by_total * (10 + slack))) "and no more than 1.$slack of it"
}
near psi.full 0 "$true_full"
near psi.some 1 "$true_some"
near "the system's psi.some" 2 "$true_all"

# A stall of 300 ms: a task over memory.high is made to wait until the parent's total says so. Nobody reads
# the group's own file, which would bring its totals up to date. All times are the kernel's monotonic clock;
# the ticks are counted in the ring of the signal's samples, one a tick.
cgroup_set s/w memory.high 4M
sleep 3 # the average is idle then, and begins with the stall
begun=$(milliseconds)
start_in s/w workload touch 1000 40 >/tmp/w.out
until [ "$(total $CGROUPS/s/memory.pressure some)" -ge 300000 ]; do :; done
kill -9 "$started"
stall=$(total $CGROUPS/s/memory.pressure some)
wait "$started"
ended=$(milliseconds)

# array MAP ROW FIELD: its numbers, one a line
array() {
	bpftool map lookup pinned "/sys/fs/bpf/mmp/psi/mmp_$1" key "$2" 0 0 0 |
		tr -s ' \t,[]' '\n' | awk -v field="\"$3\":" '/"/ { on = $1 == field } on && /^[0-9]/'
}
# entered RULE: when it became active, in ms; 0: it never did. Its hold is longer than this test.
entered() { array rules "$1" last_change | awk 'NR == 1 { printf "%d\n", $1 / 1e6 }'; }
has_entered() { [ "$(entered "$1")" -gt 0 ]; }
# ticks FROM TO: how many evaluations began in that time; a sample is read a moment after its tick began
ticks() {
	array signals 3 ring_time | awk -v from="$1" -v to="$2" '
		$1 > from * 1e6 && $1 <= to * 1e6 { n++ } END { print from < to ? n + 1 : 0 }'
}
ok "a stall of 300 ms is seen" wait_until 10 has_entered 3
seen=$(ticks "$ended" "$(entered 3)")
ok "the average moves, too" wait_until 10 has_entered 5
moved=$(ticks "$ended" "$(entered 5)")
diag "a stall of $((stall / 1000)) ms, $((ended - begun)) ms after its task began: seen $seen ticks after its end;" \
	"avg10 moved $moved ticks after, $(ticks "$begun" "$(entered 5)") after the task began"
cmp_ok "$seen" le 2 "within two ticks of its end"
cmp_ok "$moved" gt 10 "when the average has not moved for a second after it"
is "$(entered 4)" 0 "and the average never says what it was"
