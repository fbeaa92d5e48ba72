#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Each fuzz target for a bounded number of runs, from the corpus in the tree.
cd "$(dirname "$0")" || exit 1
build=${MMP_FUZZ:-$MMP_BUILD/fuzz}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
n=0
for source in fuzz_*.c; do
	target=${source%.c}
	n=$((n + 1))
	mkdir "$out/$target"
	if "$build/$target" -runs="${FUZZ_RUNS:-5000}" -timeout=10 -max_len=4096 -seed=1 \
		-dict=words.dict -artifact_prefix="$out/" "$out/$target" corpus ../cases/ok \
		../cases/bad ../cases/fmt >"$out/log" 2>&1; then
		echo "ok $n - $target"
	else
		echo "not ok $n - $target"
		tail -40 "$out/log" | sed 's/^/# /'
		find "$out" -maxdepth 1 -name '*-*' -exec base64 {} + | sed 's/^/# input: /'
	fi
done
echo "1..$n"
