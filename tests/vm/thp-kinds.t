#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Rules for page faults, khugepaged, madvise(MADV_COLLAPSE), swap; and that looking into smaps is
# nobody's business.
# vm: timeout=240
# host: mkdir -p build/vm
# host: build/mmpc compile -o build/vm/thp-kinds.bpf.o tests/vm/policies/thp-kinds.mmp
. "$PROJECT/tests/vm/lib.sh"
. "$PROJECT/tests/vm/thp.sh"
plan 26

khugepaged=$THP/khugepaged
thp_mode madvise
khugepaged_sleeps() { echo "$1" >$khugepaged/scan_sleep_millisecs; }
khugepaged_sleeps 1000000
echo 100 >$khugepaged/alloc_sleep_millisecs
cgroup_create app
for name in later never calls swaps free; do
	obedient $name app
	eval "pid_$name=$started"
	tell $name name thp-$name >/dev/null
done
# One page a round, and rounds far from each other: the first process on its list wakes it, others not.
echo 1 >$khugepaged/pages_to_scan
khugepaged_pid=$(grep -lx khugepaged /proc/[0-9]*/comm | sed 's/[^0-9]//g')
slept() { awk '/^voluntary_ctxt/ { print $2 }' "/proc/$khugepaged_pid/status"; }
slept_before=$(slept)
tell free huge 2048 >/dev/null
has_been_up() { [ "$(slept)" -gt "$slept_before" ]; }
wait_until 20 has_been_up

ok "the policy loads" mmpctl load "$PROJECT/build/vm/thp-kinds.bpf.o"
ok "its rules become active" wait_until 10 rule_is thp-kinds swaps active

faults=$(vmstat thp_fault_alloc) collapses=$(vmstat thp_collapse_alloc)
# khugepaged may have been there already, for one, or come between the two readings.
kept=$(counter huge "$(tell later keep 8192)")
cmp_ok "$kept" le "$((2048 * ($(vmstat thp_collapse_alloc) - collapses)))" "'never on pagefault': a fault brings base pages"
cmp_ok "$kept" le 2048 "nearly all are base pages yet"
is "$(vmstat thp_fault_alloc)" "$faults" "thp_fault_alloc says so"
echo 4096 >$khugepaged/pages_to_scan
khugepaged_sleeps 100
has_kept() { [ "$(tell "$1" kept)" = "huge=$2" ]; }
ok "khugepaged makes huge pages of them later" wait_until 60 has_kept later 8192
is "$(vmstat thp_fault_alloc)" "$faults" "without a fault"
cmp_ok "$(($(vmstat thp_collapse_alloc) - collapses))" ge 4 "thp_collapse_alloc says so"
cmp_ok "$(acted thp-kinds later)" ge 4 "the rule acted at each fault"

tell never keep 8192 >answer
scans=$(cat $khugepaged/full_scans)
scanned() { [ "$(cat $khugepaged/full_scans)" -ge $((scans + 3)) ]; }
ok "khugepaged goes round three times" wait_until 60 scanned
is "$(tell never kept)" "huge=0" "'never on khugepaged': it leaves those alone"
cmp_ok "$(acted thp-kinds never)" ge 8 "by the rule"

like "$(tell never collapse)" "error=0 huge=8192" "MADV_COLLAPSE is another kind than khugepaged"
khugepaged_sleeps 1000000
echo 1 >$khugepaged/pages_to_scan
is "$(tell calls keep 8192)" "huge=0" "base pages, and khugepaged sleeps"
like "$(tell calls collapse)" "error=22 huge=0" "'never on collapse': it is refused"

# Pages of 64 kB, swapped out whole, come back whole unless a rule says no.
zram_swap 256
mthp_mode 2048 never
mthp_mode 64 madvise
swap_in() {
	swapped_in=$(mthp_stat 64 swpin)
	tell "$1" keep 8192 >/dev/null
	echo 1G >"$CGROUPS/app/memory.reclaim" 2>/dev/null
	tell "$1" kept >/dev/null
	tell "$1" touch >/dev/null
	echo $(($(mthp_stat 64 swpin) - swapped_in))
}
cmp_ok "$(swap_in free)" ge 64 "without a rule memory is swapped in by 64 kB"
cmp_ok "$(swap_in swaps)" le 4 "'never on swap': by pages"
cmp_ok "$(acted thp-kinds swaps)" ge 64 "by the rule"

# smaps asks the hook about each mapping.
mthp_mode 2048 madvise
hook_calls() {
	bpftool map dump pinned /sys/fs/bpf/mmp/thp-kinds/mmp_calls | tr -d ' \n' |
		grep -o 'count":\[[0-9,]*' | awk -F '[[,]' '{ n += $8 } END { print n }'
}
calls_before=$(hook_calls)
ok "it keeps memory" tell later keep 8192
cmp_ok "$(($(hook_calls) - calls_before))" ge 2048 "calls of the hook are counted"
acts_before=$(acted thp-kinds later) calls_before=$(hook_calls)
ok "smaps is read" sh -c "grep THPeligible /proc/$pid_later/smaps >smaps"
mappings=$(wc -l <smaps)
cmp_ok "$(($(hook_calls) - calls_before))" ge "$mappings" "which calls the hook for each mapping"
is "$(acted thp-kinds later)" "$acts_before" "but asks no rule"
ok "huge pages may come, smaps says" grep -q "THPeligible: *1" smaps
ok "it is unloaded" mmpctl unload thp-kinds
is "$(huge_of later)" 8192 "all is as before"
