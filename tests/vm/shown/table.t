#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What `make demo` ends with: one table of no policy, static memory.low, the policy by files and by
# hooks, each with a busy and an idle group `high`, on both LRUs. `mmp_lru=classic` or `generations` does
# one of them.
# vm: timeout=900
# host: mkdir -p build/vm/shown && cp examples/idle-neighbour.mmp build/vm/shown/line.mmp
# host: build/mmpc compile -o build/vm/shown/line.bpf.o build/vm/shown/line.mmp
. "$PROJECT/tests/vm/lib.sh"
. "$PROJECT/tests/vm/neighbour.sh"
. "$PROJECT/tests/stock/hold.sh"
. "$PROJECT/tests/vm/ways.sh"
kinds=$(sed -n 's/.*\bmmp_lru=\([a-z]*\).*/\1/p' /proc/cmdline)
: "${kinds:=classic generations}"
rows='none static files hooks'

value() { eval "echo \"\${$1}\""; } # LRU_ROW_MODE_GROUP

table() {
	printf '# %-20s' ''
	for kind in $kinds; do printf ' | %-46s' "$(title_of "$kind"), page touches of"; done
	printf '\n# %-20s' ''
	for kind in $kinds; do printf ' | %11s %9s %11s %12s' 'busy high' 'not wait' 'its low' 'idle: low'; done
	echo
	for row in $rows; do
		printf '# %-20s' "$(title_of "$row")"
		for kind in $kinds; do
			printf ' | %11s %9s %11s %12s' "$(value "${kind}_${row}_touch_high")" \
				"$(in_percent "$(value "${kind}_${row}_touch_worked")")" \
				"$(value "${kind}_${row}_touch_low")" "$(value "${kind}_${row}_hold_low")"
		done
		echo
	done
	diag "(not wait: for how much of the time a busy high did not wait for memory)"
}

plan $((2 + 4 * $(echo $kinds | wc -w)))
zram_swap 600
all=$((8 * $(echo $kinds | wc -w))) number=0 killed=0 bad=
for kind in $kinds; do
	lru "$kind"
	for row in $rows; do
		cell "$kind" "$row" touch
		cell "$kind" "$row" hold
	done
done
is "$bad" '' 'each policy came into force and was given back'
is "$killed" 0 'nobody was killed'
for kind in $kinds; do
	base=$(value "${kind}_static_touch_worked")
	idle=$(value "${kind}_static_hold_low")
	for way in files hooks; do
		how="by $way, $(title_of "$kind")"
		busy=$(value "${kind}_${way}_touch_worked") neighbour=$(value "${kind}_${way}_hold_low")
		cmp_ok "$(percent "$busy" "$base")" ge 90 \
			"$how: a busy high need not wait in $(in_percent "$busy") of the time (memory.low: $(in_percent "$base"); on a par: 0.9 of it)"
		cmp_ok "$neighbour" ge $((idle * 37)) \
			"$how: the neighbour of an idle one gets $(ratio "$neighbour" "$idle") times (at least 37)"
	done
done
diag
table
