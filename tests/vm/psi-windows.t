#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# psi.some[W] and psi.full[W] are what memory.pressure's total says, at once: over the windows of a
# thrashing group, and for a stall that is short. The short form, 20 windows, allows 20 %: signal and
# total are not read at one moment. `mmp_windows=100` makes it the long form, which allows 10 %.
# vm: timeout=300
# host: mkdir -p build/vm && printf "tick 100ms\nnotify \"full\" when m.psi.full[1s] > 1%% hold 1s\nnotify \"some\" when m.psi.some[1s] > 1%% hold 1s\nnotify \"all\" when system.psi.some[1s] > 1%% hold 1s\nnotify \"stall\" when s.psi.some[300ms] > 50%% hold 1s\nnotify \"average\" when s.psi.some.avg10 > 50%% hold 1s\nnotify \"moved\" when s.psi.some.avg10 > 1%% hold 1s\n" >build/vm/psi.mmp
# host: build/mmpc compile -o build/vm/psi.bpf.o build/vm/psi.mmp
. "$PROJECT/tests/vm/lib.sh"
windows=$(sed -n 's/.*\bmmp_windows=\([0-9]*\).*/\1/p' /proc/cmdline)
: "${windows:=20}"
if [ "$windows" -ge 100 ]; then slack=1; else slack=2; fi # tenths
plan 9
zram_swap 400
cgroup_create m s
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

# A stall of some 300 ms: a task over memory.high is made to wait. The time of a file is exact.
cgroup_set s memory.high 4M
in_cgroup s timeout -s KILL 0.4 workload touch 1 40 >/dev/null 2>&1
touch ended
ended=$(stat -c %y ended | awk '{ split($2, t, ":"); printf "%d\n", (t[1] * 3600 + t[2] * 60 + t[3]) * 1000 }')
stall=$(total $CGROUPS/s/memory.pressure some)

# ticks_to NAME: from the end of the stall to the event, rounded up; below 0: it came before
ticks_to() {
	sed -n "s/.*\"time\": *\([0-9.]*\).*\"$1\".*/\1/p" events | head -n 1 |
		awk -v end="$ended" '{ d = ($1 % 86400) * 1000 - end; n = int(d / 100); if (d / 100 > n) n++; print n }'
}
# What has been read once is not there any more.
has_event() { mmpctl events --format=json >>events && grep -q "\"$1\"" events; }
ok "a short stall is seen" wait_until 10 has_event stall
wait_until 10 has_event moved
diag "a stall of $((stall / 1000)) ms: seen $(ticks_to stall) ticks after its end; avg10 moved $(ticks_to moved) after"
not_ok "and the average never says what it was" has_event average
