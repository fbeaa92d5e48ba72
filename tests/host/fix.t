#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""mmpc fix: what it mends, what it leaves alone, and that it does both on every bad policy."""
import collections
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
MMPC = os.environ["MMP_BUILD"] + "/mmpc"
count = 0
folder = tempfile.TemporaryDirectory()
os.chdir(folder.name)


def check(holds, what, detail=""):
    global count
    count += 1
    print(f"{'ok' if holds else 'not ok'} {count} - {what}")
    if not holds:
        for line in str(detail).splitlines():
            print("#", line)


def mmpc(*args, text=None):
    done = subprocess.run([MMPC, *args], capture_output=True, check=False,
                          input=None if text is None else text.encode())
    done.stdout, done.stderr = done.stdout.decode(), done.stderr.decode()
    return done


def fixed(text, *args):
    """Of standard input, to standard output."""
    return mmpc("fix", *args, "-", text=text).stdout


def findings(path):
    done = mmpc("--check", "--format=json", "-fmax-errors=0", path)
    return json.loads(done.stdout)["findings"]


def codes(path):
    return collections.Counter(f["code"] for f in findings(path))


for before, after, what in (
        ("protect web whn psi > 10%\n", "protect web when psi > 10%\n", "a misspelt word"),
        ("throttle a 20 to 150ms as usage from 80 to 95%\n",
         "throttle a 20ms to 150ms as usage from 80% to 95%\n", "a unit that stands beside"),
        ("reclaim a when usage in 1GiB .. 2 hold 1s\n",
         "reclaim a when usage in 1GiB .. 2GiB hold 1s\n", "of a range, too"),
        ("protect a when psi > 10% hold 3 sec\n", "protect a when psi > 10% hold 3s\n",
         "a unit that stands apart, in another spelling"),
        ("reclaim a when usage > 85 % until usage < 70%\n",
         "reclaim a when usage > 85% until usage < 70%\n", "a percent sign that stands apart"),
        ("protect a # mmpc: ignore flapping because\n# mmpc: ignore flapping\n# stays\nprotect b\n",
         "protect a\n# stays\nprotect b\n", "comments that suppress nothing"),
        ("thp order 9 when psi < 10 hold 1s # huge\n",
         "thp order 9 or smaller when psi < 10 hold 1s # huge\n", "an exact order"),
        ("protect a when psi > 10% && usage > 1GiB hold 1s\n",
         "protect a when psi > 10% and usage > 1GiB hold 1s\n", "a sign of another language"),
        ("define calm = 10%\nprotect a when psi > calm hold 1s\n",
         "define calm = 10%\nprotect a when psi > $calm hold 1s\n", "a define without its '$'"),
        ("# é 😀\tx\nprotect web whn psi > 10%\r\nprotect b\r\n",
         "# é 😀\tx\nprotect web when psi > 10%\r\nprotect b\r\n", "all else stays, byte by byte"),
):
    check(fixed(before) == after, what, fixed(before))
    check(fixed(after) == after, f"{what}: a second time changes nothing", fixed(after))

for text, what in (
        ("reclaim a step 64MB when usage > 85% until usage < 70%\n", "MB is not MiB"),
        ("reclaim a step 64 when usage > 85% until usage < 70%\n", "no unit, and none beside"),
        ("cgroup batch = \"/batch\"\nprotect batch\nprotect bacth\n", "a name may be another"),
        ("protect web-1.service\n", "where quotes end is the author's to say"),
        ("protect a\n", "nothing is wrong"),
        ("", "nothing at all"),
):
    check(fixed(text) == text, f"left alone: {what}", fixed(text))

mixed = "thp order 9 when psi < 10 hold 1s\nprotect web whn psi > 10%\n"
check(fixed(mixed, "syntax") == mixed.replace("whn", "when"), "one code only", fixed(mixed, "syntax"))
check(fixed(mixed, "syntax", "thp-exact-order") ==
      mixed.replace("whn", "when").replace("9", "9 or smaller"), "two codes")
done = mmpc("fix", "sintax", "-", text=mixed)
check(done.returncode == 2 and "did you mean 'syntax'?" in done.stderr, "no such code", done.stderr)
done = mmpc("fix", "syntax")
check(done.returncode == 2 and "no file given" in done.stderr, "no file", done.stderr)
done = mmpc("fix", "nowhere.mmp")
check(done.returncode == 2 and "there is no such file" in done.stderr, "no such file", done.stderr)
pathlib.Path("x.mmpt").write_text("use \"x.mmp\"\n")
check(mmpc("fix", "x.mmpt").returncode == 2, "tests are not mended")

pathlib.Path("part.mmp").write_text("define calm = 10%\nprotect x whn psi > 1%\n")
pathlib.Path("web.mmp").write_text('include "part.mmp"\nprotect web whn psi > $calm\n')
done = mmpc("fix", "web.mmp")
check(done.returncode == 1 and "errors are left: 1" in done.stderr and
      "when" in pathlib.Path("web.mmp").read_text() and
      "whn" in pathlib.Path("part.mmp").read_text(), "an included file is left alone", done.stderr)

os.chmod("web.mmp", 0o640)
pathlib.Path("web.mmp").write_text("protect web whn psi > 10%\n")
done = mmpc("fix", "web.mmp")
check(done.returncode == 0 and done.stdout == "" and os.stat("web.mmp").st_mode & 0o777 == 0o640,
      "a file that is mended keeps its mode", done.stderr)
before = os.stat("web.mmp").st_mtime_ns
mmpc("fix", "web.mmp")
check(os.stat("web.mmp").st_mtime_ns == before, "a file without a mistake is not written")

# All the policies that are bad on purpose.
shutil.copytree(ROOT / "tests/cases/bad", "bad")
os.chdir("bad")
mended = 0
wrong = collections.defaultdict(list)
for path in sorted(pathlib.Path(".").glob("*.mmp")):
    try:
        text = path.read_bytes().decode()
    except UnicodeDecodeError:
        continue
    had = codes(path)
    errors = sum(f["level"] == "error" for f in findings(path))
    patch = mmpc("fix", "--diff", path).stdout
    if path.read_bytes().decode() != text:
        wrong["--diff changes nothing"].append(path)
    patched = pathlib.Path("patched")
    patched.write_bytes(text.encode())
    if patch:
        done = subprocess.run(["patch", "-s", "--binary", "patched"], input=patch.encode(), check=False,
                              capture_output=True)
    done = mmpc("fix", path)
    new = path.read_bytes().decode()
    if patched.read_bytes().decode() != new:
        wrong["--diff | patch is the same as fix"].append(path)
    if new == text:
        continue
    mended += 1
    has = codes(path)
    # A policy with errors is not judged as a whole: what only then comes to light was there before.
    if sum(f["level"] == "error" for f in findings(path)) > errors or (has - had and not errors):
        wrong["no finding is added"].append((path, has - had))
    if sum(has.values()) >= sum(had.values()) and not has - had:
        wrong["findings are removed"].append((path, had, has))
    mmpc("fix", path)
    if path.read_bytes().decode() != new:
        wrong["a second run changes nothing"].append(path)
    comments = [c for c in re.findall("#.*", text) if not c.startswith("# mmpc:")]
    if comments != [c for c in re.findall("#.*", new) if not c.startswith("# mmpc:")]:
        wrong["comments stay"].append(path)
for what in ("--diff changes nothing", "--diff | patch is the same as fix", "no finding is added",
             "findings are removed", "a second run changes nothing", "comments stay"):
    check(not wrong[what], f"tests/cases/bad: {what}", wrong[what])
check(mended > 20, "tests/cases/bad: many are mended", mended)
print(f"1..{count}")
