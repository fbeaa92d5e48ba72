#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The kernel series' other scenario without the hooks: 64 MB are written and read in a group of 32 MB. Alone
# it meets memory.max again and again; held by files, with pace, never. `mmp_times=5` does that so often.
# vm: series=7.3 timeout=300
# host: mkdir -p build/vm && build/mmpc compile --emit=manifest -o build/vm/pace.plan.json tests/vm/policies/pace.mmp
# host: build/mmpc compile --emit=manifest -o build/vm/no-pace.plan.json tests/vm/policies/no-pace.mmp
. "$PROJECT/tests/vm/lib.sh"
plan 6

# write_file POLICY: into $met, the number of times that memory.max was met
write_file() {
	cgroup_create batch
	cgroup_set batch memory.max 32M
	if [ "$1" != none ]; then
		rm -f run.out
		mmpctl run "$PROJECT/build/vm/$1.plan.json" --name batch >run.out 2>run.err &
		held=$!
		wait_until 60 grep -q '^running' run.out
		sleep 1 # for its first ticks
		standing=$(cgroup_get batch memory.high)
	fi
	begin=$(milliseconds)
	in_cgroup batch workload file 0 /mnt/disk/batch 64 >/dev/null
	took=$(($(milliseconds) - begin))
	met=$(memory_event batch max)
	diag "$1: memory.max met $met times, $(($(cgroup_get batch memory.peak) / 1024)) kB at most, $took ms"
	if [ "$1" != none ]; then
		mmpctl stats batch --format=json | grep -E '"(rounds|pages|acted)"' | head -n 3 >stats
		diag "$(tr -d '\n' <stats)"
		mmpctl unload batch >/dev/null
		wait "$held"
		ended=$?
		left=$(cgroup_get batch memory.high)
	fi
	cgroup_remove batch
	rm /mnt/disk/batch
}

write_file none
cmp_ok "$met" gt 0 'alone the group meets its limit'
write_file no-pace
diag "reclaim alone meets it $met times"
is "$standing" max 'without pace memory.high is left alone'
is "$ended" 0 'the policy ends'
cmp_ok "$(grep -c '"rounds": [1-9]' stats)" gt 0 'it has reclaimed'
times=$(sed -n 's/.*\bmmp_times=\([0-9]*\).*/\1/p' /proc/cmdline)
all=0 bad=
for _ in $(seq "${times:=1}"); do
	write_file pace
	all=$((all + met))
	[ "$standing" != max ] || bad="$bad no pace"
	[ "$ended $left" = '0 max' ] || bad="$bad ended with $ended, left $left"
done
is "$bad" '' 'with pace memory.high stands where pace begins, and is given back'
is "$all" 0 "and the limit is never met, in $times runs"
