#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A kernel without the hooks that can reclaim from BPF, as 7.4 is expected to be: policies of reclaim and
# notify load as they are and work without a process; what else needs the hooks is refused.
# vm: flavour=next timeout=200
# host: mkdir -p build/vm && printf "reclaim batch when usage > 85%% until usage < 70%%\nnotify \"it faults\" when batch.pgfault_rate > 100 hold 1s\n" >build/vm/next.mmp
# host: build/mmpc compile -o build/vm/next.bpf.o build/vm/next.mmp
# host: printf "protect batch when pgfault_rate > 100\n" >build/vm/next-protect.mmp
# host: build/mmpc compile -o build/vm/next-protect.bpf.o build/vm/next-protect.mmp
. "$PROJECT/tests/vm/lib.sh"
plan 17
zram_swap 600

cgroup_create batch
cgroup_set batch memory.max 100M

# The most that the writer, which takes what it is given over and over, used while it ran; max: events
write_slowly() { # seconds
	: >/tmp/usage
	start_in batch workload grow "$1" "$2" >/tmp/grow.out
	writer=$started
	while kill -0 "$writer" 2>/dev/null; do
		cgroup_get batch memory.current >>/tmp/usage
		sleep 0.1
	done
	wait "$writer"
	most=$(sort -n /tmp/usage | tail -n 1)
	diag "wrote $(counter pages "$(cat /tmp/grow.out)") pages; at most $((most / MIB)) MB of 100," \
		"events max $(memory_event batch max)"
}

out=$(mmpctl load "$PROJECT/build/vm/next.bpf.o" --name next 2>&1)
is $? 0 "the policy loads"
like "$out" "no hook for charges: reclaim does without pace" "what cannot be had is said"
like "$out" "0 attachments" "nothing is attached"
is "$(bpftool struct_ops list 2>/dev/null | grep -c memcg_bpf_ops)" 0 "there are no hooks"
is "$(cat /proc/[0-9]*/comm | grep -c mmpctl)" 0 "there is no process"
is "$(policy_run next is_exact)" 1 "rates are exact all the same"

# How fast it reclaims when it has to: a group that is filled at once.
start_in batch workload hold 60 95 >/tmp/hold.out
filler=$started
low_enough() { [ "$(cgroup_get batch memory.current)" -lt $((71 * MIB)) ]; }
above() { [ "$(cgroup_get batch memory.current)" -gt $((84 * MIB)) ]; }
wait_until 30 above
began=$(milliseconds)
ok "usage goes below where it stops" wait_until 60 low_enough
took=$(($(milliseconds) - began + 1))
rate=$((20 * 1000 / took + 1))
diag "about 20 MB in $took ms: $rate MB/s"
kill "$filler"
wait "$filler" 2>/dev/null
cmp_ok "$(rule_field next 0 pages)" gt 1000 "pages were reclaimed"
is "$(rule_field next 0 errors)" 0 "without an error"

# Enough to pass the trigger, and more than once.
max_before=$(memory_event batch max) pages_before=$(rule_field next 0 pages)
slowly=$((rate / 2 > 1 ? rate / 2 : 1))
write_slowly $((120 / slowly + 1)) $slowly
cmp_ok "$(rule_field next 0 pages)" gt "$pages_before" "the writer is reclaimed from"
cmp_ok "$most" lt $((90 * MIB)) "and stays near the trigger at half that rate"
is "$(memory_event batch max)" "$max_before" "and does not meet its limit"

ok "notify writes an event" wait_until 20 sh -c 'mmpctl events --format=json | grep -q "it faults"'
ok "the policy unloads" mmpctl unload next
mmpctl load "$PROJECT/build/vm/next-protect.bpf.o" >out 2>&1
is $? 5 "protect is refused"
like "$(cat out)" "next-protect.mmp:1: error: this kernel has no hook 'below_low'" "with its line"
like "$(mmpctl doctor 2>&1)" "bpf_proactive_reclaim" "doctor knows what it has"
