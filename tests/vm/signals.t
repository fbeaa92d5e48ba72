#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Every signal is what the kernel's own files say, within what moves between two looks. Rates have
# tests of their own (accuracy.t); here they must be known, and zero where nothing happens.
# vm: timeout=120 memory=768
# host: mkdir -p build/vm && build/mmpc -Wno-shadowed-rule -o build/vm/signals.bpf.o tests/vm/signals.mmp
# host: build/mmpc --emit=plan tests/vm/signals.mmp >build/vm/signals.plan
. "$PROJECT/tests/vm/lib.sh"
plan 36

pins=/sys/fs/bpf/mmp/signals

# field ROW NAME
field() {
	bpftool map lookup pinned $pins/mmp_signals key "$1" 0 0 0 |
		sed -n "s/^ *\"$2\": \([-0-9]*\),*$/\1/p" | head -n 1
}

# row NAME [percent]
row() {
	sed -n "s/^signal [0-9]* $1${2:+, percent of its limit}, rows \([0-9]*\)\.\..*/\1/p" \
		"$PROJECT/build/vm/signals.plan" | head -n 1
}

# near SIGNAL PERCENT-OR-EMPTY WANT SLACK
near() {
	at=$(row "$1" "$2")
	got=$(field "$at" value)
	known=$(field "$at" is_known)
	if [ "$known" = 1 ] && [ $((got - $3)) -le "$4" ] && [ $(($3 - got)) -le "$4" ]; then
		pass "$1 ${2:+in percent }is $3"
	else
		fail "$1 ${2:+in percent }is $3"
		diag "row $at: got '$got', known '$known', may differ by $4"
	fi
}

known() {
	if [ "$(field "$(row "$1")" is_known)" = 1 ]; then
		pass "$1 is known"
	else
		fail "$1 is known"
	fi
}

psi() { # FILE KIND WINDOW: in hundredths of a percent
	sed -n "s/^$2 .*$3=\([0-9]*\)\.\([0-9]*\) .*/\1\2/p" "$1" | sed 's/^0*\(.\)/\1/'
}

kilobytes() { awk -v k="$1:" '$1 == k { print $2 * 1024 }' /proc/meminfo; }

zram_swap 200
cgroup_create box box/app
cgroup_set box/app memory.max 100M
cgroup_set box/app memory.high 80M
cgroup_set box/app memory.low 5M
cgroup_set box/app memory.min 3M
ok "the policy loads" mmpctl load "$PROJECT/build/vm/signals.bpf.o" --cgroup app=box/app
# Over memory.high for a while, so that there is swap, pressure and events; then at rest.
in_cgroup box/app workload touch 4 110 >/dev/null
start_in box/app workload hold 1000 40 >/tmp/holding
wait_until 30 has_lines /tmp/holding 1
is_zero() { [ "$(field "$(row "$1")" is_known)$(field "$(row "$1")" value)" = 10 ]; }
at_rest() { is_zero 'app.refault_rate\[1s\]' && is_zero 'app.swapout_rate\[1s\]' && is_zero 'app.charge_rate\[1s\]'; }
wait_until 30 at_rest

cgroup=$CGROUPS/box/app
slack=$((1 * MIB))
near app.usage "" "$(cgroup_get box/app memory.current)" $slack
near app.usage percent $(($(cgroup_get box/app memory.current) * 100 / MIB)) 100
near app.max "" $((100 * MIB)) 0
near app.high "" $((80 * MIB)) 0
near app.low "" $((5 * MIB)) 0
near app.min "" $((3 * MIB)) 0
near app.anon "" "$(memory_stat box/app anon)" $slack
near app.file "" "$(memory_stat box/app file)" $slack
near app.shmem "" "$(memory_stat box/app shmem)" 0
near app.slab "" "$(memory_stat box/app slab)" $slack
near app.swap "" "$(cgroup_get box/app memory.swap.current)" 0
cmp_ok "$(psi "$cgroup/memory.pressure" some avg60)" gt 0 "there was pressure"
for kind in some full; do
	for window in avg10 avg60 avg300; do
		near "app.psi.$kind.$window" "" "$(psi "$cgroup/memory.pressure" $kind $window)" 200
	done
done
near system.psi.some.avg10 "" "$(psi /proc/pressure/memory some avg10)" 200
near system.psi.full.avg10 "" "$(psi /proc/pressure/memory full avg10)" 200
near system.mem_available "" "$(kilobytes MemAvailable)" $((4 * MIB))
near system.mem_available percent \
	$(($(kilobytes MemAvailable) / 100 * 10000 / ($(kilobytes MemTotal) / 100))) 100
near system.swap_free "" "$(kilobytes SwapFree)" 0
near system.swap_free percent $(($(kilobytes SwapFree) / 100 * 10000 / ($(kilobytes SwapTotal) / 100))) 1
near app.parent.usage "" "$(cgroup_get box memory.current)" $slack
for event in low high max oom oom_kill; do
	near app.events.$event "" 0 0
done
near 'app.refault_rate\[1s\]' "" 0 0
near 'app.swapout_rate\[1s\]' "" 0 0
near 'app.charge_rate\[1s\]' "" 0 0
known 'app.pgscan_rate\[1s\]'
known 'system.pgfault_rate\[1s\]'
