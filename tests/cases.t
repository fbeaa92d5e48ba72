#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Every policy in cases/ok passes the check.
cd "$(dirname "$0")/cases" || exit 1
n=0
for f in ok/*.mmp; do
	n=$((n + 1))
	if out=$("$MMP_BUILD/mmpc" --check "$f" 2>&1); then
		echo "ok $n - $f"
	else
		echo "not ok $n - $f"
		echo "$out" | sed 's/^/# /'
	fi
done
echo "1..$n"
