#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What tests on Debian's own kernels stand on: the kernel of the series as Debian built it, cgroup v2
# with memory, either LRU, swap, a disk, pressure.
. "$PROJECT/tests/vm/lib.sh"
plan 19

series=$(stock_series)
diag "$(uname -r) $(uname -v)"
like "$(uname -r)" "^$(echo "$series" | sed 's/[.]/[.]/g')[.]" "Linux $series boots"
like "$(uname -v)" "Debian" "as Debian built it"
ok "it describes its types" test -s /sys/kernel/btf/vmlinux
hooks() { bpftool btf dump file /sys/kernel/btf/vmlinux | grep -c "STRUCT '\(memcg_bpf_ops\|bpf_thp_ops\)'"; }
is "$(hooks)" 0 "without the hooks that policies are compiled for"

like "$(cat $CGROUPS/cgroup.controllers)" "memory" "cgroup v2 has the memory controller"
like "$(grep ' /sys/fs/cgroup ' /proc/mounts)" "memory_recursiveprot" "mounted as systemd does"
cgroup_create app app/web
for file in current min low high max events stat reclaim pressure swap.current swap.max; do
	[ -e "$CGROUPS/app/web/memory.$file" ] || echo "memory.$file"
done >missing
is "$(cat missing)" "" "a cgroup has all its files"
cgroup_set app/web memory.low 4M
is "$(cgroup_get app/web memory.low)" $((4 * MIB)) "and takes a limit"
like "$(cgroup_get app/web memory.pressure)" "full avg10=" "its pressure is known"
cgroup_set app/web memory.low 0

zram_swap 128
like "$(cat /proc/swaps)" "zram0" "there is compressed swap"
for kind in classic generations; do
	lru $kind
	case $kind in
	classic) wanted=0x0000 ;;
	generations) wanted=0x0007 ;;
	esac
	like "$(cat /sys/kernel/mm/lru_gen/enabled)" "$wanted" "the $kind LRU can be chosen"
	cgroup_set app memory.max 16M
	swapped=$(vmstat pswpout)
	in_cgroup app/web workload touch 0 32 >/dev/null
	cmp_ok "$(memory_stat app/web pgscan)" gt 0 "it reclaims at a limit"
	cmp_ok "$(vmstat pswpout)" gt "$swapped" "by swapping out"
	in_cgroup app/web workload file 0 /mnt/disk/file 32 >/dev/null
	cmp_ok "$(memory_stat app/web file)" gt 0 "the files of the disk count for the group"
	cgroup_set app memory.max max
	cgroup_remove app/web
	cgroup_create app/web
done
is "$(memory_event app oom_kill)" 0 "nobody was killed"
