#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""docs/performance.md and what README.md claims are what tests/bench/page makes of the figures; other figures change
nothing but figures."""
import json
import pathlib
import re
import shutil
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
count = 0


def check(holds, what, detail=""):
    global count
    count += 1
    print(f"{'ok' if holds else 'not ok'} {count} - {what}")
    for line in [] if holds else str(detail).splitlines():
        print("#", line)


def without_figures(text):
    return re.sub(r"\d[\d,.]*", "N", text)


done = subprocess.run([ROOT / "tests/bench/page", "--check"], capture_output=True, text=True, check=False)
check(done.returncode == 0, "the page and its pictures are current", done.stderr)



def names(script, table, key=r'^    "(\w+)": [\[(]'):
    """The keys of a table in a script."""
    text = (ROOT / "tests/bench" / script).read_text()
    return re.findall(key, re.search(rf"^{table} = \{{\n(.*?)^\}}", text, re.S | re.M)[1], re.M)


measured, alone = names("suite", "BENCHMARKS"), names("suite", "BENCHMARKS", r'^    "(\w+)": \[\]')
check(sorted(measured) == sorted(names("page", "PARTS")), "the suite measures what the page shows", measured)
check(sorted(alone) == sorted(names("machine", "RUNS")), "those without a program run in virtual machines", alone)
check(all((ROOT / "tests/bench" / name).exists() for name in set(measured) - set(alone)), "the others are scripts")
with tempfile.TemporaryDirectory() as folder:
    made = pathlib.Path(folder)
    shutil.copytree(ROOT / "tests/bench", made / "tests/bench")
    (made / "docs").mkdir()
    shutil.copy(ROOT / "README.md", made)
    figures = json.loads((ROOT / "docs/performance.json").read_text())
    for rows in figures["benchmarks"].values():
        for row in rows:
            for key in ("ours", "theirs", "ratio", "least", "most"):
                row[key] *= 1.17
    (made / "docs/performance.json").write_text(json.dumps(figures))
    done = subprocess.run([made / "tests/bench/page"], capture_output=True, text=True, check=False)
    check(done.returncode == 0, "a page of other figures can be made", done.stderr)
    page, other = (ROOT / "docs/performance.md").read_text(), (made / "docs/performance.md").read_text()
    check(page != other and without_figures(page) == without_figures(other), "it differs in its figures alone")
    pictures = sorted(path.name for path in (made / "docs").glob("*.svg"))
    check(pictures == sorted(path.name for path in (ROOT / "docs").glob("performance-*.svg")) and pictures,
          "it has the same pictures", pictures)
    for name in pictures:
        check(f"({name})" in page, f"{name} is shown")

figures = json.loads((ROOT / "docs/performance.json").read_text())
rows = [row for rows in figures["benchmarks"].values() for row in rows]
known = {format(row[key], f".{digits}f") for row in rows for key in ("ours", "theirs", "ratio") for digits in range(3)}
known |= {number for row in rows for number in re.findall(r"\d[\d,]*", row["case"])}
anchors = {re.sub(r"[^a-z -]", "", title.lower()).replace(" ", "-") for title in re.findall(r"^## (.*)", page, re.M)}
claims = re.search(r"<!-- claims:.*?-->\n(.*?)<!-- end -->", (ROOT / "README.md").read_text(), re.S)[1]
check(claims.count("\n- ") >= 2, "README.md claims something")
for claim in re.split(r"^- ", claims, flags=re.M)[1:]:
    links = re.findall(r"\]\(docs/performance\.md#([a-z-]+)\)", claim)
    numbers = re.findall(r"\d[\d,]*(?:\.\d+)?", claim)
    name = claim.split("]")[0].strip("[")
    check(links and set(links) <= anchors, f"the claim '{name}' leads to its figures", links)
    check(numbers and set(numbers) <= known, f"the claim '{name}' has figures that were measured", set(numbers) - known)
with tempfile.TemporaryDirectory() as folder:
    made = pathlib.Path(folder)
    shutil.copytree(ROOT / "tests/bench", made / "tests/bench")
    shutil.copytree(ROOT / "docs", made / "docs")
    number = re.search(r"(\d+\.\d\d)", claims)[1]
    (made / "README.md").write_text((ROOT / "README.md").read_text().replace(number, "0.01"))
    done = subprocess.run([made / "tests/bench/page", "--check"], capture_output=True, text=True, check=False)
    check(done.returncode == 1 and "README.md" in done.stderr, "a claim of another figure is noticed", done.stderr)
print(f"1..{count}")
