#!/bin/sh
# Finds nothing of what the test before left.
. "$PROJECT/tests/vm/lib.sh"
plan 5
is "$(pidof sleep)" "" "no process"
not_ok "no cgroup" test -e "$CGROUPS/left"
not_ok "no pins" test -e /sys/fs/bpf/left
not_ok "no swap" grep -q zram /proc/swaps
like "$(cat "$THP/enabled")" '\[madvise\]' "default THP mode"
