#!/bin/sh
# Runs in a new machine, with four processors.
# vm: smp=4
. "$PROJECT/tests/vm/lib.sh"
plan 1
is "$(nproc)" 4 "processors"
