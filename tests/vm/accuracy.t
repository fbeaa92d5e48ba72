#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Rates from 20 to 50,000 a second are read right on two processors.
# host: mkdir -p build/vm && build/mmpc compile -o build/vm/rates.bpf.o tests/vm/policies/rates.mmp
. "$PROJECT/tests/vm/lib.sh"
. "$PROJECT/tests/vm/accuracy.sh"
plan $exact_checks
exact
