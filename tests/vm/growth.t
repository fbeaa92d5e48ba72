#!/bin/sh
# What load and stats do grows with the number of cgroups that a glob matches, and no faster. System
# calls are counted, which is the same on a busy host; processor time is told, and not judged.
# vm: part=2 timeout=600
# host: mkdir -p build/vm && build/mmpc compile -o build/vm/pods.bpf.o tests/vm/policies/pods.mmp
. "$PROJECT/tests/vm/lib.sh"
plan 7

object=$PROJECT/build/vm/pods.bpf.o
cgroup_create pods
echo +memory >$CGROUPS/pods/cgroup.subtree_control

# What a command needs of a processor: in the program, and in the kernel.
processor_time() {
	sh -c '"$@" >/dev/null; times' - "$@" | awk 'NR == 2 { print $1 " user, " $2 " kernel" }'
}

for n in 100 200 300; do
	while [ "$(find $CGROUPS/pods -mindepth 1 -type d | wc -l)" -lt $n ]; do
		mkdir "$CGROUPS/pods/p$((made += 1))"
	done
	load=$(kill_at count mmpctl load "$object")
	stats=$(kill_at count mmpctl stats)
	diag "$n cgroups: stats: $(counter calls "$stats") calls, $(processor_time mmpctl stats)"
	mmpctl unload pods >/dev/null
	diag "$n cgroups: load: $(counter calls "$load") calls, $(counter changes "$load") changes, $(processor_time mmpctl load "$object")"
	mmpctl unload pods >/dev/null
	eval "load_$n=$(counter calls "$load") changes_$n=$(counter changes "$load") stats_$n=$(counter calls "$stats")"
done

grows_evenly() { # WHAT FIRST SECOND THIRD: the counts at 100, 200 and 300
	first=$(($3 - $2))
	second=$(($4 - $3))
	difference=$((second - first))
	cmp_ok "${difference#-}" le $((first / 10)) "$1: the third hundred costs what the second did ($first and $second)"
}
# shellcheck disable=SC2154 # set by eval
{
	is "$((changes_200 - changes_100)) $((changes_300 - changes_200))" "100 100" "one change for each cgroup: it is given its slot"
	cmp_ok $((load_300 - load_100)) ge 200 "a load looks at every cgroup"
	grows_evenly load "$load_100" "$load_200" "$load_300"
	cmp_ok $((load_300 - load_100)) le $((200 * 12)) "and with few calls"
	cmp_ok $((stats_300 - stats_100)) ge 200 "so do stats"
	grows_evenly stats "$stats_100" "$stats_200" "$stats_300"
	cmp_ok $((stats_300 - stats_100)) le $((200 * 12)) "and with few calls"
}
