#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# `protect` at low holds on both LRUs where the whole machine runs short, and is not the reason for a
# kill on either. On the multi-generational LRU it is measured against memory.min, since memory.low is
# a hint there; on the classic one against memory.low.
#
# Two groups of 260 MB below the root share 384 MB. make check has the first two rows, both groups active on the
# multi-generational LRU. All of it takes ten minutes in this machine, the long form with rows of 30 s and 20
# rounds of little swap an hour:
#   tests/vm/run --append mmp_all=1 --timeout 1800 tests/vm/both-lrus.t
#   tests/vm/run --append "mmp_all=1 mmp_seconds=30 mmp_kill_rounds=20" --timeout 7200 tests/vm/both-lrus.t
# vm: memory=384 timeout=420
# host: mkdir -p build/vm && printf "protect high when pgfault_rate > 100\n" >build/vm/verbatim.mmp
# host: build/mmpc compile -o build/vm/verbatim.bpf.o build/vm/verbatim.mmp
# host: printf "protect high at min when pgfault_rate > 100 hold 5s\n" >build/vm/verbatim-min.mmp
# host: build/mmpc compile -o build/vm/verbatim-min.bpf.o build/vm/verbatim-min.mmp
. "$PROJECT/tests/vm/lib.sh"
. "$PROJECT/tests/vm/contest.sh"
rounds=$(sed -n 's/.*\bmmp_kill_rounds=\([0-9]*\).*/\1/p' /proc/cmdline)
: "${rounds:=2}"

load() { mmpctl load "$PROJECT/build/vm/$1.bpf.o" --name line >/tmp/load.out 2>&1; }
unload() { mmpctl unload line >/dev/null; }

is_all() { grep -q '\bmmp_all=1' /proc/cmdline; }

if is_all; then plan 12; else plan 4; fi
zram_swap 1200
contest_row '' 'high, touches' 'low, touches' 'kills'

lru multi
cgroup_create high low
cgroup_set high memory.min max
measure 'multi-gen, memory.min, both active' touch 260
min_high=$high_touches

cgroup_create high low
ok "the line loads" load verbatim
measure 'multi-gen, the line, both active' touch 260
line_high=$high_touches line_low=$low_touches
is "$kills" 0 "nobody is killed"
cmp_ok "$(policy_run line is_multi_gen)" eq 1 "the policy knows the LRU"
unload
diag "multi-gen, both active: $(percent "$line_high" "$min_high") % of memory.min"
cmp_ok "$line_high" gt $((line_low * 5)) "multi-gen: the line protects"
is_all || exit 0

cgroup_create high low
cgroup_set high memory.min max
measure 'multi-gen, memory.min, high idle' hold 260
min_idle_low=$low_touches

cgroup_create high low
load verbatim
measure 'multi-gen, the line, high idle' hold 260
line_idle_low=$low_touches
unload

lru classic
cgroup_create high low
cgroup_set high memory.low max
measure 'classic, memory.low, both active' touch 260
low_high=$high_touches

cgroup_create high low
load verbatim
measure 'classic, the line, both active' touch 260
classic_high=$high_touches classic_low=$low_touches
cmp_ok "$(policy_run line is_multi_gen)" eq 0 "the policy knows the LRU"
is "$(policy_run line gave_way)" 0 "which has no need of giving way"
unload

diag "multi-gen: the idle group's neighbour: $(percent "$line_idle_low" "$min_idle_low") % of memory.min;" \
	"classic: $(percent "$classic_high" "$low_high") % of memory.low"
cmp_ok "$classic_high" gt $((classic_low * 5)) "classic: the line protects"

# Little swap, and a protected group that is all file pages, which reclaim could drop: what refuses
# them to the end makes the kernel kill the neighbour.
swapoff /dev/zram0
echo 1 >/sys/block/zram0/reset
dd if=/dev/zero of=/mnt/disk/swap bs=1M count=32 2>/dev/null
mkswap /mnt/disk/swap >/dev/null
swapon /mnt/disk/swap

# kills_with HOW: of one run in which high reads 200 MB of a file, and low wants 240 MB of its own
kills_with() {
	cgroup_create high low
	case $1 in
	static) cgroup_set high memory.min max ;;
	*) load "$1" ;;
	esac
	start_in high workload file 1000 /mnt/disk/file 200 >/tmp/high.out
	high_pid=$started
	wait_until 60 high_has 190
	sleep 2
	start_in low workload touch 8 240 >/tmp/low.out
	wait "$started"
	kills=$(($(memory_event high oom_kill) + $(memory_event low oom_kill)))
	gave_way=0
	[ "$1" = static ] || gave_way=$(policy_run line gave_way)
	[ "$1" = static ] || unload
	diag "$1: $kills killed; low touched $(touches_of /tmp/low.out), gave way $gave_way times"
	kill -9 "$high_pid"
	wait "$high_pid" 2>/dev/null
	cgroup_remove high low
}

high_has() { [ "$(memory_stat high file)" -gt $(($1 * MIB)) ]; }

lru multi
kills_with static
cmp_ok "$kills" gt 0 "multi-gen, little swap: memory.min has the kernel kill"
kills_with verbatim-min
cmp_ok "$kills" gt 0 "so has protection at min"
all=0
given=0
for _ in $(seq "$rounds"); do
	kills_with verbatim
	all=$((all + kills))
	given=$((given + gave_way))
done
is "$all" 0 "the line does not, in $rounds runs"
cmp_ok "$given" gt 0 "since it gives way"
lru classic
kills_with verbatim
is "$kills" 0 "nor on the classic LRU"
