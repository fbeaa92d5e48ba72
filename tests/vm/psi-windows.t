#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# psi.some[W] and psi.full[W] are what memory.pressure's total says, at once: over the windows of a
# thrashing group, and for a stall that is short. The short form, 20 windows, allows 20 %: signal and total are
# not read at one moment, and twenty windows on a busy host have differed by 12 %. `mmp_windows=100` makes it
# the long form, which allows 10 %.
# vm: timeout=300
# host: mkdir -p build/vm && printf "tick 100ms\nnotify \"full\" when m.psi.full[1s] > 1%% hold 1s\nnotify \"some\" when m.psi.some[1s] > 1%% hold 1s\nnotify \"all\" when system.psi.some[1s] > 1%% hold 1s\nnotify \"stall\" when s.psi.some[300ms] > 50%% hold 1s\nnotify \"average\" when s.psi.some.avg10 > 50%%  hold 1s\n" >build/vm/psi.mmp
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
# Of each window: what the signal says at its end, and what the totals' difference over it says.
full=$CGROUPS/m/memory.pressure some=$CGROUPS/m/memory.pressure all=/proc/pressure/memory
sum_full=0 sum_some=0 sum_all=0 true_full=0 true_some=0 true_all=0
for _ in $(seq "$windows"); do
	from=$(milliseconds) from_full=$(total $full full) from_some=$(total $some some)
	from_all=$(total $all some)
	sleep 1
	to_full=$(total $full full) to_some=$(total $some some) to_all=$(total $all some)
	took=$(($(milliseconds) - from))
	sum_full=$((sum_full + $(signal_value psi 0)))
	sum_some=$((sum_some + $(signal_value psi 1)))
	sum_all=$((sum_all + $(signal_value psi 2)))
	# Hundredths of a percent: us in ms, by ten.
	true_full=$((true_full + (to_full - from_full) * 10 / took))
	true_some=$((true_some + (to_some - from_some) * 10 / took))
	true_all=$((true_all + (to_all - from_all) * 10 / took))
done
kill "$load"
wait "$load"

near() { # NAME SUM TRUE-SUM
	diag "$1: $(($2 / windows)) by the signal, $(($3 / windows)) by the total, in hundredths of a" \
		"percent, over $windows windows"
	cmp_ok $(($2 * 10)) ge $(($3 * (10 - slack))) "$1 is no less than 0.$((10 - slack)) of what the total says"
	cmp_ok $(($2 * 10)) le $(($3 * (10 + slack))) "and no more than 1.$slack of it"
}
near psi.full "$sum_full" "$true_full"
near psi.some "$sum_some" "$true_some"
near "the system's psi.some" "$sum_all" "$true_all"

# A stall of some 300 ms: a task over memory.high is made to wait.
cgroup_set s memory.high 4M
in_cgroup s timeout -s KILL 0.4 workload touch 1 40 >/dev/null 2>&1
mmpctl events --format=json >events
ok "a short stall is seen at once" grep -q '"stall"' events
ok "before the average says so" sh -c '! grep -q "\"average\"" events'
diag "$(cat events)"
