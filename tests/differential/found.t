#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What random policies have found, each compiled to an object.
cd "$(dirname "$0")/found" || exit 1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
n=0
for f in *.mmp; do
	n=$((n + 1))
	if out=$("$MMP_BUILD/mmpc" "$f" -o "$dir/out.bpf.o" 2>&1) && [ -s "$dir/out.bpf.o" ] &&
		! echo "$out" | grep -q "\.bpf\.c:"; then
		echo "ok $n - $f"
	else
		echo "not ok $n - $f"
		echo "$out" | sed 's/^/# /'
	fi
	rm -f "$dir/out.bpf.o"
done
echo "1..$n"
