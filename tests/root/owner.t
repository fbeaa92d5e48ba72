#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Who is said to be in the way of an attachment: only struct_ops links of the very type. A TCP congestion
# control has a link without a cgroup, as a policy for a process has; users must not be told to remove it.
. "$(dirname "$0")/../tap.sh"
build=${MMP_BUILD:-$(cd "$(dirname "$0")/../.." && pwd)/build}
out=$("$build/vm/owner" "$build/vm/tcp_link.bpf.o" tcp_congestion_ops bpf_dummy_ops no_such_ops 2>&1)

said() { # NAME PATTERN
	echo "$out" | grep -q "$2"
	result $? "$1" "$out"
}

said "a link of the type is the owner" "^tcp_congestion_ops: link [0-9]*, map 'mmp_tcp'"
said "... which the hint is about" '^bpftool link detach id [0-9]'
said "not of another type" '^bpf_dummy_ops: nobody$'
said "nor of a type that the kernel lacks" '^no_such_ops: nobody$'
done_testing
