#!/bin/sh
# host: mkdir -p build/vm && printf 'protect high when pgfault_rate > 100\n' >build/vm/one.mmp
# host: build/mmpc compile -o build/vm/one.bpf.o build/vm/one.mmp
. "$PROJECT/tests/vm/lib.sh"
plan 1
cgroup_create high
mmpctl load "$PROJECT/build/vm/one.bpf.o"
find /sys/fs/bpf
start_in high workload faults 20 50000
sleep 3
date +%s.%N; bpftool map lookup pinned /sys/fs/bpf/mmp/one/mmp_signals key 0 0 0 0 | head -10; date +%s.%N
bpftool map lookup pinned /sys/fs/bpf/mmp/one/mmp_rules key 0 0 0 0
bpftool map lookup pinned /sys/fs/bpf/mmp/one/mmp_acts key 0 0 0 0
bpftool map dump pinned /sys/fs/bpf/mmp/one/mmp_run
signal_value one 0
rule_field one 0 entered
rule_acts one 0
policy_run one ticks
kill $started; wait $started
echo 0 >/proc/sys/kernel/ftrace_enabled
mmpctl unload one
mmpctl load "$PROJECT/build/vm/one.bpf.o"
bpftool map dump pinned /sys/fs/bpf/mmp/one/mmp_run
sleep 3
echo; for f in faults; do for r in 50000 100000 200000; do workload $f 3 $r;  done; done
cd /mnt/disk
for i in 1 2; do workload rewrite 0 x 64; done
workload rewrite 0 y 64
pass all
