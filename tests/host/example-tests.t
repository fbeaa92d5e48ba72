#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Every example has tests, they hold, and they have seen every rule and operand both ways.
cd "$(dirname "$0")/../../examples" || exit 1
n=0
for f in *.mmp; do
	n=$((n + 1))
	if out=$("$MMP_BUILD/mmpc" test --min 100 "${f}t" 2>&1); then
		echo "ok $n - ${f}t"
	else
		echo "not ok $n - ${f}t"
		echo "$out" | sed 's/^/# /'
	fi
done
echo "1..$n"
