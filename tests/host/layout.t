#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Every C file is laid out as .clang-format says, and no line is longer than 100 columns.
# The version is named because another one lays some lines out differently.
. "$(dirname "$0")/../tap.sh"
top=$(cd "$(dirname "$0")/../.." && pwd)
wanted=14.0.6

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

# The stages of the compiler, as folders, do not include who runs them.
in_a_circle() {
	(cd "$top/compiler" && python3 -c '
import glob, os, re
uses = {}
def room(path):
    return path.split("/")[0] if "/" in path else os.path.splitext(path)[0]
for path in glob.glob("*.[ch]") + glob.glob("*/*.[ch]"):
    for name in re.findall("^#include \"([^\"]+)\"", open(path).read(), re.M):
        if not os.path.exists(name):
            name = os.path.join(os.path.dirname(path), name)
        if os.path.exists(name) and room(name) != room(path):
            uses.setdefault(room(path), set()).add(room(name))
def walk(at, way):
    if at in way:
        if at == way[0]:
            print(" -> ".join(way + [at]))
        return at == way[0]
    return any(walk(one, way + [at]) for one in sorted(uses.get(at, ())))
walk("compile", [])')
}

echo 1..4
is "$(other_version)" "" "clang-format is version $wanted"
is "$(laid_out_otherwise)" "" "clang-format finds nothing"
is "$(too_long)" "" "no line is longer than 100 columns"
is "$(in_a_circle)" "" "no stage includes compile.h"
