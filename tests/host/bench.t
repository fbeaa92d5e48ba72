#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""The benchmarks' suite: its progress, a part that fails, and taking up what is missing; with scripts that measure
nothing in place of the benchmarks."""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
STUB = """#!/bin/sh
# A benchmark: notes its name, and fails where a file asks for that.
name=$(basename "$0")
[ "$name" != machine ] || name=$1
echo "$name" >>"$MEASURED"
[ ! -e "$FAILING/$name" ] || exit 1
while [ "$1" != --json ]; do shift; done
cp "$FIGURES/$name.json" "$2"
"""
count = 0


def check(holds, what, detail=""):
    global count
    count += 1
    print(f"{'ok' if holds else 'not ok'} {count} - {what}")
    for line in [] if holds else str(detail).splitlines():
        print("#", line)


def stub(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(STUB)
    path.chmod(0o755)


class Tree:
    """A copy of the suite and its page, and figures that are those of the page."""

    def __init__(self, top):
        self.top, self.build = top, top / "build"
        shutil.copytree(ROOT / "docs", top / "docs")
        shutil.copy(ROOT / "README.md", top)
        for name in ("suite", "page"):
            (top / "tests/bench").mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / "tests/bench" / name, top / "tests/bench")
        text = (ROOT / "tests/bench/suite").read_text()
        table = re.search(r"^BENCHMARKS = \{\n(.*?)^\}", text, re.S | re.M)[1]
        self.names = re.findall(r'^    "(\w+)"', table, re.M)
        for name in [*re.findall(r'^    "(\w+)": \[".*', table, re.M), "machine"]:
            stub(top / "tests/bench" / name)
        for kernel in ("tests/kernel/build.sh", "tests/stock/fetch.sh"):
            path = top / kernel
            path.parent.mkdir(parents=True)
            path.write_text('#!/bin/sh\necho "a kernel" >>"$MEASURED"\n')
            path.chmod(0o755)
        self.env = {**os.environ, "MEASURED": str(top / "measured"), "FAILING": str(top / "failing"),
                    "FIGURES": str(top / "figures"), "BENCH_RESUME": "", "BENCH_LONG": ""}
        (top / "failing").mkdir()
        (top / "figures").mkdir()
        self.json = top / "docs/performance.json"
        self.put_figures(1)

    def put_figures(self, number):
        """Each benchmark measures one case then, with that number."""
        for name in self.names:
            (self.top / f"figures/{name}.json").write_text(
                f'[{{"case": "{name}", "ours": {number}, "theirs": 1, "ratio": {number}, "least": {number}, '
                f'"most": {number}, "turns": 1}}]')

    def run(self, *names, **env):
        """Exit status, output, and the benchmarks that were started."""
        (self.top / "measured").write_text("")
        done = subprocess.run([self.top / "tests/bench/suite", self.build, *names], env={**self.env, **env},
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        return done.returncode, done.stdout, (self.top / "measured").read_text().split("\n")[:-1]


with tempfile.TemporaryDirectory() as folder:
    tree = Tree(pathlib.Path(folder) / "tree")
    before = tree.json.read_text()
    page = (tree.top / "docs/performance.md").read_text()
    (tree.top / "failing/plan").touch()
    (tree.top / "failing/load").touch()
    status, out, measured = tree.run()
    check(status == 1 and measured == ["a kernel"] * 2 + tree.names, "all are measured, where some fail", measured)
    check("part 3 of 13: check (0:00 min so far)" in out, "each part says which it is, and how long it has been", out)
    check("failed: plan, load." in out and "BENCH_RESUME=1" in out, "the failed ones are named", out)
    check(tree.json.read_text() == before, "the figures stay as they were")
    check((tree.top / "docs/performance.md").read_text() == page, "and so does the page")

    (tree.top / "failing/plan").unlink()
    (tree.top / "failing/load").unlink()
    status, out, measured = tree.run(BENCH_RESUME="1")
    check(status == 0 and measured == ["a kernel"] * 2 + ["plan", "load"], "a resumed run measures the rest", out)
    first = (tree.top / "docs/performance.md").read_text()
    check(tree.json.read_text() != before and first != page, "then the page is written")
    status, out, measured = tree.run()
    check(status == 0 and len(measured) == len(tree.names) + 2, "without that word all is measured", out)
    check((tree.top / "docs/performance.md").read_text() == first, "and of the same figures it is the same, byte for byte")

    tree.put_figures(2)
    status, out, measured = tree.run("plan", "sweep")
    check(status == 0 and measured == ["plan", "sweep"], "one part alone needs no kernel", measured)
    new = {name: name in ("plan", "sweep") for name in tree.names}
    text = tree.json.read_text()
    got = {name: re.search(rf'"case": "{name}",\s*"ours": 2', text) is not None for name in tree.names}
    check(got == new, "and the others' figures stay", got)
    status, out, measured = tree.run("speed")
    check(status == 1 and "no benchmark 'speed'" in out and not measured, "a name that is none is refused", out)
print(f"1..{count}")
