#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# One line gives huge pages while the machine is calm, base pages while a neighbour makes memory
# pressure, and huge pages again when that is over: `thp order 9 when psi < 10`.
# vm: timeout=300
# host: mkdir -p build/vm
# host: build/mmpc compile -Wno-thp-exact-order -o build/vm/thp-under-pressure.bpf.o examples/thp-under-pressure.mmp
. "$PROJECT/tests/vm/lib.sh"
. "$PROJECT/tests/vm/thp.sh"
plan 19

policy=thp-under-pressure
calm() { rule_is $policy thp-1 active; }
pressed() { rule_is $policy thp-1 idle; }

# use_64_mb: kB of huge pages in /tmp/huge, thp_fault_alloc in $faults
use_64_mb() {
	faults_before=$(vmstat thp_fault_alloc)
	counter huge "$(workload thp 0 64)" >huge
	faults=$(($(vmstat thp_fault_alloc) - faults_before))
}

like "$(grep -v '^#' "$PROJECT/examples/$policy.mmp")" '^thp order 9 when psi < 10$' "the policy is this line"
thp_mode madvise
zram_swap 256
cgroup_create noisy
cgroup_set noisy memory.max 24M
use_64_mb
is "$(cat huge)" 65536 "without a policy: 64 MB of huge pages"

ok "the policy loads" mmpctl load "$PROJECT/build/vm/$policy.bpf.o"
ok "its rule is active" wait_until 20 calm
use_64_mb
is "$(cat huge)" 65536 "calm: 64 MB of huge pages"
cmp_ok "$faults" ge 32 "thp_fault_alloc rises by 32"

start_in noisy workload touch 1000 64 >/dev/null
noisy=$started
ok "a neighbour makes pressure" wait_until 60 pressed
like "$(mmpctl status --explain thp-1)" "system.psi.some.avg10" "status explains by which signal"
acts=$(acted $policy thp-1)
use_64_mb
is "$(cat huge)" 0 "under pressure: base pages"
is "$faults" 0 "no fault brings a huge page"
cmp_ok "$(($(acted $policy thp-1) - acts))" ge 32 "the rule is counted for it"
ok "it is still so" pressed

kill "$noisy"
wait "$noisy" 2>/dev/null
ok "the pressure goes" wait_until 90 calm
use_64_mb
is "$(cat huge)" 65536 "calm again: 64 MB of huge pages"
cmp_ok "$faults" ge 32 "by faults"
is "$(memory_event noisy oom_kill)" 0 "nobody was killed"
ok "it is unloaded" mmpctl unload $policy
use_64_mb
is "$(cat huge)" 65536 "huge pages without it, too"
ok "doctor finds nothing left over" mmpctl doctor
