#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Which default hold of protect? The line without one, with several, and with `until` at half, both
# groups busy, as a share of static memory.low (classic LRU) or memory.min (multi-generational).
#
#	tests/vm/run --live --append mmp_seconds=60 tests/bench/default-hold.t
#
# `mmp_lru=multi` measures on the other LRU.
# vm: memory=384 timeout=1500
# host: mkdir -p build/vm/hold && cd build/vm/hold && for h in 0 1 2 5 10; do
# host: printf "protect high when pgfault_rate > 100 hold ${h}s\n" >hold-$h.mmp; ../../mmpc compile hold-$h.mmp; done
# host: printf "protect high when pgfault_rate > 100 until pgfault_rate < 50 hold 0s\n" >half.mmp
# host: ../../mmpc compile half.mmp
. "$PROJECT/tests/vm/lib.sh"
. "$PROJECT/tests/vm/contest.sh"
variants=$(sed -n 's/.*\bmmp_variants=\([^ ]*\).*/\1/p' /proc/cmdline | tr , ' ')
kind=$(sed -n 's/.*\bmmp_lru=\([a-z]*\).*/\1/p' /proc/cmdline)
: "${variants:=hold-0 hold-1 hold-2 hold-5 hold-10 half}"
plan $((1 + $(echo $variants | wc -w)))
zram_swap 1200
lru "${kind:-classic}"
cgroup_create high low
case $kind in
multi) cgroup_set high memory.min max ;;
*) cgroup_set high memory.low max ;;
esac
measure 'static' touch 260
static=$high_touches
cmp_ok "$static" gt $((low_touches * 5)) "static protection protects"
for variant in $variants; do
	cgroup_create high low
	mmpctl load "$PROJECT/build/vm/hold/$variant.bpf.o" --name line >/dev/null
	measure "$variant" touch 260
	cmp_ok "$high_touches" gt 0 "$variant: $(percent "$high_touches" "$static") % of static"
	mmpctl unload line >/dev/null
done
