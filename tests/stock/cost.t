#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What a tick costs by files, with 1, 100 and 1,000 cgroups: CPU time for a cgroup and tick, beside that of
# merely reading the same files in C.
# vm: series=6.12 timeout=420
# host: mkdir -p build/vm && build/mmpc compile --emit=manifest -o build/vm/cost.plan.json tests/vm/policies/cost.mmp
. "$PROJECT/tests/vm/lib.sh"
plan 4

cgroup_create one two
echo +memory >"$CGROUPS/one/cgroup.subtree_control"
echo +memory >"$CGROUPS/two/cgroup.subtree_control"
made=0
# so_many N: that many cgroups in all, half of them below each
so_many() {
	while [ "$made" -lt "$1" ]; do
		made=$((made + 1))
		parent=one
		[ $((made % 2)) = 1 ] || parent=two
		mkdir "$CGROUPS/$parent/c$made"
	done
}
field() { mmpctl stats cost --format=json | sed -n "s/.*\"$1\": \([0-9.]*\).*/\1/p" | head -n 1; }

for n in 1 100 1000; do
	so_many $n
	rounds=40
	read_ns=$(read_files $rounds 100 "$CGROUPS"/*/c*/memory.stat "$CGROUPS"/*/c*/memory.current |
		sed 's/ns=\([0-9]*\).*/\1/')
	read_ns=$((read_ns / rounds / n))
	mmpctl run "$PROJECT/build/vm/cost.plan.json" --cpu 100% >run.out 2>run.err &
	held=$!
	wait_until 60 grep -q '^running' run.out
	sleep 5 # it opens the files and sees two rounds of looking for cgroups
	ticks=$(field ticks) spent=$(field sampler_s)
	sleep 10
	ticks=$(($(field ticks) - ticks))
	run_ns=$(awk -v a="$spent" -v b="$(field sampler_s)" -v t="$ticks" -v n=$n 'BEGIN { printf "%d", (b - a) * 1e9 / t / n }')
	mmpctl unload cost >/dev/null
	wait "$held"
	ratio=$((run_ns * 100 / read_ns))
	diag "$n cgroups: $run_ns ns a cgroup and tick by files, $read_ns ns for reading alone: $ratio %; $ticks ticks"
	cmp_ok "$ticks" gt 0 "$n cgroups are held"
done
is "$(cat "$CGROUPS"/*/c*/memory.low | sort -u)" 0 'nothing is written'
