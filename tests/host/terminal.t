#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Control characters and turns of the writing direction in names and texts reach no terminal, on any path."""
import os
import pty
import re
import subprocess
import tempfile

MMPC = os.environ["MMP_BUILD"] + "/mmpc"
MMPCTL = os.environ["MMP_BUILD"] + "/mmpctl"
HIDDEN = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
EVIL = "\x1b]0;owned\x07\u009b31m\u202e"
ESCAPED = r"\x1b]0;owned\x07\xc2\x9b31m\xe2\x80\xae\n\npolicy p: monitors\xff"
count = 0


def check(holds, what, detail=""):
    global count
    count += 1
    print(f"{'ok' if holds else 'not ok'} {count} - {what}")
    if not holds:
        for line in str(detail).splitlines()[:40]:
            print("#", ascii(line))


def on_terminal(program, *words, stdin=subprocess.DEVNULL):
    """What a terminal is given by both streams."""
    master, slave = pty.openpty()
    child = subprocess.Popen([program, *words], stdin=stdin, stdout=slave, stderr=slave,
                             env={**os.environ, "NO_COLOR": "1"})
    os.close(slave)
    data = b""
    while True:
        try:
            part = os.read(master, 65536)
        except OSError:
            break
        if not part:
            break
        data += part
    os.close(master)
    child.wait()
    return data.replace(b"\r\n", b"\n")


def clean(what, program, *words, says=None, **more):
    data = on_terminal(program, *words, **more)
    text = data.decode("utf-8", "surrogateescape")
    bad = HIDDEN.search(text) or re.search("[\udc80-\udcff]", text)
    check(data and not bad and (says is None or says in text), f"{what}: nothing that a terminal obeys", text)
    check("\npolicy p: monitors" not in text, f"{what}: no line that the policy made up", text)


scratch = tempfile.TemporaryDirectory()
os.chdir(scratch.name)
name = f"evil{EVIL}.mmp"
POLICY = f"""# {EVIL}
cgroup g = "g{EVIL}"
cgroup h = "h{ESCAPED}"
cgroup many = "m{EVIL}/*"
process db = comm "\\x1b\\x07{chr(0x202e)}"
param p = 5% in 1% .. 50%
signal busy = h.psi > $p
protect g when pgfault_rate > 100 hold 3s # {EVIL}
throttle h 20ms when busy and "x{ESCAPED}".usage > 1GiB until usage < 1MiB
rule far: throttle many 20ms when psi > $p until psi < 1
thp db never when memcg == "t{ESCAPED}" or comm == "\\x1b\\n\\x07"
notify "{ESCAPED} {EVIL}" when psi > 50 hold 1s
"""
with open(name, "w") as f:
    f.write(POLICY)
with open("wrong.mmp", "w") as f:
    f.write(POLICY + f'protect "{EVIL}" whn psi > 3 {EVIL}\ninclude "{EVIL}.mmp"\ninclude "i{ESCAPED}"\n')
TESTS = f"""use "{name}"
test "{EVIL}{EVIL}" tick 1s {{ # {EVIL}
	series g.pgfault_rate = 200x5
	series "h{EVIL}".psi = 5%x5
	expect protect(g) == false at 2s
	expect protect("protect-{EVIL}") == true at 2s
}}
"""
for number, text in enumerate([TESTS, TESTS.replace('\tseries "h', "# ").replace('\texpect protect("', "# "),
                               TESTS.replace("false", "true").replace('\tseries "h', "# ").replace('\texpect protect("', "# ")]):
    with open(f"t{number}{EVIL}.mmpt", "w") as f:
        f.write(text)
    clean(f"test {number}", MMPC, "test", "-v", "--coverage", f"t{number}{EVIL}.mmpt", says="t")
    clean(f"test {number} --format=json", MMPC, "test", "--format=json", f"t{number}{EVIL}.mmpt")
    clean(f"test {number} --junit", MMPC, "test", "--junit", "-", f"t{number}{EVIL}.mmpt")
with open(f"t{EVIL}.csv", "w") as f:
    f.write(f"time,g.pgfault_rate,other{EVIL}.usage\n0,1,2\n1,200,3\n")
for form in ("text", "json", "sarif", "github"):
    clean(f"check as {form}", MMPC, "--check", "--profile=all", f"--format={form}", name, "wrong.mmp", f"none{EVIL}")
clean("describe", MMPC, "describe", name, says="policy evil?")
clean("describe --format=json", MMPC, "describe", "--format=json", name)
for emit in ("ast", "plan", "c"):
    clean(f"--emit={emit}", MMPC, f"--emit={emit}", name, says="g")
clean("replay", MMPC, "replay", name, f"t{EVIL}.csv", says="throttle-h-1")
clean("replay --format=json", MMPC, "replay", "--format=json", name, f"t{EVIL}.csv")
clean("replay --svg", MMPC, "replay", "--svg", "-", name, f"t{EVIL}.csv", says="</svg>")
clean("fmt", MMPC, "fmt", "-", stdin=open(name), says="notify")
clean("fmt --diff", MMPC, "fmt", "--diff", name)
with open(f"messy{EVIL}.mmp", "w") as f:
    f.write(POLICY.replace("protect g", "protect    g"))
clean("fmt --diff of a difference", MMPC, "fmt", "--diff", f"messy{EVIL}.mmp", says="protect g")
clean("fix --diff", MMPC, "fix", "--diff", "wrong.mmp", says="whe")
clean("fix", MMPC, "fix", "-", stdin=open("wrong.mmp"), says="notify")
clean("fmt --check", MMPC, "fmt", "--check", f"messy{EVIL}.mmp", says="messy?")
for words in (["--" + EVIL, name], ["-\x1b", name], ["--check=" + EVIL, name], ["fmt", "--" + EVIL], ["fix", "--" + EVIL],
              ["test", "--" + EVIL], ["replay", "-\x07"], ["explain", "--" + EVIL], ["lsp", "--" + EVIL],
              ["explain", EVIL], [EVIL], ["--check", EVIL], ["fmt", EVIL], ["test", EVIL], ["replay", EVIL, EVIL],
              ["--profile=" + EVIL, name], ["-W" + EVIL, name], ["test", "--min", EVIL, name],
              ["compile", name, "-o", f"none/{EVIL}"], ["load", f"{EVIL}.mmp"], ["replay", name, EVIL]):
    clean("mmpc " + words[0].replace(EVIL, "EVIL"), MMPC, *words)
raw = subprocess.run([MMPC, "fmt", "-"], stdin=open(name), capture_output=True)
check(EVIL.encode() in raw.stdout, "into a pipe fmt writes the very text")
check(subprocess.run([MMPC, "compile", name, "-o", "evil.bpf.o"], capture_output=True).returncode == 0, "an object with such names")
for words in (["load", "evil.bpf.o"], ["load", "--name", EVIL, "evil.bpf.o"], ["load", EVIL], ["status", EVIL], [EVIL],
              ["set", EVIL, EVIL], ["unload", EVIL], ["stats", "--format=" + EVIL], ["top", EVIL], ["top", "--count", EVIL], ["record", EVIL],
              ["record", "evil.bpf.o", "--for", "1ms"], ["record", "evil.bpf.o", "--for", EVIL],
              ["record", "evil.bpf.o", "--cgroup", EVIL + "=x"], ["record", "evil.bpf.o", "--output", f"none/{EVIL}"]):
    clean("mmpctl " + " ".join(words).replace(EVIL, "EVIL"), MMPCTL, *words)
os.chdir("/")
print(f"1..{count}")
