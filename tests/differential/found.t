#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What random policies have found, each compiled to an object and run again, against the emitted C.
cd "$(dirname "$0")/../.." || exit 1
export MMP_DIFFERENTIAL="$MMP_BUILD/differential"
export MMP_DIFFERENTIAL_INCLUDE="$MMP_DIFFERENTIAL/include"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
n=0
tell() { # STATUS NAME OUTPUT
	n=$((n + 1))
	if [ "$1" = 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		echo "$3" | sed 's/^/# /'
	fi
}
compiles() { # FILE
	"$MMP_BUILD/mmpc" "$1" -o "$dir/out.bpf.o" >"$dir/out" 2>&1
	status=$?
	cat "$dir/out"
	[ "$status" = 0 ] && [ -s "$dir/out.bpf.o" ] && ! grep -q "\.bpf\.c:" "$dir/out"
}
for f in tests/differential/found/*.mmp; do
	out=$(compiles "$f")
	tell $? "${f##*/} compiles" "$out"
	out=$("$MMP_DIFFERENTIAL/differential" again host "$f" 2>&1)
	tell $? "${f##*/}: the evaluator and the emitted C agree" "$out"
	rm -f "$dir/out.bpf.o"
done
echo "1..$n"
