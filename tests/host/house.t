#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# How long functions and files are. A function is what a brace at the line's beginning opens, from its
# first line to its closing brace; macros that make functions (CHECK_RULE, SAMPLE) count like them.
import pathlib
import re
import statistics

TOP = pathlib.Path(__file__).resolve().parents[2]
ROOMS = ["base", "plan", "compiler", "runtime"]
FUNCTION = re.compile(r"^[A-Za-z_].*\(")
count = 0


def check(holds, what, detail=""):
    global count
    count += 1
    print(f"{'ok' if holds else 'not ok'} {count} - {what}")
    for line in [] if holds else detail.splitlines():
        print("#", line)


def functions(path):
    """(lines, name) of each function of a file."""
    lines = path.read_text().splitlines()
    start = None
    for i, line in enumerate(lines):
        if line == "{" and i and start is None:
            first = i - 1
            while first > 0 and lines[first][:1] in ("\t", " "):
                first -= 1
            if FUNCTION.match(lines[first]):
                start = first
        elif line == "}" and start is not None:
            yield i - start + 1, f"{path.relative_to(TOP)}:{start + 1}: {lines[start]}"
            start = None


def files(room, *endings):
    return sorted(p for p in (TOP / room).rglob("*") if p.suffix in endings)


def percentile(sizes, share):
    return sorted(sizes)[min(len(sizes) - 1, int(len(sizes) * share))]


for room in ROOMS + ["bpf-templates"]:
    found = [f for p in files(room, ".c", ".h") for f in functions(p)]
    sizes = [size for size, _ in found]
    median, tenth = statistics.median(sizes), percentile(sizes, 0.9)
    figures = f"{len(sizes)} functions, median {median:g}, 90th percentile {tenth}, longest {max(sizes)}"
    print(f"# {room}: {figures}")
    check(len(sizes) > 20, f"{room}: functions are found", figures)
    check(median <= 12, f"{room}: half of the functions have at most 12 lines", figures)
    check(tenth <= 25, f"{room}: nine of ten have at most 25", figures)
    long = [f"{name}: {size} lines" for size, name in found if size > 60]
    check(not long, f"{room}: none has more than 60", "\n".join(long))

for room in ROOMS:
    long = [f"{p.relative_to(TOP)}: {n}" for p in files(room, ".c", ".h", ".def")
            for n in [len(p.read_text().splitlines())] if n > 500]
    check(not long, f"{room}: no file has more than 500 lines", "\n".join(long))
print(f"1..{count}")
