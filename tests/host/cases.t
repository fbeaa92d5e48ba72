#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# cases/ok/*.mmp pass the check. cases/bad/CODE*.mmp give exactly the text of
# CODE*.expect, which shows the code. Every code of diags.def has a case.
. "$(dirname "$0")/../tap.sh"
cd "$(dirname "$0")/../cases" || exit 1

for f in ok/*.mmp; do
	out=$("$MMP_BUILD/mmpc" --check "$f" 2>&1)
	result $? "$f" "$out"
done

codes=$(sed -n 's/^DIAG([A-Z_]*, "\([a-z-]*\)".*/\1/p' ../../compiler/report/diags.def)

# The code that a case is for: the longest that its name begins with.
code_of() {
	best=
	for code in $codes; do
		case $1 in
		"$code" | "$code"-*) [ ${#code} -gt ${#best} ] && best=$code ;;
		esac
	done
	echo "$best"
}

seen=" "
for f in bad/*.mmp; do
	name=$(basename "$f" .mmp)
	code=$(code_of "$name")
	out=$(./run "$f" | diff -u "${f%.mmp}.expect" - 2>&1)
	result $? "$f" "$out"
	grep -qF "[$code]" "${f%.mmp}.expect" 2>/dev/null
	result $? "$f shows [$code]" "the name of a case begins with the code that it shows"
	seen="$seen$code "
done

for code in $codes; do
	case $seen in
	*" $code "*) has_case=0 ;;
	*) has_case=1 ;;
	esac
	result $has_case "$code has a case" "no bad/$code*.mmp shows what gets [$code]"
done
done_testing
