#!/bin/sh
# Leaves a process, a cgroup, a pin directory and swap behind.
. "$PROJECT/tests/vm/lib.sh"
plan 1
cgroup_create left left/inner
start_in left/inner sleep 1000
mkdir /sys/fs/bpf/left
zram_swap 16
thp_mode always
ok "process is there" kill -0 "$started"
