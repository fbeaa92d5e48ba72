#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Every C file is laid out as .clang-format says, and no line is longer than 100 columns.
# The version is named because another one lays some lines out differently.
top=$(cd "$(dirname "$0")/../.." && pwd)
wanted=14.0.6
count=0

check() { # NAME TEXT-THAT-MUST-BE-EMPTY
	count=$((count + 1))
	if [ -z "$2" ]; then
		echo "ok $count - $1"
	else
		echo "not ok $count - $1"
		echo "$2" | sed 's/^/# /'
	fi
}

files() { (cd "$top" && git ls-files '*.c' '*.h' ':!tests/cases'); }

other_version() { clang-format --version | grep -qF " $wanted" || clang-format --version; }

laid_out_otherwise() {
	(cd "$top" && files | xargs clang-format --dry-run 2>&1) | sed -n "s/:.*\[-Wclang-format.*/: run 'make format'/p" | uniq
}

too_long() {
	(cd "$top" && files | python3 -c '
import sys
for name in sys.stdin.read().split():
    for number, line in enumerate(open(name, encoding="utf-8"), 1):
        width = len(line.rstrip("\n").expandtabs(8))
        if width > 100:
            print(f"{name}:{number}: {width} columns")')
}

echo 1..3
check "clang-format is version $wanted" "$(other_version)"
check "clang-format finds nothing" "$(laid_out_otherwise)"
check "no line is longer than 100 columns" "$(too_long)"
