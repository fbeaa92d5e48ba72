#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Which default hold of protect? The line without one, with several, and with `until` at half, both
# groups busy, as a share of static memory.low (classic LRU) or memory.min (multi-generational).
#
#	tests/vm/run --live --append mmp_seconds=60 tests/bench/default-hold.t
#
# `mmp_lru=generations` measures on the other LRU, `mmp_variants=hold-1,half` some of them. `mmp_runs=10`
# measures the verbatim line so many times instead: it is to be at least 0.9 of static protection each
# time, in the time that the group touches pages, and in the time in which it need not wait for memory
# (contest.sh says why not in touches). `mmp_busy=1` has two busy loops in the machine; they can be on the
# host, too.
# vm: memory=384 timeout=3600
# host: mkdir -p build/vm/hold && cd build/vm/hold && for h in 0 1 2 5 10; do
# host: printf "protect high when pgfault_rate > 100 hold ${h}s\n" >hold-$h.mmp; ../../mmpc compile hold-$h.mmp; done
# host: printf "protect high when pgfault_rate > 100 until pgfault_rate < 50 hold 0s\n" >half.mmp
# host: printf "protect high when pgfault_rate > 100\n" >verbatim.mmp
# host: for v in half verbatim; do ../../mmpc compile $v.mmp; done
. "$PROJECT/tests/vm/lib.sh"
. "$PROJECT/tests/vm/contest.sh"
word() { sed -n "s/.*\\bmmp_$1=\\([^ ]*\\).*/\\1/p" /proc/cmdline; }
variants=$(word variants | tr , ' ')
runs=$(word runs)
kind=$(word lru)
busy=$(word busy)
: "${variants:=hold-0 hold-1 hold-2 hold-5 hold-10 half}" "${kind:=classic}"
case $kind in
generations) static_file=memory.min ;;
*) static_file=memory.low ;;
esac

static_row() {
	cgroup_create high low
	cgroup_set high $static_file max
	measure "static $static_file$1" touch 260
	static=$high_ran static_worked=$high_worked
}
variant_row() { # VARIANT [MORE-OF-THE-TITLE]
	cgroup_create high low
	mmpctl load "$PROJECT/build/vm/hold/$1.bpf.o" --name line >/dev/null
	measure "$1$2" touch 260
	mmpctl unload line >/dev/null
}

zram_swap 1200
lru "$kind"
contest_head
beside=
if [ "$busy" ]; then
	beside=', two busy loops'
	workload busy 10000 >/dev/null &
	workload busy 10000 >/dev/null &
fi
static_row "$beside"
cmp_ok "$high_touches" gt $((low_touches * 5)) "static protection protects"
if [ -z "$runs" ]; then
	for variant in $variants; do
		variant_row "$variant" "$beside"
		cmp_ok "$high_ran" gt 0 "$variant: $(percent "$high_ran" "$static") % of static"
	done
fi
for run in $(seq 1 "${runs:-0}"); do
	variant_row verbatim "$beside"
	share=$(percent "$high_ran" "$static")
	cmp_ok "$share" ge 90 "run $run$beside: the line has $share % of static $static_file"
	share=$(percent "$high_worked" "$static_worked")
	cmp_ok "$share" ge 90 "run $run$beside: and $share % of its time without waiting"
done
done_testing
