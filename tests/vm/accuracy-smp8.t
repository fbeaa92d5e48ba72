#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Rates are read right on eight processors, where the kernel's statistics lag more: where they can be
# flushed at will and where they cannot.
# vm: smp=8
# host: mkdir -p build/vm && build/mmpc compile -o build/vm/rates.bpf.o tests/vm/policies/rates.mmp
# host: sed 's/mmp_start_exact/mmp_start_other/g' build/vm/rates.bpf.o >build/vm/lagging.bpf.o
. "$PROJECT/tests/vm/lib.sh"
. "$PROJECT/tests/vm/accuracy.sh"
plan $((exact_checks + lagging_checks))
exact
lagging
