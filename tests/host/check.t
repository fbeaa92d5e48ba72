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

echo 1..12
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

# Groups of two lanes run at the same time: each of these waits for the other.
test_file one "echo 1..1; touch $dir/one-is-here
	for i in \$(seq 100); do [ -e $dir/two-is-here ] && echo 'ok 1' && break; sleep 0.1; done"
test_file two "echo 1..1; touch $dir/two-is-here
	for i in \$(seq 100); do [ -e $dir/one-is-here ] && echo 'ok 1' && break; sleep 0.1; done"
group=machines:1:each:lane=vm
expect 'lanes run at the same time' '2 passed, 0 failed' 0 "$dir/one.t" group:1 "$dir/two.t"
expect 'and are counted together' '4 passed, 2 failed' 1 "$dir/bad.t" group:1 "$dir/good.t" "$dir/dead.t"
rm -f "$dir"/*-is-here
out=$("$check" machines:1:lane=vm "$dir/one.t" group:1 "$dir/two.t" "$dir/bad.t" 2>&1)
if [ "$(echo "$out" | grep -c '^\(\[.*\] \)*/[^ ]*\.t \.*')" = 3 ]; then
	pass "each file has a line of its own"
else
	fail "each file has a line of its own"
	echo "$out" | sed 's/^/# /'
fi
