#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# tests/check counts what it runs: failures, deaths, bad plans and skips are no passes.
. "$(dirname "$0")/../tap.sh"
check=$(dirname "$0")/../check
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

test_file() {
	printf '#!/bin/sh\n%s\n' "$2" >"$dir/$1.t"
	chmod +x "$dir/$1.t"
}

expect() { # what, last line, status, files...
	what=$1 line=$2 status=$3
	shift 3
	out=$("$check" "$group" "$@" 2>&1)
	got=$?
	if [ "$(echo "$out" | tail -n 1)" = "$line" ] && [ "$got" = "$status" ]; then
		pass "$what"
	else
		fail "$what"
		echo "$out" | sed 's/^/# /'
	fi
}

group=group:1
test_file good 'echo 1..2; echo ok 1; echo ok 2'
test_file bad 'echo 1..2; echo ok 1; echo not ok 2; echo "# why it failed"'
test_file dead 'echo 1..1; echo ok 1; exit 3'
test_file short 'echo 1..2; echo ok 1'
test_file skips 'echo 1..2; echo ok 1; echo "ok 2 # SKIP no reason"'
test_file silent ''

echo 1..9
expect 'all pass' '2 passed, 0 failed' 0 "$dir/good.t"
expect 'a failed test' '3 passed, 1 failed' 1 "$dir/good.t" "$dir/bad.t"
expect 'a test that dies' '1 passed, 1 failed' 1 "$dir/dead.t"
expect 'a test that stops short' '1 passed, 1 failed' 1 "$dir/short.t"
expect 'a skipped test' '1 passed, 0 failed, 1 skipped' 1 "$dir/skips.t"
expect 'a test that says nothing' '0 passed, 1 failed' 1 "$dir/silent.t"

if "$check" group:1 "$dir/bad.t" 2>&1 | grep -q '^# why it failed'; then
	pass "comments are shown"
else
	fail "comments are shown"
fi

# A group of long files shows each result when it comes: this test ends only when it sees its own.
test_file long "echo 1..2; echo '# two machines'; echo 'ok 1 - first.t # 2 s'
	for i in \$(seq 100); do grep -q '^ok *first.t # 2 s' $dir/out && echo 'ok 2 - seen' && break; sleep 0.1; done"
"$check" group:1:each "$dir/long.t" >"$dir/out" 2>&1
if grep -q '^ok *seen' "$dir/out" && grep -q '^# two machines' "$dir/out"; then
	pass "each result is shown when it comes"
else
	fail "each result is shown when it comes"
	sed 's/^/# /' "$dir/out"
fi
group=group:1:each
expect 'and the count is the same' '3 passed, 1 failed' 1 "$dir/good.t" "$dir/bad.t"
