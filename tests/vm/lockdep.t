#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The memory hooks on a kernel that checks locks and RCU: the runner fails a test at whose time the
# kernel complained. Nothing here is measured. `make check-vm-kasan` runs it with KASAN.
# vm: flavour=lockdep timeout=90
# host: mkdir -p build/vm && build/mmpc -o build/vm/lockdep.bpf.o tests/vm/policies/lockdep.mmp
. "$PROJECT/tests/vm/lib.sh"
plan 10

load() {
	mmpctl load "$PROJECT/build/vm/lockdep.bpf.o" --cgroup high=above/high --cgroup low=above/low \
		--cgroup batch=above/batch
}

acted() { [ "$(rule_acts lockdep "$1")" -gt 0 ]; }

churn() {
	for i in $(seq 8); do
		mkdir "$CGROUPS/above/pods/$1$i"
		in_cgroup "above/pods/$1$i" workload touch 0 3 >/dev/null
		cgroup_kill "above/pods/$1$i"
		rmdir "$CGROUPS/above/pods/$1$i"
	done
}

cgroup_create above above/high above/low above/batch above/pods
cgroup_create above/pods/old
cgroup_set above/batch memory.max 16M
zram_swap 64
ok 'a policy loads' load
start_in above/high workload faults 1000 300
in_cgroup above/high workload rewrite 0 /mnt/disk/high 4 >/dev/null
sync
active() { [ "$(rule_field lockdep 1 state)" = 2 ]; }
ok 'its rules become active' wait_until 20 active
in_cgroup above/low workload touch 0 4 >/dev/null
ok 'it throttles' acted 0
cgroup_set above memory.reclaim 2M
ok 'it protects' acted 1
in_cgroup above/batch workload file 0 /mnt/disk/batch 24 >/dev/null
cmp_ok "$(rule_field lockdep 2 pages)" gt 0 'it reclaims'
churn a &
churn b
wait $!
is "$(find $CGROUPS/above/pods -mindepth 1 -type d | wc -l)" 1 'cgroups of a glob come and go'
start_in above/batch workload random 20 24
ok 'it is unloaded at work' mmpctl unload lockdep
ok 'and loaded again' load
cgroup_remove above/low
ok 'a cgroup is removed under it' [ ! -e "$CGROUPS/above/low" ]
ok 'the policy unloads' mmpctl unload lockdep
