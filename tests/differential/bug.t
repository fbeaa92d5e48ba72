#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A bug put in by hand is found, made small and kept as a file that shows it again.
cd "$(dirname "$0")/../.." || exit 1
export MMP_DIFFERENTIAL="$MMP_BUILD/differential"
export MMP_DIFFERENTIAL_INCLUDE="$MMP_DIFFERENTIAL/include"
run=$MMP_DIFFERENTIAL/differential
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
n=0
check() { # NAME COMMAND...
	n=$((n + 1))
	name=$1
	shift
	if "$@" >"$dir/out" 2>&1; then
		echo "ok $n - $name"
	else
		echo "not ok $n - $name"
		sed 's/^/# /' "$dir/out"
	fi
}
differs() {
	"$@"
	[ $? = 1 ]
}
bugs() { # what is emitted, and what it becomes
	cat <<-'END'
		mmp_ge(:mmp_gt(
		mmp_sub(:mmp_add(
		.hold =:.cooldown =
	END
}
bugs >"$dir/bugs"
while read -r bug; do
	mkdir "$dir/found"
	check "$bug is found" differs "$run" --found "$dir/found" --bug "$bug" host 200 200
	cp "$dir/out" "$dir/said"
	f=$(echo "$dir"/found/host-*.mmp)
	check "$bug: it is a file" test -s "$f"
	check "$bug: the file is named, to be committed" grep -q "it is in $f now: commit" "$dir/said"
	check "$bug: the file has the series" grep -q "^#   tick [0-9]* at [0-9]*:" "$f"
	check "$bug: the policy is small" test "$(grep -vc '^#' "$f")" -le 4
	check "$bug: the file shows it again" differs "$run" --bug "$bug" again host "$f"
	check "$bug: without the bug both agree" "$run" again host "$f"
	rm -r "$dir/found"
done <"$dir/bugs"
echo "1..$n"
