#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# thp-sizes.t on a kernel that takes negative answers for a denial: the same object does the same.
# vm: append=bpf_thp_v11=1 timeout=240
# host: mkdir -p build/vm
# host: build/mmpc compile -Wno-thp-exact-order -o build/vm/thp-sizes.bpf.o tests/vm/policies/thp-sizes.mmp
. "$PROJECT/tests/vm/thp-sizes.t"
