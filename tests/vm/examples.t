#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Every example loads, which is to say that the kernel takes its programs; and those for memory act
# under the load that they are for.
# vm: timeout=240
# host: mkdir -p build/vm && for i in examples/*.mmp; do
# host: build/mmpc compile -o build/vm/example-$(basename $i .mmp).bpf.o $i; done
. "$PROJECT/tests/vm/lib.sh"

names='async-reclaim batch-drain containers hysteresis idle-neighbour kernel-sample monitor-first notify
senpai thp-by-context thp-under-pressure'
plan 35

load() { mmpctl load "$PROJECT/build/vm/example-$1.bpf.o" --name example >/dev/null; }
unload() { mmpctl unload example >/dev/null; }
acted() { [ "$(rule_acts example "$1")" -gt 0 ]; }
reclaimed() { [ "$(rule_field example "$1" pages)" -gt 0 ]; }
active() { [ "$(rule_field example "$1" state)" = 2 ]; }

# file_load CGROUP SECONDS MB
file_load() { start_in "$1" workload file "$2" "/mnt/disk/$(basename "$1")" "$3" >/dev/null; }

cgroup_create high low batch web service db kubepods.slice kubepods.slice/pod
is "$(cd "$PROJECT/examples" && ls -- *.mmp | wc -l)" "$(echo $names | wc -w)" 'all examples are here'
for name in $names; do
	ok "$name loads" load "$name"
	like "$(mmpctl list)" 'example +(enforce|monitor)' "$name is in force"
	unload
done

cgroup_set batch memory.max 32M
load async-reclaim
in_cgroup batch workload file 0 /mnt/disk/batch 48 >/dev/null
ok 'async-reclaim reclaims' reclaimed 0
is "$(memory_event batch max)" 0 'and its group does not meet its limit'
unload

load kernel-sample
start_in high workload faults 60 50
ok 'kernel-sample: its rule becomes active' wait_until 10 active 1
in_cgroup low workload touch 0 8 >/dev/null
ok 'kernel-sample throttles the low one' acted 1
unload

in_cgroup web workload file 0 /mnt/disk/web 16 >/dev/null
load senpai
ok 'senpai reclaims from a group without pressure' wait_until 20 reclaimed 0
unload

cgroup_set service memory.max 16M
file_load service 60 48
load batch-drain
file_load batch 60 48
ok 'batch-drain reclaims while the service refaults' wait_until 20 reclaimed 0
ok 'and slows the batch' wait_until 20 acted 1
unload

load hysteresis
start_in db workload faults 60 1000
ok 'hysteresis: its rule becomes active' wait_until 10 active 1
in_cgroup batch workload touch 0 8 >/dev/null
ok 'hysteresis throttles the batch' acted 1
unload

load notify
cgroup_set web memory.max 4M
cgroup_set web memory.swap.max 0
in_cgroup web workload touch 0 16 >/dev/null 2>&1
ok 'notify tells of a killed task' wait_until 10 acted 1
unload

load containers
cgroup_set kubepods.slice/pod memory.max 16M
pod=$(slot_of example kubepods.slice/pod)
# Without swap: what is held stays in memory.
for group in high service batch db; do
	cgroup_kill $group
done
meminfo() { awk -v key="$1:" '$1 == key { print int($2 / 1024) }' /proc/meminfo; }
workload hold 60 $(($(meminfo MemAvailable) - $(meminfo MemTotal) * 7 / 100)) >/dev/null &
short() { [ $(($(meminfo MemAvailable) * 100)) -lt $(($(meminfo MemTotal) * 10)) ]; }
ok 'the machine is short of memory' wait_until 30 short
start_in kubepods.slice/pod workload touch 10 15 >/dev/null
ok 'containers throttles a pod that is full' wait_until 10 acted "$pod"
unload
