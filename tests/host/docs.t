#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""docs/ says what the programs do: generated parts are current, fenced policies pass the check."""
import os
import pathlib
import re
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
MMPC = os.environ["MMP_BUILD"] + "/mmpc"
count = 0


def check(holds, what, detail=""):
    global count
    count += 1
    print(f"{'ok' if holds else 'not ok'} {count} - {what}")
    if not holds:
        for line in str(detail).splitlines():
            print("#", line)


def mmpc(*args):
    return subprocess.run([MMPC, *args], capture_output=True, text=True)


done = subprocess.run([ROOT / "docs/generate", "--check"], capture_output=True, text=True)
check(done.returncode == 0, "generated parts are current", done.stderr)

done = subprocess.run([ROOT / "editors/generate", "--check"], capture_output=True, text=True)
check(done.returncode == 0, "the editors' highlighting is current", done.stderr)

for page in sorted((ROOT / "docs").glob("*.md")):
    for i, policy in enumerate(re.findall(r"^```mmp\n(.*?)^```", page.read_text(), re.M | re.S)):
        with tempfile.NamedTemporaryFile("w", prefix="policy", suffix=".mmp") as f:
            f.write(policy)
            f.flush()
            done = mmpc("--check", "--fail-level=warning", f.name)
        check(done.returncode == 0, f"{page.name}: policy {i + 1} passes without a warning",
              done.stdout + done.stderr)

codes = re.findall(r'^DIAG\(\w+, "([a-z-]+)"', (ROOT / "compiler/report/diags.def").read_text(), re.M)
pages = (ROOT / "docs/diagnostics.md").read_text()
for code in codes:
    done = mmpc("explain", code)
    check(done.returncode == 0 and "What to do:" in done.stdout and f"\n## {code}\n" in pages,
          f"{code} is explained", done.stdout + done.stderr)

for word, wanted in (("pgfault_rate", "a signal"), ("swap", "a kind of allocation"), ("up", "a modifier"),
                     ("GiB/s", "a unit"), ("throttle", "an action"), ("memcg-v7", "a kernel")):
    done = mmpc("explain", word)
    check(done.returncode == 0 and wanted in done.stdout, f"explain {word}", done.stdout)
done = mmpc("explain", "shadowd-rule")
check(done.returncode == 2 and "did you mean 'shadowed-rule'?" in done.stderr, "explain's nearest word",
      done.stderr)
done = mmpc("explain")
check(all(code in done.stdout for code in codes), "explain lists all", done.stdout)

# The man page has the options that help has, and no others.
page = re.sub(r"\\f[BIR]|\\", "", (ROOT / "docs/mmpc.1").read_text())
helps = "".join(mmpc(command, "--help").stdout for command in
                ("compile", "fmt", "fix", "test", "replay", "suggest", "explain", "describe", "lsp"))
option = r"--[a-z][a-z-]*"
told, written = set(re.findall(option, helps)), set(re.findall(option, page))
check(told == written and len(told) > 15, "man page and help name the same options",
      f"help: {sorted(told - written)}\nman page: {sorted(written - told)}")
print(f"1..{count}")
