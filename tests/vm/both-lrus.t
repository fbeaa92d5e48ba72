#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# `protect` at low holds on both LRUs where the whole machine runs short; tests/bench/no-kill.t shows that it
# is not the reason for a kill on either. On the multi-generational LRU it is measured against memory.min,
# since memory.low is a hint there; on the classic one against memory.low.
#
# Two groups of 260 MB below the root share 384 MB. make check has the first pair of rows, both groups active on
# the multi-generational LRU. All pairs take minutes:
#   tests/vm/run --append "mmp_pairs=active,idle,classic mmp_seconds=30 mmp_idle=260 mmp_settle=30" \
#       --timeout 1800 tests/vm/both-lrus.t
# vm: memory=384 timeout=420
# host: mkdir -p build/vm && printf "protect high when pgfault_rate > 100\n" >build/vm/verbatim.mmp
# host: build/mmpc compile -o build/vm/verbatim.bpf.o build/vm/verbatim.mmp
. "$PROJECT/tests/vm/lib.sh"
. "$PROJECT/tests/vm/contest.sh"

load() { mmpctl load "$PROJECT/build/vm/verbatim.bpf.o" --name line >/tmp/load.out 2>&1; }
unload() { mmpctl unload line >/dev/null; }

pairs=$(sed -n 's/.*\bmmp_pairs=\([^ ]*\).*/\1/p' /proc/cmdline | tr , ' ')

# static_row LRU FILE TITLE MODE MB: measured, and the groups are there again
static_row() {
	lru "$1"
	cgroup_create high low
	cgroup_set high "$2" max
	measure "$3" "$4" "$5"
	cgroup_create high low
}

pair_active() {
	static_row generations memory.min 'multi-gen, memory.min, both active' touch 260
	static=$high_ran static_worked=$high_worked
	ok "the line loads" load
	like "$(cat /tmp/load.out)" 'note: the multi-generational LRU is on' "load says which LRU it meets"
	like "$(mmpctl doctor)" 'LRU.*the multi-generational LRU is on' "so does doctor"
	says_which() { mmpctl status line --explain protect-high-1 | grep -q 'refuses reclaim of the machine'; }
	ok "and status --explain" wait_until 20 says_which
	measure 'multi-gen, the line, both active' touch 260
	is "$kills" 0 "nobody is killed"
	cmp_ok "$(policy_run line is_multi_gen)" eq 1 "the policy knows the LRU"
	unload
	cmp_ok "$high_touches" gt $((low_touches * 5)) "multi-gen: the line protects"
	percents memory.min
	[ -z "$pairs" ] ||
		cmp_ok "$(percent "$high_ran" "$static")" ge 90 "multi-gen: at least 0.9 of memory.min"
}

# By memory.min of 220 MB the machine all but stops, so nothing but ask_at can count there (contest.sh). Both
# rows have the same sizes. With mmp_idle=260 it takes the machine more than 10 s to hand the memory over.
idle_mb=$(sed -n 's/.*\bmmp_idle=\([0-9]*\).*/\1/p' /proc/cmdline)
: "${idle_mb:=220}"
pair_idle() {
	static_row generations memory.min "multi-gen, memory.min, $idle_mb MB idle" hold "$idle_mb"
	static=$low_touches
	load
	measure "multi-gen, the line, $idle_mb MB idle" hold "$idle_mb"
	unload
	is "$kills" 0 "nobody is killed"
	cmp_ok "$low_touches" gt $((static * 37)) "multi-gen: an idle group's neighbour gets 37 times"
	[ "$static" = 0 ] || diag "$((low_touches / static)) times"
}

pair_classic() {
	static_row classic memory.low 'classic, memory.low, both active' touch 260
	static=$high_ran static_worked=$high_worked
	load
	measure 'classic, the line, both active' touch 260
	cmp_ok "$(policy_run line is_multi_gen)" eq 0 "the policy knows the LRU"
	is "$(policy_run line gave_way)" 0 "which has no need of giving way"
	unload
	cmp_ok "$high_touches" gt $((low_touches * 5)) "classic: the line protects"
	percents memory.low
	cmp_ok "$(percent "$high_ran" "$static")" ge 90 "classic: at least 0.9 of memory.low"
}

# percents FILE: of the last row, in time that high touches pages, and in time without waiting
percents() {
	diag "the line: $(percent "$high_ran" "$static") % of $1;" \
		"of its time without waiting $(percent "$high_worked" "$static_worked") %"
}

zram_swap 1200
contest_head
for pair in ${pairs:-active}; do "pair_$pair"; done
done_testing
