#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A rule on usage acts within a charge batch, by a debt in pages: the price is that of 64 pages, whatever
# the kernel's batches are. The sampler looks once in ten seconds here, so that it is too late for all.
# vm: timeout=120
# host: mkdir -p build/vm && build/mmpc -o build/vm/usage.bpf.o tests/vm/policies/usage.mmp
. "$PROJECT/tests/vm/lib.sh"
plan 15

load() {
	cgroup_create box
	ok "$1: the policy loads" mmpctl load "$PROJECT/build/vm/usage.bpf.o"
}

unload() {
	mmpctl unload usage >/dev/null
	cgroup_remove box
}

delays() { policy_field usage acts 0 delays; }
delay_ms() { policy_field usage acts 0 delay_ms; }

load 'anonymous memory'
in_cgroup box workload touch 0 12 >/dev/null
is "$(delays)" 0 'below the bound nothing is delayed'
in_cgroup box workload touch 0 32 >/dev/null
diag "32 MB above 16 MB: $(delays) delays, $(delay_ms) ms"
cmp_ok "$(delays)" ge 58 '16 MB above it cost the delays of 64 batches'
cmp_ok "$(delays)" le 70 'and not many more'
is "$(delay_ms)" $(($(delays) * 20)) 'of 20 ms each'
unload

# Where a batch of 64 pages does not fit, the kernel charges page by page.
load 'near a limit'
cgroup_set box memory.max 20M
in_cgroup box workload file 0 /mnt/disk/box 40 >/dev/null
diag "40 MB written and read in 20 MB, above 16 MB: $(delays) delays, $(delay_ms) ms; memory.max met $(memory_event box max) times"
cmp_ok "$(memory_event box max)" gt 0 'the limit is met'
# Reclaim takes back what the kernel charged ahead, so that some is charged twice.
cmp_ok "$(delay_ms)" ge $((230 * 20)) '64 MB near the limit cost the delays of 256 batches'
cmp_ok "$(delay_ms)" le $((512 * 20)) 'and not one for each of 16,384 pages'
unload

load 'huge pages'
start_in box workload thp 1000 64 >/tmp/thp
wait_until 60 grep -q huge= /tmp/thp
during=$(delay_ms)
diag "$(cat /tmp/thp); 64 MB of huge pages: $(delays) delays, $during ms"
cmp_ok "$(counter huge "$(cat /tmp/thp)")" ge 60000 'huge pages are used'
cmp_ok "$during" le 600 'they do not sleep'
in_cgroup box workload touch 0 1 >/dev/null
diag "and 1 MB of small ones: $(delays) delays, $(delay_ms) ms"
cmp_ok "$(delay_ms)" ge 2000 'but are owed for: the next small charges pay'
unload
is "$(mmpctl list --format=json | grep -c '"name"')" 0 'all is gone'
ok 'the kernel is left as it was' mmpctl doctor
