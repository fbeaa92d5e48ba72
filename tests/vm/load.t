#!/bin/sh
# A policy is loaded, lives without a process, is listed, and is taken away without a trace.
# host: mkdir -p build/vm && printf 'protect high when pgfault_rate > 100\n' >build/vm/one.mmp
# host: build/mmpc compile -o build/vm/one.bpf.o build/vm/one.mmp
# host: rm -rf build/vm/inexact && cp -r bpf-templates build/vm/inexact
# host: sed -i '/^int mmp_start_exact/,/^}/s/mmp_work_item(0);/&\n\n\tif (*(volatile int *)8L) return 1;/' build/vm/inexact/sampler.bpf.h
# host: build/mmpc compile --emit=c -o build/vm/inexact.c build/vm/one.mmp
# host: clang -target bpf -mcpu=v3 -O2 -g -Ibuild/vm/inexact -Igrammar -c -o build/vm/inexact.bpf.o build/vm/inexact.c
. "$PROJECT/tests/vm/lib.sh"
plan 18

cgroup_create high
census_take
ok "the user's line loads" mmpctl load "$PROJECT/build/vm/one.bpf.o"
like "$(mmpctl list)" "one +enforce +1 +1 +0" "it is listed, armed, with its link"
like "$(mmpctl list --format=json)" '"cgroup": "/high"' "with the cgroup it is attached to"
ok "its link is pinned" test -e /sys/fs/bpf/mmp/one/link_0_high
ok "the kernel shows its link" sh -c 'bpftool link | grep -q struct_ops'
ok "its sampler ticks" wait_until 10 sh -c 'mmpctl list --format=json | grep -q "\"ticks\": [1-9]"'
is "$(find /sys/fs/bpf/mmp -name 'tmp_*')" "" "the loader's directory is gone"
not_ok "the same name again is refused" mmpctl load "$PROJECT/build/vm/one.bpf.o"
like "$(mmpctl load "$PROJECT/build/vm/one.bpf.o" 2>&1)" "already" "by a sentence"
ok "it is unloaded" mmpctl unload one
census_check "links, maps, programs and pins are as before"

# An object whose exact starter no verifier takes: it reads from an address.
out=$(mmpctl load "$PROJECT/build/vm/inexact.bpf.o")
is $? 0 "without its exact starter a policy loads all the same"
like "$out" "^note: this kernel refuses the program that flushes statistics exactly" "with a note"
like "$(mmpctl stats --format=json)" '"exact": false' "its rates are not exact"
start_in high workload faults 1000 400
is_active() { mmpctl status one | grep -q 'protect-high-1 on /high: active'; }
ok "they are there, though: its rule becomes active" wait_until 30 is_active
ok "that is unloaded, too" mmpctl unload one
is "$(mmpctl load "$PROJECT/build/vm/one.bpf.o" | grep -c note)" 0 "the policy as it should be has no note"
mmpctl unload one
cgroup_kill high
ok "the cgroup can be removed" rmdir /sys/fs/cgroup/high
