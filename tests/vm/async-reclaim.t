#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The kernel series' other scenario: files are written and read in a group of 32 MB without swap, 64 MB
# by one writer, 32 MB each by four. Alone they meet memory.max again and again; with `reclaim`, whose
# pace delays those who charge while a work item frees memory, never; on both LRUs. Reclaim without pace
# is shown.
# vm: timeout=300
# host: mkdir -p build/vm && build/mmpc -o build/vm/pace.bpf.o tests/vm/policies/pace.mmp
# host: build/mmpc -o build/vm/no-pace.bpf.o tests/vm/policies/no-pace.mmp
. "$PROJECT/tests/vm/lib.sh"
plan 26

# write_files POLICY BUSY PATH-MB...: into $met, the number of times that memory.max was met
write_files() {
	policy=$1
	busy_loops=$2
	shift 2
	cgroup_create batch
	cgroup_set batch memory.max 32M
	[ "$policy" = none ] || mmpctl load "$PROJECT/build/vm/$policy.bpf.o" --name batch >/dev/null
	for _ in $(seq "$busy_loops"); do
		workload busy 1000 >/dev/null &
		echo $! >>/tmp/busy
	done
	begin=$(milliseconds)
	pids=
	for megabytes; do
		start_in batch workload file 0 "/mnt/disk/batch$#$pids" "$megabytes" >/dev/null
		pids=$pids$started,
	done
	# shellcheck disable=SC2046 # numbers
	wait $(echo "$pids" | tr , ' ')
	took=$(($(milliseconds) - begin))
	met=$(memory_event batch max)
	peak=$(cgroup_get batch memory.peak)
	diag "$policy, $# writers, $busy_loops busy loops: memory.max met $met times, $((peak / 1024)) kB at most, $took ms"
	if [ "$policy" != none ]; then
		pages=$(rule_field batch 0 pages)
		delays=$(policy_field batch acts 0 delays)
		diag "    $pages pages reclaimed in $(rule_field batch 0 rounds) rounds and" \
			"$(($(rule_field batch 0 work_ns) / 1000000)) ms; $delays delays," \
			"$(policy_field batch acts 0 delay_ms) ms of them"
		worked=$((($(policy_run batch reclaim_ns) + $(policy_run batch sampler_ns)) / 1000000))
		mmpctl unload batch >/dev/null
	fi
	if [ -e /tmp/busy ]; then
		# shellcheck disable=SC2046 # numbers
		kill $(cat /tmp/busy)
		rm /tmp/busy
	fi
	cgroup_remove batch
	rm /mnt/disk/batch*
}

# What each of the kernel's workers has run, in hundredths of a second. One that idles for minutes ends,
# and takes its time along: so only those count that are there at the end.
workers() {
	cat /proc/[0-9]*/stat 2>/dev/null | awk '$2 ~ /^\(kworker/ { print $1, $14 + $15 }'
}
# since BEFORE: what they have run since then, in ms
since() {
	workers | awk 'NR == FNR { before[$1] = $2; next } { ran += $2 - before[$1] } END { print ran * 10 }' "$1" -
}

# paced TITLE: three checks of the last run
paced() {
	is "$met" 0 "with pace $1: memory.max is never met"
	cmp_ok "$pages" gt 0 "$1: the work item reclaims"
	cmp_ok "$delays" gt 0 "$1: charges are delayed"
}

write_files none 0 64
cmp_ok "$met" ge 10 'without a policy one writer meets memory.max again and again'
write_files none 0 32 32 32 32
cmp_ok "$met" ge 10 'and so do four'
write_files no-pace 0 64
cmp_ok "$pages" gt 0 'reclaim without pace reclaims'
is "$delays" 0 'and delays nobody'
write_files pace 0 64
paced 'one writer'
write_files pace 0 32 32 32 32
paced 'four writers'
write_files pace 2 64
paced 'one writer beside two busy loops'
write_files pace 2 32 32 32 32
paced 'four writers beside two busy loops'

lru generations
write_files none 0 64
cmp_ok "$met" ge 10 'on the multi-generational LRU one writer meets memory.max as well'
write_files none 0 32 32 32 32
cmp_ok "$met" ge 10 'and so do four'
write_files pace 0 64
paced 'one writer on that LRU'
write_files pace 0 32 32 32 32
paced 'four writers on that LRU'
lru classic

# Beside many busy loops a work item waits for a processor more than it runs, and that does not count.
workers >before
write_files no-pace 12 64
ran=$(since before)
diag "processor time of reclaim and sampler: $worked ms; of all the kernel's workers: $ran ms"
cmp_ok "$worked" gt 0 'the processor time of reclaim and sampler is counted'
cmp_ok "$worked" le $((ran + 50)) 'and it is within that of all workers'
