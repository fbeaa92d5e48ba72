#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# `protect` at low by files on the multi-generational LRU, where memory.low is a hint when the whole machine
# runs short: while a rule is active memory.min stands beside it, and is taken back before the kernel would
# kill.
#
# Groups of 150 and 300 MB below the root share 384 MB: more than half of it would not be protected in that
# way. make check has one row, and one danger; all of it takes minutes:
#   tests/vm/run --append "mmp_all=1 mmp_seconds=30" --timeout 1800 tests/stock/generations.t
# vm: series=7.3 memory=384 timeout=420
# host: mkdir -p build/vm && printf "protect high when pgfault_rate > 100\n" >build/vm/verbatim.mmp
# host: build/mmpc compile --emit=manifest -o build/vm/verbatim.plan.json build/vm/verbatim.mmp
. "$PROJECT/tests/vm/lib.sh"
. "$PROJECT/tests/vm/contest.sh"
. "$PROJECT/tests/stock/hold.sh"

run_line() { hold "$PROJECT/build/vm/verbatim.plan.json" --name line; }
end_line() {
	gave_way=$(mmpctl stats line --format=json | sed -n 's/.*"gave_way": \([0-9]*\).*/\1/p')
	mmpctl unload line >/dev/null
	wait "$held"
}
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", b ? a / b : 0 }'; }
is_all() { grep -q '\bmmp_all=1' /proc/cmdline; }
protected() { [ "$(cgroup_get high memory.min)" = max ]; }

if is_all; then plan 13; else plan 8; fi
zram_swap 1200
lru generations
cgroup_create high low
ok 'the line runs' run_line
# contest removes its groups in the end: what stands there is looked at meanwhile
(
	wait_until 60 protected && echo max >/tmp/min
	sleep 1
	cat "$CGROUPS/high/memory.low" >/tmp/low-file
) &
contest_head
measure 'the line, both active' touch 150 300
line_high=$high_touches line_low=$low_touches line_worked=$high_worked line_ran=$high_ran
end_line
diag "high did not wait in $((line_worked / 10)) % of the time; gave way $gave_way times"
is "$(cat /tmp/min) $(cat /tmp/low-file)" 'max max' 'memory.min stands beside memory.low'
is "$kills" 0 'nobody is killed'
cmp_ok "$line_high" gt $((line_low * 5)) 'the line protects'
cmp_ok "$line_worked" ge 750 'and high need not wait in three quarters of the time'

if is_all; then
	cgroup_create high low
	cgroup_set high memory.min max
	measure 'memory.min, both active' touch 150 300
	diag "the line: $(percent "$line_high" "$high_touches") % of memory.min's touches, $(percent "$line_ran" "$high_ran") % of its time in user mode," \
		"$(percent "$line_worked" "$high_worked") % of the time without waiting"
	cmp_ok "$(percent "$line_ran" "$high_ran")" ge 90 'at least 0.9 of memory.min'
	cgroup_create high low
	cgroup_set high memory.min max
	measure 'memory.min, high idle' hold 150 300
	min_idle_low=$low_touches
	cgroup_create high low
	run_line
	measure 'the line, high idle' hold 150 300
	end_line
	diag "neighbour of an idle group: $(ratio "$low_touches" "$min_idle_low") times memory.min's"
	cmp_ok "$low_touches" ge $((min_idle_low * 37)) 'an idle group leaves its memory to the neighbour'
	is "$kills" 0 'nobody is killed'
fi

# Little swap, and high is file pages, which reclaim could drop: memory.min has the kernel kill.
swapoff /dev/zram0
dd if=/dev/zero of=/mnt/disk/swap bs=1M count=32 2>/dev/null
mkswap /mnt/disk/swap >/dev/null
swapon /mnt/disk/swap
high_has() { [ "$(memory_stat high file)" -gt $(($1 * MIB)) ]; }
# danger HOW: high reads 130 MB of a file over and over, and low wants 240 MB of its own, once
danger() {
	cgroup_create high low
	case $1 in
	static) cgroup_set high memory.min max ;;
	line) run_line ;;
	esac
	start_in high workload file 1000 /mnt/disk/file 130 >/tmp/high.out
	high_pid=$started
	wait_until 60 high_has 120
	[ "$1" = static ] || wait_until 20 protected
	start_in low timeout 60 workload touch 0 240 >/tmp/low.out
	wait "$started"
	kills=$(($(memory_event high oom_kill) + $(memory_event low oom_kill)))
	[ "$1" = static ] || end_line
	diag "$1: $kills killed; low touched $(counter touches "$(cat /tmp/low.out)")"
	kill -9 "$high_pid" 2>/dev/null
	wait "$high_pid" 2>/dev/null
	after=$(cgroup_get high memory.min)
	cgroup_remove high low
}
danger line
diag "gave way $gave_way times"
is "$kills" 0 'little swap: the line is not the reason for a kill'
cmp_ok "$gave_way" gt 0 'since it gives way'
is "$after" 0 'and the old value stands there in the end'
if is_all; then
	danger static
	cmp_ok "$kills" gt 0 'memory.min has the kernel kill'
	all=0
	for _ in 1 2 3 4 5; do
		danger line
		all=$((all + kills))
	done
	is "$all" 0 'the line does not, in 5 more runs'
fi
