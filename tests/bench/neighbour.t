#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The example examples/idle-neighbour.mmp by files and by hooks beside static memory.low, on both LRUs. What the
# neighbour of an idle group gets done, in page touches; with `mmp_high=busy` how much of its time a busy group need
# not wait for memory, in percent.
# vm: timeout=1500
# host: mkdir -p build/vm/shown && cp examples/idle-neighbour.mmp build/vm/shown/line.mmp
# host: build/mmpc compile -o build/vm/shown/line.bpf.o build/vm/shown/line.mmp
. "$PROJECT/tests/vm/lib.sh"
. "$PROJECT/tests/vm/neighbour.sh"
. "$PROJECT/tests/stock/hold.sh"
. "$PROJECT/tests/vm/ways.sh"
mode=hold
! grep -q '\bmmp_high=busy' /proc/cmdline || mode=touch
times=$(sed -n 's/.*\bmmp_times=\([0-9]*\).*/\1/p' /proc/cmdline)
turns=$((3 * ${times:-1}))
all=$((6 * turns)) number=0 killed=0 bad=
plan 2

# reached LRU WAY: what is compared
reached() {
	case $mode in
	hold) eval "echo \"\$${1}_${2}_hold_low\"" ;;
	touch) eval "awk -v w=\"\$${1}_${2}_touch_worked\" 'BEGIN { print w / 10 }'" ;;
	esac
}

zram_swap 600
for kind in classic generations; do
	lru $kind
	for turn in $(seq $turns); do
		cell $kind static $mode
		for way in files hooks; do
			cell $kind $way $mode
			figure "by $way, $(title_of $kind)" "$(reached $kind $way)" "$(reached $kind static)"
		done
	done
done
is "$bad" '' 'each policy came into force and was given back'
is "$killed" 0 'nobody was killed'
