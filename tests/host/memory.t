#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Not enough memory, as batch systems bound it: a sentence and an exit status.
. "$(dirname "$0")/../tap.sh"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1

{ printf 'notify "'; head -c 10000000 /dev/zero | tr '\0' x; printf '" when psi > 5'; } >text.mmp
bounded() { (ulimit -v 30000; exec "$MMP_BUILD/mmpc" --check text.mmp) >out 2>&1; }
bounded
is $? 2 "a policy that does not fit in memory"
like "$(cat out)" "not enough memory" "is told so"
done_testing
