#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# `swappiness max` reclaims anonymous memory and leaves file pages, even clean ones that nobody reads.
# vm: timeout=120
# host: mkdir -p build/vm && build/mmpc compile -o build/vm/anonymous.bpf.o tests/vm/policies/anonymous.mmp
. "$PROJECT/tests/vm/lib.sh"
plan 5

zram_swap 64
cgroup_create batch
in_cgroup batch sh -c 'dd if=/dev/zero of=/mnt/disk/data bs=1M count=16 2>/dev/null; sync'
start_in batch workload hold 600 24 >/dev/null
held() { [ "$(memory_stat batch anon)" -ge $((23 * MIB)) ]; }
ok 'anonymous memory is there' wait_until 20 held
file=$(memory_stat batch file)
cmp_ok "$file" ge $((15 * MIB)) 'and a file in the page cache'
mmpctl load "$PROJECT/build/vm/anonymous.bpf.o" >/dev/null
falls() { [ "$(cgroup_get batch memory.current)" -lt $((29 * MIB)) ]; }
ok 'reclaim brings usage down' wait_until 30 falls
diag "file $((file / 1024)) kB, then $(($(memory_stat batch file) / 1024)) kB; swapped out $(($(cgroup_get batch memory.swap.current) / 1024)) kB"
cmp_ok "$(cgroup_get batch memory.swap.current)" ge $((8 * MIB)) 'by swapping out anonymous memory'
cmp_ok "$(memory_stat batch file)" ge $((file - MIB)) 'the file stays'
mmpctl unload --all >/dev/null
cgroup_kill batch
swapoff /dev/zram0
