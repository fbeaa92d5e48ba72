#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# `mmpctl doctor` on Debian's own kernels: what is there, what is missing, and what to do about it.
. "$PROJECT/tests/vm/lib.sh"
plan 13

mmpctl doctor >doctor
is $? 5 "what keeps policies from working: exit status 5"
# is_row VERDICT NAME TEXT
is_row() { like "$(grep "^[a-z]*  *$2  " doctor)" "^$1 +$2 +$3" "$2: $1"; }
is "$(sed -n 's/^ok  *kernel  *//p' doctor)" "$(uname -srm)" "the kernel is named"
is_row ok 'type information' ''
is_row bad 'memory-controller hooks' absent
case $(stock_series) in
6.*) is_row bad 'memory statistics' 'missing: (.*, )?bpf_get_mem_cgroup' ;;
*) is_row ok 'memory statistics' 'all are there' ;;
esac
is_row ok cgroup2 /sys/fs/cgroup
is_row ok 'memory controller' enabled
is_row ok pressure measured
is_row ok 'bpf file system' ''
is_row ok leftovers none
without_remedy() { awk 'bad != "" && !/^ *= fix: / { print bad } { bad = /^bad/ ? $0 : "" }' doctor; }
is "$(without_remedy)" "" "all that keeps policies from working has a remedy"

mmpctl doctor --format=json >doctor.json
is $? 5 "the same for programs"
like "$(cat doctor.json)" '"usable": false' "which are told so"
