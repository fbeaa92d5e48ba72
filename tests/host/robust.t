#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Input that is large, deep, endless or no text: a sentence and an exit status, never a crash or a hang.
# Check needs no privilege, no clang and nothing of its folder.
. "$(dirname "$0")/../tap.sh"
mmpc=$MMP_BUILD/mmpc
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1

check() { # name, status, pattern in what it says, command...
	local name=$1 want=$2 pattern=$3 got
	shift 3
	timeout 60 "$@" >out 2>&1 </dev/null
	got=$?
	if [ $got = "$want" ] && { [ -z "$pattern" ] || grep -q -- "$pattern" out; }; then
		pass "$name"
	else
		fail "$name"
		echo "# exit $got, wanted $want and: $pattern"
		cut -c1-300 out | head -5 | sed 's/^/# /'
	fi
}

repeat() { # count, text
	head -c $(($1 * ${#2})) < <(yes "$2" | tr -d '\n')
}

# Size.
{ repeat $((16 * 1024 * 1024 - 12)) "#"; printf '\nthp default'; } >large.mmp
check "16 MiB are read" 0 "" "$mmpc" --check large.mmp
echo >>large.mmp
check "a byte more is not" 2 "it is larger than 16 MiB" "$mmpc" --check large.mmp
check "nor through a pipe" 2 "larger than 16 MiB" sh -c "cat large.mmp | $mmpc --check -"
echo 'include "large.mmp"' >include.mmp
check "nor included" 1 "\[too-large\]" "$mmpc" --check include.mmp
check "an endless device" 2 "larger than 16 MiB" "$mmpc" --check /dev/zero
{ printf 'thp default when psi > 10 '; repeat 10000000 " "; printf 'oder psi > 5'; } >line.mmp
check "a line of 10 MB" 1 "'oder' cannot follow '10'" "$mmpc" --check line.mmp
[ "$(wc -c <out)" -lt 2000 ]
holds "its excerpt is cut"
{ printf 'notify "'; repeat 10000000 "x"; printf '" whn psi > 5'; } >text.mmp
check "a text of 10 MB" 1 "did you mean 'when'" "$mmpc" --check text.mmp

# Depth.
{ printf 'thp default when psi > 1'; repeat 600000 " and psi > 1"; } >and.mmp
check "600,000 terms joined by and" 1 "\[too-deep\]" "$mmpc" --check and.mmp
[ "$(grep -c too-deep out)" = 1 ]
holds "which is told once"
{ printf 'thp default when '; repeat 1000000 "("; } >open.mmp
check "a million open parentheses" 1 "\[too-deep\]" "$mmpc" --check open.mmp
{ printf 'thp default when '; repeat 1000000 "not "; } >not.mmp
check "a million nots" 1 "\[too-deep\]" "$mmpc" --check not.mmp
{ printf 'define x = '; repeat 1000000 "-"; printf '5'; } >sign.mmp
check "a million signs" 1 "\[too-deep\]" "$mmpc" --check sign.mmp
{ printf 'thp default when '; repeat 3000 "not ("; } >mixed.mmp
check "parentheses and nots" 1 "\[too-deep\]" "$mmpc" --check mixed.mmp
{ printf 'thp default when psi > 1'; repeat 600000 " + 1"; } >plus.mmp
check "600,000 summands" 1 "\[too-deep\]" "$mmpc" --check plus.mmp

# Number.
repeat 2000000 ";" >empty.mmp
check "two million empty statements" 0 "" "$mmpc" --check empty.mmp
{ printf 'thp default on swap'; repeat 300000 ", swap"; } >list.mmp
check "a long list" 1 "" "$mmpc" --check list.mmp
{ printf 'reclaim x'; repeat 200000 " no swap"; } >modifiers.mmp
check "200,000 modifiers" 1 "\[modifier-twice\]" "$mmpc" --check modifiers.mmp
yes 'protct web whn psi > 10' | head -200000 >mistakes.mmp
# Two in a line, as long as repairs are tried.
check "200,000 mistakes" 1 "20[0-9]*00 more findings" "$mmpc" --check mistakes.mmp
{ printf 'thp default'; repeat 500000 " whn"; } >words.mmp
check "500,000 words that do not belong" 1 "did you mean 'when'" "$mmpc" --check words.mmp
yes 'x' | head -500000 >lines.mmp
check "500,000 lines of nothing known" 1 "starts no statement" "$mmpc" --check lines.mmp
for i in $(seq 1 15); do
	printf 'include "d%d.mmp"\ninclude "./d%d.mmp"\n' $((i + 1)) $((i + 1)) >"d$i.mmp"
done
echo 'thp default' >d16.mmp
check "includes that double at each level are read once" 0 "" "$mmpc" --check d1.mmp
for i in $(seq 1 1100); do
	echo "include \"m/$i.mmp\""
done >many.mmp
mkdir m
for i in $(seq 1 1100); do
	: >"m/$i.mmp"
done
check "more files than a policy may have" 1 "\[too-large\]" "$mmpc" --check many.mmp

# No text.
head -c 300000 /dev/urandom >random.mmp
check "random bytes" 1 "\[bad-character\]" "$mmpc" --check random.mmp
head -c 300000 /dev/urandom | tr -d '\0' >random.mmp
check "random bytes without NUL" 1 "not UTF-8" "$mmpc" --check random.mmp
check "a directory" 2 "it is a directory" "$mmpc" --check .
check "no such file" 2 "there is no such file" "$mmpc" --check nowhere/x.mmp
mkfifo pipe.mmp
check "a named pipe that nobody writes to" 2 "a pipe without a writer" "$mmpc" --check pipe.mmp
echo 'include "pipe.mmp"' >include.mmp
check "the same, included" 1 "a pipe without a writer" "$mmpc" --check include.mmp
check "a named pipe with a writer" 1 "pipe.mmp:1:13: error: 'whn'" \
	bash -c "exec 3<>pipe.mmp; echo 'protect web whn psi > 10' >&3; { sleep 1; exec 3>&-; } & exec 3>&-; \
		$mmpc --check pipe.mmp"
check "standard input" 1 "<stdin>:1:13" sh -c "echo 'protect web whn psi > 10' | $mmpc --check -"
check "/dev/stdin" 1 "/dev/stdin:1:13" sh -c "echo 'protect web whn psi > 10' | $mmpc --check /dev/stdin"
check "a process substitution" 1 ":1:13: error" \
	bash -c "$mmpc --check <(sleep 0.3; echo 'protect web whn psi > 10')"
echo 'use "web.mmp"' >web.mmpt
check "tests in place of a policy" 2 "run 'mmpc test web.mmpt'" "$mmpc" --check web.mmpt
check "a policy in place of tests" 2 "'web.mmp' is a policy.*'web.mmpt'" "$mmpc" test web.mmp
check "a closed standard input" 2 "cannot read" sh -c "exec <&-; $mmpc --check -"

# Nobody, in an empty folder of root's, with nothing in PATH.
mkdir nothing
chmod 755 . nothing
cp "$mmpc" bare-mmpc
chmod 755 bare-mmpc
echo 'protect high when pgfault_rate > 100' >good.mmp
chmod 644 good.mmp
nobody=("$(command -v env)" -i PATH=/nonexistent)
[ "$(id -u)" = 0 ] && nobody+=("$(command -v setpriv)" --reuid=65534 --regid=65534 --clear-groups
	--no-new-privs --bounding-set=-all)
check "check as nobody, without clang" 0 "" "${nobody[@]}" "$(command -v env)" -C nothing \
	"$dir/bare-mmpc" --check ../good.mmp
check "and its mistakes" 1 "did you mean 'when'" "${nobody[@]}" "$(command -v bash)" -c \
	"cd nothing; echo 'protect web whn psi > 1' | $dir/bare-mmpc --check -"
[ -z "$(ls -A nothing)" ]
holds "which leave the folder empty"
done_testing
