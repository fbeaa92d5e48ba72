#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# tests/check counts what it runs: failures, deaths, bad plans and skips are no passes.
check=$(dirname "$0")/../check
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
n=0

test_file() {
	printf '#!/bin/sh\n%s\n' "$2" >"$dir/$1.t"
	chmod +x "$dir/$1.t"
}

expect() { # what, last line, status, files...
	what=$1 line=$2 status=$3
	shift 3
	out=$("$check" group:1 "$@" 2>&1)
	got=$?
	n=$((n + 1))
	if [ "$(echo "$out" | tail -n 1)" = "$line" ] && [ "$got" = "$status" ]; then
		echo "ok $n - $what"
	else
		echo "not ok $n - $what"
		echo "$out" | sed 's/^/# /'
	fi
}

test_file good 'echo 1..2; echo ok 1; echo ok 2'
test_file bad 'echo 1..2; echo ok 1; echo not ok 2; echo "# why it failed"'
test_file dead 'echo 1..1; echo ok 1; exit 3'
test_file short 'echo 1..2; echo ok 1'
test_file skips 'echo 1..2; echo ok 1; echo "ok 2 # SKIP no reason"'
test_file silent ''

echo 1..7
expect 'all pass' '2 passed, 0 failed' 0 "$dir/good.t"
expect 'a failed test' '3 passed, 1 failed' 1 "$dir/good.t" "$dir/bad.t"
expect 'a test that dies' '1 passed, 1 failed' 1 "$dir/dead.t"
expect 'a test that stops short' '1 passed, 1 failed' 1 "$dir/short.t"
expect 'a skipped test' '1 passed, 0 failed, 1 skipped' 1 "$dir/skips.t"
expect 'a test that says nothing' '0 passed, 1 failed' 1 "$dir/silent.t"

n=$((n + 1))
if "$check" group:1 "$dir/bad.t" 2>&1 | grep -q '^# why it failed'; then
	echo "ok $n - comments are shown"
else
	echo "not ok $n - comments are shown"
fi
