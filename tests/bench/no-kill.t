#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Protection at low is not the reason for a kill, on the multi-generational LRU neither: with little swap,
# and a protected group that is all file pages, which reclaim could drop, static memory.min and protection
# at min make the kernel kill the neighbour; the line at low gives way before.
#
# A run takes from 15 s to a minute, so this is run by hand; 20 runs each of memory.min and of the line:
#   tests/vm/run --append mmp_rounds=20 --timeout 1800 tests/bench/no-kill.t
# vm: memory=384 timeout=300
# host: mkdir -p build/vm && printf "protect high when pgfault_rate > 100\n" >build/vm/verbatim.mmp
# host: build/mmpc compile -o build/vm/verbatim.bpf.o build/vm/verbatim.mmp
# host: printf "protect high at min when pgfault_rate > 100 hold 5s\n" >build/vm/verbatim-min.mmp
# host: build/mmpc compile -o build/vm/verbatim-min.bpf.o build/vm/verbatim-min.mmp
. "$PROJECT/tests/vm/lib.sh"
rounds=$(sed -n 's/.*\bmmp_rounds=\([0-9]*\).*/\1/p' /proc/cmdline)
: "${rounds:=3}"
plan 5

dd if=/dev/zero of=/mnt/disk/swap bs=1M count=32 2>/dev/null
mkswap /mnt/disk/swap >/dev/null
swapon /mnt/disk/swap

high_has() { [ "$(memory_stat high file)" -gt $(($1 * MIB)) ]; }

# kills_with HOW: of one run in which high reads 200 MB of a file over and over, and low wants 240 MB of
# its own, once
kills_with() {
	cgroup_create high low
	case $1 in
	static) cgroup_set high memory.min max ;;
	*) mmpctl load "$PROJECT/build/vm/$1.bpf.o" --name line >/dev/null ;;
	esac
	start_in high workload file 1000 /mnt/disk/file 200 >/tmp/high.out
	high_pid=$started
	wait_until 60 high_has 190
	sleep 1
	start_in low timeout 60 workload touch 0 240 >/tmp/low.out # all of it, once
	wait "$started"
	kills=$(($(memory_event high oom_kill) + $(memory_event low oom_kill)))
	gave_way=0
	if [ "$1" != static ]; then
		gave_way=$(policy_run line gave_way)
		mmpctl unload line >/dev/null
	fi
	diag "$1: $kills killed; low touched $(counter touches "$(cat /tmp/low.out)"), gave way $gave_way times"
	kill -9 "$high_pid" 2>/dev/null
	wait "$high_pid" 2>/dev/null
	cgroup_remove high low
}

# all_with HOW: the same in so many rounds
all_with() {
	all=0 given=0 rounds_with=0
	for _ in $(seq "$rounds"); do
		kills_with "$1"
		all=$((all + kills)) given=$((given + gave_way))
		rounds_with=$((rounds_with + (kills > 0)))
	done
	diag "$1: kills in $rounds_with of $rounds runs"
}

lru generations
all_with static
cmp_ok "$all" gt 0 "memory.min has the kernel kill"
kills_with verbatim-min
cmp_ok "$kills" gt 0 "so has protection at min"
all_with verbatim
is "$all" 0 "the line at low does not, in $rounds runs"
cmp_ok "$given" gt 0 "since it gives way"
lru classic
kills_with verbatim
is "$kills" 0 "nor on the classic LRU"
