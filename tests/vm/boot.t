#!/bin/sh
# The test machine has what tests count on.
. "$PROJECT/tests/vm/lib.sh"
plan 12

ok "memory controller" grep -qw memory "$CGROUPS/cgroup.controllers"
ok "processors come up" test "$(nproc)" -ge 2
ok "pressure information" test -r "$CGROUPS/memory.pressure" -o -r /proc/pressure/memory
ok "the kernel's types" test -r /sys/kernel/btf/vmlinux
ok "struct_ops memcg_bpf_ops" grep -q bpf_struct_ops_memcg_bpf_ops /sys/kernel/btf/vmlinux
ok "struct_ops bpf_thp_ops" grep -q bpf_struct_ops_bpf_thp_ops /sys/kernel/btf/vmlinux
ok "reclaim kfunc" grep -qw bpf_try_to_free_mem_cgroup_pages /proc/kallsyms
ok "data symbols" grep -qw psi_system /proc/kallsyms
ok "place for BPF pins" mkdir /sys/fs/bpf/dir
ok "scratch disk" sh -c 'echo text >/mnt/disk/file && grep -q text /mnt/disk/file'
ok "swap" zram_swap 64
not_ok "the project is read only" touch "$PROJECT/build/file"
