#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# thp-conditions.t on a kernel that takes negative answers for a denial: the same object does the same.
# vm: append=bpf_thp_v11=1 timeout=240
# host: mkdir -p build/vm
# host: build/mmpc compile -Wno-thp-exact-order -Wno-unreachable-rule -o build/vm/thp-conditions.bpf.o tests/vm/policies/thp-conditions.mmp
. "$PROJECT/tests/vm/thp-conditions.t"
