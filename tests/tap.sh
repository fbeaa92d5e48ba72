# SPDX-License-Identifier: GPL-2.0
# Checks that print TAP, for the shell tests of this tree: sourced, not run. Each check passes or fails, says
# why it failed, and returns 0 or 1.
# shellcheck shell=sh
tap_out=${TMPDIR:-/tmp}/tap.$$ # what a command says, while it runs
test_count=0

plan() { echo "1..$1"; }

# done_testing: the plan of a test that does not know beforehand how many checks it makes
done_testing() { plan "$test_count"; }

diag() {
	printf '%s\n' "$*" | sed 's/^/# /'
}

pass() {
	test_count=$((test_count + 1))
	echo "ok $test_count - $*"
}

fail() {
	test_count=$((test_count + 1))
	echo "not ok $test_count - $*"
	return 1
}

# holds NAME: passes when the command before succeeded
holds() {
	if [ $? = 0 ]; then pass "$1"; else fail "$1"; fi
}

# result STATUS NAME [TEXT]: passes when the status is 0, else says the text
result() {
	if [ "$1" = 0 ]; then
		pass "$2"
	else
		fail "$2"
		diag "${3:-status $1}"
		return 1
	fi
}

bail_out() {
	echo "Bail out! $*"
	exit 1
}

# ok NAME COMMAND...: passes when the command succeeds
ok() {
	check_name=$1
	shift
	"$@" >"$tap_out" 2>&1
	check_status=$?
	check_text=$(cat "$tap_out")
	rm -f "$tap_out"
	if [ $check_status = 0 ]; then
		pass "$check_name"
	else
		fail "$check_name"
		diag "failed with status $check_status: $*"
		diag "$check_text"
		return 1
	fi
}

# not_ok NAME COMMAND...: passes when the command fails, and not for want of the command
not_ok() {
	check_name=$1
	shift
	"$@" >"$tap_out" 2>&1
	check_status=$?
	check_text=$(cat "$tap_out")
	rm -f "$tap_out"
	case $check_status in
	0 | 126 | 127)
		fail "$check_name"
		diag "should have failed, status $check_status: $*"
		diag "$check_text"
		return 1
		;;
	*) pass "$check_name" ;;
	esac
}

# is GOT WANT NAME
is() {
	if [ "$1" = "$2" ]; then
		pass "$3"
	else
		fail "$3"
		diag "     got: $1"
		diag "expected: $2"
		return 1
	fi
}

# isnt GOT UNWANTED NAME
isnt() {
	if [ "$1" != "$2" ]; then
		pass "$3"
	else
		fail "$3"
		diag "got: $1"
		return 1
	fi
}

# cmp_ok LEFT OPERATOR RIGHT NAME: whole numbers; operators of test(1) without the dash: lt le gt ge
cmp_ok() {
	if test "$1" "-$2" "$3" 2>/dev/null; then
		pass "$4"
	else
		fail "$4"
		diag "not true: $1 -$2 $3"
		return 1
	fi
}

# like TEXT PATTERN NAME: extended regular expression
like() {
	if printf '%s\n' "$1" | grep -Eq -- "$2"; then
		pass "$3"
	else
		fail "$3"
		diag "got: $1"
		diag "no match for: $2"
		return 1
	fi
}

# same GOT-FILE WANTED-FILE NAME: the files hold the same text
same() {
	if check_text=$(diff -u "$2" "$1" 2>&1); then
		pass "$3"
	else
		fail "$3"
		diag "$check_text"
		return 1
	fi
}
