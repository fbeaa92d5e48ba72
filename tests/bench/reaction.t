#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# From the first fault of a burst to protection: the cgroup idles for 3 s, faults for 2 s, over and over. Each burst's
# begin is the load's own, in the clock that the sampler has; the end is the tick from which reclaim is told to
# leave the cgroup alone. Beside it a tick. A neighbour that keeps reclaim going keeps the sampler at its tick; where
# no hook is called it looks once a second.
# vm: timeout=300
# host: mkdir -p build/vm && echo 'protect high when pgfault_rate > 100 hold 0s' >build/vm/burst.mmp
# host: build/mmpc compile -o build/vm/burst.bpf.o build/vm/burst.mmp
. "$PROJECT/tests/vm/lib.sh"
times=$(sed -n 's/.*\bmmp_times=\([0-9]*\).*/\1/p' /proc/cmdline)
turns=$((5 * ${times:-1})) tick_ms=100
plan 4

zram_swap 300
cgroup_create demo
cgroup_set demo memory.max $((60 * MIB))
cgroup_create demo/high demo/low
ok "the policy loads" mmpctl load "$PROJECT/build/vm/burst.bpf.o" --cgroup high=demo/high

# active_since NS: whether the rule became active after that; the time is in $active_at
active_since() {
	active_at=$(bpftool -j map lookup pinned /sys/fs/bpf/mmp/burst/mmp_rules key 0 0 0 0 |
		sed -n 's/.*"last_change":\(\[[^]]*\]\).*"last_state":\(\[[^]]*\]\).*/\1 \2/p' |
		tr -d '[]' | tr ' ' ',' | awk -F, -v since="$1" '{
			for (i = 1; i <= 4; i++)
				if ($(i + 4) == 2 && $i > since)
					at = $i
			if (at)
				printf "%.0f\n", at
		}')
	[ "$active_at" ]
}
bursts() { grep -c "^level=$rate:2 " wave; }
has_burst() { [ "$(bursts)" -ge "$1" ]; }

# measure RATE WHERE: bursts at that rate
measure() {
	rate=$1
	workload wave 1000 1:3 "$rate:2" >wave &
	pid=$!
	wait_until 20 has_lines wave 1
	echo $pid >$CGROUPS/demo/high/cgroup.procs
	seen=0
	for turn in $(seq $turns); do
		wait_until 20 has_burst "$turn"
		began=$(grep "^level=$rate:2 " wave | sed -n "${turn}s/.*at_ns=//p")
		wait_until 3 active_since "$began" || continue
		seen=$((seen + 1))
		figure "$rate faults a second, $2" \
			"$(awk -v a="$active_at" -v b="$began" 'BEGIN { printf "%.1f", (a - b) / 1e6 }')" $tick_ms
	done
	kill $pid
	wait $pid 2>/dev/null
	is $seen $turns "each burst of $rate faults a second was seen, $2"
}

measure 1000 "nothing reclaims"
start_in demo/low workload touch 1000 80 >low.out
wait_until 60 has_lines low.out 1
measure 200 "a neighbour reclaims"
measure 1000 "a neighbour reclaims"
