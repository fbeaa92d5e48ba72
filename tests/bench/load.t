#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What a load costs for each cgroup that its globs match, up to 4,000 of them, beyond what it costs without any:
# system calls, which are the same on a busy host, beside the three that opening, reading and closing a file take.
# vm: memory=1280 timeout=900
# host: mkdir -p build/vm && build/mmpc compile -o build/vm/eight.bpf.o tests/vm/policies/eight.mmp
. "$PROJECT/tests/vm/lib.sh"
plan 1

cgroup_create g0 g1 g2 g3 g4 g5 g6 g7
for parent in 0 1 2 3 4 5 6 7; do echo +memory >"$CGROUPS/g$parent/cgroup.subtree_control"; done
made=0
so_many() {
	seq $((made + 1)) "$1" | awk -v root="$CGROUPS" '{ print root "/g" $1 % 8 "/c" $1 }' | xargs mkdir
	made=$1
}
calls_of_a_load() {
	counter calls "$(kill_at count mmpctl load "$PROJECT/build/vm/eight.bpf.o" --name eight)"
}

lost=
alone=$(calls_of_a_load)
mmpctl unload eight >/dev/null
diag "no cgroup: $alone calls"
for n in 500 1000 2000 4000; do
	so_many $n
	calls=$(calls_of_a_load)
	[ "$(policy_run eight slots_lost)" = 0 ] || lost="$lost $n"
	mmpctl unload eight >/dev/null || lost="$lost $n"
	diag "$n cgroups: $calls calls"
	figure "$n cgroups" "$(awk -v a="$calls" -v b="$alone" -v n=$n 'BEGIN { printf "%.2f", (a - b) / n }')" 3
done
is "$lost" '' 'each cgroup had its slot each time'
