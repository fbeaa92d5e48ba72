#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Every example loads, which is to say that the kernel takes its programs; and those of the language's
# intent act, rule by rule, under the load that they are for. (idle-neighbour.t and thp-pressure.t
# show two more, kubernetes.t another.)
# vm: part=2 timeout=400
# host: mkdir -p build/vm && for i in examples/*.mmp; do
# host: build/mmpc compile -o build/vm/example-$(basename $i .mmp).bpf.o $i; done
. "$PROJECT/tests/vm/lib.sh"
. "$PROJECT/tests/vm/thp.sh"

names='agents async-reclaim batch-drain containers database desktop hysteresis idle-neighbour kernel-sample
kubernetes kubernetes-cgroupfs monitor-first notify senpai systemd thp-by-context thp-under-pressure'
plan 62

load() { mmpctl load "$PROJECT/build/vm/example-$1.bpf.o" --name example >/dev/null; }
unload() { mmpctl unload example >/dev/null; }
has_acted() { [ "$(rule_acts example "$1")" -gt 0 ]; }
reclaimed() { [ "$(rule_field example "$1" pages)" -gt 0 ]; }
active() { [ "$(rule_field example "$1" state)" = 2 ]; }

# file_load CGROUP SECONDS MB
file_load() { start_in "$1" workload file "$2" "/mnt/disk/$(basename "$1")" "$3" >/dev/null; }

cgroup_create high low batch noisy web service db kubepods.slice kubepods.slice/pod kubepods.slice/other
cgroup_create kubepods.slice/kubepods-besteffort.slice kubepods.slice/kubepods-burstable.slice
cgroup_create kubepods kubepods/besteffort kubepods/burstable user.slice agents.slice
cgroup_create system.slice system.slice/postgresql.service
is "$(cd "$PROJECT/examples" && ls -- *.mmp | wc -l)" "$(echo $names | wc -w)" 'all examples are here'
# Huge pages by context. khugepaged is let loose only when the calm minute that one rule waits for is over.
# That rule's answer is then the kernel's own, so no counter tells of it.
thp_mode always
echo 1000000 >$THP/khugepaged/scan_sleep_millisecs
redis_gets() { counter huge "$(tell redis huge 8192)"; }
mmpctl load "$PROJECT/build/vm/example-thp-by-context.bpf.o" --name context >/dev/null
ok 'thp-by-context: its rules become active' wait_until 10 rule_is context thp-2 active
obedient redis high
tell redis name redis-server >/dev/null
is "$(redis_gets)" 0 'thp-by-context: no huge pages for the faults of redis'
tell redis name other >/dev/null
cmp_ok "$(redis_gets)" gt 0 'and the largest for others'
tell redis name redis-server >/dev/null
ok 'thp-by-context: a calm minute makes its second rule active' wait_until 90 rule_is context thp-redis-2 active
tell redis keep 8192 >/dev/null
is "$(counter huge "$(tell redis kept)")" 0 'what redis then faults in still gets none'
echo 4096 >$THP/khugepaged/pages_to_scan
echo 100 >$THP/khugepaged/scan_sleep_millisecs
redis_has_huge() { [ "$(counter huge "$(tell redis kept)")" -gt 0 ]; }
ok 'and khugepaged makes some of it' wait_until 60 redis_has_huge
cgroup_set noisy memory.max 4M
file_load noisy 1000 32
ok 'thp-by-context: pressure makes its third rule active' wait_until 60 rule_is context thp-1 active
acts=$(acted context thp-1)
tell redis name other >/dev/null
is "$(redis_gets)" 0 'and nobody gets the largest any more'
cmp_ok "$(acted context thp-1)" gt "$acts" 'by that rule'
mmpctl unload context >/dev/null
cgroup_kill high
cgroup_kill noisy
# What khugepaged collapses is charged, too, and would take the groups below to their limits.
thp_mode madvise
echo 1000000 >$THP/khugepaged/scan_sleep_millisecs

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
start_in high workload faults 1000 50
ok 'kernel-sample: its rule becomes active' wait_until 10 active 1
in_cgroup low workload touch 0 8 >/dev/null
ok 'kernel-sample throttles the low one' has_acted 1
cgroup_set . memory.reclaim 4M 2>/dev/null
ok 'kernel-sample protects the high one' has_acted 0
is "$(memory_stat high pgscan)" 0 'so reclaim leaves it alone'
unload

in_cgroup web workload file 0 /mnt/disk/web 16 >/dev/null
load senpai
ok 'senpai reclaims from a group without pressure' wait_until 20 reclaimed 0
unload

cgroup_set service memory.max 16M
file_load service 1000 48
load batch-drain
file_load batch 1000 48
ok 'batch-drain reclaims while the service refaults' wait_until 20 reclaimed 0
ok 'and slows the batch' wait_until 20 has_acted 1
unload

load hysteresis
start_in db workload faults 1000 1000
ok 'hysteresis: its rule becomes active' wait_until 10 active 1
in_cgroup batch workload touch 0 8 >/dev/null
ok 'hysteresis throttles the batch' has_acted 1
unload

load notify
cgroup_set web memory.max 4M
cgroup_set web memory.swap.max 0
in_cgroup web workload touch 0 16 >/dev/null 2>&1
ok 'notify tells of a killed task' wait_until 10 has_acted 1
unload

load containers
cgroup_set kubepods.slice/pod memory.max 16M
pod=$(slot_of example kubepods.slice/pod)
protects=$((4096 + pod)) # the second rule's row
zram_swap 64
start_in kubepods.slice/pod workload touch 1000 24 >/dev/null
ok 'containers: a pod that reads its pages back enters the rule' wait_until 30 active "$protects"
cmp_ok "$(rule_field example "$protects" entered)" gt 0 'which is counted'
answered=$(rule_acts example "$protects")
cgroup_set kubepods.slice memory.reclaim 4M 2>/dev/null # what is left to reclaim may be less
cmp_ok "$(rule_acts example "$protects")" gt "$answered" 'containers protects it from reclaim from above'
other=$(slot_of example kubepods.slice/other)
is "$(rule_field example $((4096 + other)) entered)" 0 'and not a pod that does not'
cgroup_kill kubepods.slice/pod
swapoff /dev/zram0
# Without swap: what is held stays in memory.
for group in high service batch db; do
	cgroup_kill $group
done
meminfo() { awk -v key="$1:" '$1 == key { print int($2 / 1024) }' /proc/meminfo; }
workload hold 1000 $(($(meminfo MemAvailable) - $(meminfo MemTotal) * 7 / 100)) >/dev/null &
short() { [ $(($(meminfo MemAvailable) * 100)) -lt $(($(meminfo MemTotal) * 10)) ]; }
ok 'the machine is short of memory' wait_until 30 short
start_in kubepods.slice/pod workload touch 10 15 >/dev/null
ok 'containers throttles a pod that is full' wait_until 10 has_acted "$pod"
unload
