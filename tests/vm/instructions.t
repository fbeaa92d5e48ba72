#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What a hook costs while no rule is active: instructions on its longest way out that asks no rule,
# as the kernel runs them after verification, the call counters apart. Asking a rule is a call of a
# function of ours, so ways with such a call do not count; helpers and loops' bodies do, once.
#
# In the figures the other side is the program of the kernel's sample (samples/bpf of the patches as posted)
# that does the same work, counted once in the kernel's translation of it. The sample follows each page fault
# by a tracepoint's program, we have none there.
# vm: timeout=120
# host: mkdir -p build/vm && make -s build/vm/loader
# host: build/mmpc --emit=c tests/vm/instructions.mmp -o build/vm/instructions.c
# host: clang -target bpf -mcpu=v3 -O2 -g -DMMP_UNCOUNTED -Ibpf-templates -Igrammar -c build/vm/instructions.c -o build/vm/instructions.bpf.o
# host: printf "protect high when pgfault_rate > 100\n" >build/vm/on-faults.mmp
# host: build/mmpc compile -o build/vm/on-faults.bpf.o build/vm/on-faults.mmp
. "$PROJECT/tests/vm/lib.sh"
plan 10
sample_below_low=24 sample_charged=94 sample_fault=54

# The longest way from the first instruction to an exit, without a call of a subprogram.
longest() {
	awk '
	/^[^ ;].*:$/ { functions++ }
	functions > 1 { exit }
	/^ *[0-9]+: \(/ {
		at = $1 + 0
		if (!count++)
			first = at
		last = at
		wide[at] = $2 == "(18)" ? 2 : 1
		sub(/^ *[0-9]+: /, "")
		text[at] = $0
	}
	END {
		for (at = last; at >= first; at--) {
			if (!(at in text))
				continue
			next_at = at + wide[at]
			way[at] = next_at in way ? way[next_at] : -1
			jump = match(text[at], /goto pc[+-][0-9]+/)
			if (jump) {
				offset = substr(text[at], RSTART + 7) + 0
				target = at + 1 + offset
				if (text[at] !~ /if /)
					way[at] = -1
				if (offset >= 0 && target in way && way[target] > way[at])
					way[at] = way[target]
			}
			if (text[at] ~ /exit/)
				way[at] = 0
			if (text[at] ~ /call pc/)
				way[at] = -1
			if (way[at] >= 0)
				way[at] += wide[at]
		}
		print count ? way[first] : -1
	}'
}

instructions() {
	bpftool prog dump xlated name "$1" >/tmp/dump 2>/tmp/dump.err || diag "$(cat /tmp/dump.err)"
	longest </tmp/dump
}

# at_most LIMIT SAMPLE PROGRAM WHAT
at_most() {
	got=$(instructions "$3")
	diag "$3: $got instructions, at most $1"
	if [ "$got" -gt 0 ] 2>/dev/null; then
		figure "$4" "$got" "$2"
		cmp_ok "$got" le "$1" "$4"
	else
		fail "$4: not measured"
	fi
}

# The measure itself: three ways, one through a subprogram; the second is the longest that counts.
is "$(printf '%s\n' 'int f(void):' '   0: (b7) r0 = 0' '   1: (15) if r1 == 0x0 goto pc+4' \
	'   2: (18) r2 = map[id:1][0]+0' '   4: (15) if r2 == 0x0 goto pc+1' \
	'   5: (85) call pc+3#sub' '   6: (95) exit' 'int sub(void):' '   7: (95) exit' | longest)" \
	6 "the measure measures"
"$PROJECT/build/vm/loader" "$PROJECT/build/vm/instructions.bpf.o" wait >/tmp/loader 2>&1 &
loaded() { bpftool prog list | grep -q g_pods_memcg_charged; }
ok "the policy loads" wait_until 30 loaded || diag "$(tail -n 20 /tmp/loader)"
at_most 12 $sample_below_low g_high_below_low "below_low of a named cgroup"
at_most 12 $sample_below_low g_bound_below_low "below_low of a named cgroup with 'up to'"
at_most 30 $sample_below_low g_pods_below_low "below_low of a glob"
at_most 40 $sample_charged g_low_memcg_charged "memcg_charged, fixed throttle"
at_most 40 $sample_charged g_batch_memcg_charged "memcg_charged, reclaim by usage with pace"
at_most 40 $sample_charged g_pods_memcg_charged "memcg_charged of a glob, by usage"

# What is attached by a whole policy: its struct_ops alone.
cgroup_create high
mmpctl load "$PROJECT/build/vm/on-faults.bpf.o" >/dev/null
links=$(bpftool link list | grep -E '^[0-9]+: ')
like "$links" struct_ops "a policy is attached"
on_faults=$(echo "$links" | grep -vc struct_ops)
figure "each page fault of a named cgroup" "$on_faults" $sample_fault
is "$on_faults" 0 "nothing runs on page faults"
