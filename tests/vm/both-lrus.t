#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# `protect` at low holds on both LRUs where the whole machine runs short; tests/bench/no-kill.t shows that it
# is not the reason for a kill on either. On the multi-generational LRU it is measured against memory.min,
# since memory.low is a hint there; on the classic one against memory.low.
#
# Two groups of 260 MB below the root share 384 MB. make check has the first two rows, both groups active on the
# multi-generational LRU. All six rows take minutes:
#   tests/vm/run --append "mmp_all=1 mmp_seconds=30" --timeout 1800 tests/vm/both-lrus.t
# vm: memory=384 timeout=420
# host: mkdir -p build/vm && printf "protect high when pgfault_rate > 100\n" >build/vm/verbatim.mmp
# host: build/mmpc compile -o build/vm/verbatim.bpf.o build/vm/verbatim.mmp
. "$PROJECT/tests/vm/lib.sh"
. "$PROJECT/tests/vm/contest.sh"

load() { mmpctl load "$PROJECT/build/vm/verbatim.bpf.o" --name line >/tmp/load.out 2>&1; }
unload() { mmpctl unload line >/dev/null; }

is_all() { grep -q '\bmmp_all=1' /proc/cmdline; }

if is_all; then plan 9; else plan 4; fi
zram_swap 1200
contest_row '' 'high, touches' 'low, touches' 'kills'

lru generations
cgroup_create high low
cgroup_set high memory.min max
measure 'multi-gen, memory.min, both active' touch 260
min_high=$high_touches

cgroup_create high low
ok "the line loads" load
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
load
measure 'multi-gen, the line, high idle' hold 260
line_idle_low=$low_touches
unload

lru classic
cgroup_create high low
cgroup_set high memory.low max
measure 'classic, memory.low, both active' touch 260
low_high=$high_touches

cgroup_create high low
load
measure 'classic, the line, both active' touch 260
classic_high=$high_touches classic_low=$low_touches
cmp_ok "$(policy_run line is_multi_gen)" eq 0 "the policy knows the LRU"
is "$(policy_run line gave_way)" 0 "which has no need of giving way"
unload

diag "multi-gen: the idle group's neighbour: $(percent "$line_idle_low" "$min_idle_low") % of memory.min;" \
	"classic: $(percent "$classic_high" "$low_high") % of memory.low"
cmp_ok "$classic_high" gt $((classic_low * 5)) "classic: the line protects"
cmp_ok "$(percent "$line_high" "$min_high")" ge 90 "multi-gen: at least 0.9 of memory.min"
cmp_ok "$(percent "$line_idle_low" "$min_idle_low")" ge 3700 "multi-gen: an idle group's neighbour gets 37 times"
