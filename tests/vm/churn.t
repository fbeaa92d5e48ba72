#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# 200 cgroups come and go under a glob's policy while they charge memory, four at a time; nothing of
# them stays.
# vm: timeout=240
# host: mkdir -p build/vm && build/mmpc -o build/vm/churn.bpf.o tests/vm/policies/churn.mmp
. "$PROJECT/tests/vm/lib.sh"
plan 13

bpf_objects() {
	bpftool link list | grep -c '^[0-9]'
	bpftool map list | grep -c '^[0-9]'
	bpftool prog list | grep -c '^[0-9]'
}

dying() { awk '$1 == "nr_dying_descendants" { print $2 }' $CGROUPS/cgroup.stat; }
used_slots() {
	bpftool map dump pinned /sys/fs/bpf/mmp/churn/mmp_slots |
		awk '$1 == "\"cgroup_id\":" && $2 + 0 { n++ } END { print n + 0 }'
}

# live_and_die NAME: charges anonymous and file memory, in a child too, and meets its limit
live_and_die() {
	mkdir "$CGROUPS/pods/$1"
	echo 8M >"$CGROUPS/pods/$1/memory.max"
	in_cgroup "pods/$1" workload touch 0 1 >/dev/null
	echo x >"/tmp/$1"
	cgroup_kill "pods/$1"
	rmdir "$CGROUPS/pods/$1"
}

worker() {
	for i in $(seq 50); do
		live_and_die "$1-$i"
	done
}

before=$(bpf_objects)
cgroup_create pods
cgroup_create pods/there
is "$(dying)" 0 'no cgroup is dying'
ok 'the policy loads' mmpctl load "$PROJECT/build/vm/churn.bpf.o"
loaded=$(bpf_objects)
is "$(used_slots)" 1 'the child that was there has a slot'
for name in a b c d; do
	worker $name &
done
wait
is "$(ls /tmp | grep -c -- -)" 200 '200 cgroups were there'
is "$(find $CGROUPS/pods -mindepth 1 -type d | wc -l)" 1 'and are gone'
is "$(policy_run churn slots_lost)" 0 'each had a slot'
one_slot() { [ "$(used_slots)" = 1 ]; }
ok 'the slots are given back' wait_until 20 one_slot
is "$(bpf_objects)" "$loaded" 'no link, map or program came'
# What tmpfs or the page cache keeps is charged until it is dropped.
rm -f /tmp/*-*
echo 3 >/proc/sys/vm/drop_caches
none_dies() { [ "$(dying)" = 0 ]; }
ok 'no dying cgroup stays' wait_until 20 none_dies
diag "dying: $(dying)"
ok 'the policy unloads' mmpctl unload churn
as_before() { [ "$(bpf_objects)" = "$before" ]; }
ok 'no link, map or program stays' wait_until 20 as_before
cgroup_remove pods/there pods
ok 'nor any cgroup' wait_until 20 none_dies
ok 'doctor finds nothing left over' mmpctl doctor
