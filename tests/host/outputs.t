#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""No command writes onto what it reads, or two outputs onto one; how a file is written."""
import json
import os
import shutil
import stat
import subprocess
import tempfile

MMPC = os.environ["MMP_BUILD"] + "/mmpc"
MMPCTL = os.environ["MMP_BUILD"] + "/mmpctl"
FILES = {
    "web.mmp": 'include "more/inc.mmp"\nprotect high when pgfault_rate > 100 hold 3s\n',
    "more/inc.mmp": 'cgroup high = "h"\n',
    "other.mmp": "notify \"x\" when system.psi > 50 hold 1s\n",
    "web.mmpt": 'use "web.mmp"\ntest "a" tick 1s { series high.pgfault_rate = 200x3\n'
                ' expect protect(high) == true at 2s }\n',
    "own.conf": "profile = default\n",
    "t.csv": "time,high.pgfault_rate\n0,1\n1,200\n",
}
count = 0


def check(holds, what, detail=""):
    global count
    count += 1
    print(f"{'ok' if holds else 'not ok'} {count} - {what}")
    if not holds:
        for line in str(detail).splitlines():
            print("#", line)


def run(*args, program=MMPC, stdin=None, stdout=subprocess.PIPE, **more):
    return subprocess.run([program, *args], stdin=stdin or subprocess.DEVNULL, stdout=stdout,
                          stderr=subprocess.PIPE, text=True, **more)


def fresh():
    """The same files, in an empty folder."""
    global folder
    os.chdir("/")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder + "/more")
    os.makedirs(folder + "/links")
    os.chdir(folder)
    for name, text in FILES.items():
        with open(name, "w") as f:
            f.write(text)
    shutil.copy(objects, "s.bpf.o")


def state():
    """Every file's path, kind and bytes."""
    found = {}
    for place, _, names in os.walk("."):
        for name in names:
            path = os.path.join(place, name)
            found[path] = (os.lstat(path).st_ino, os.readlink(path) if os.path.islink(path) else open(path, "rb").read())
    return found


def same(path):
    return path


def dotted(path):
    return "./more/../" + path


def absolute(path):
    return os.path.abspath(path)


def symbolic(path):
    os.symlink("../" + path, "links/s")
    return "links/s"


def twice_symbolic(path):
    os.symlink("../" + path, "links/s")
    os.symlink("links", "l")
    os.symlink("s", "links/t")
    return "l/t"


def hard(path):
    os.link(path, "links/h")
    return "links/h"


FORMS = [same, dotted, absolute, symbolic, twice_symbolic, hard]
# Every command that writes a file: its words, and all that it reads.
COMMANDS = [
    ("compile", MMPC, lambda o: ["compile", "web.mmp", "-o", o], ["web.mmp", "more/inc.mmp"]),
    ("compile --emit=c", MMPC, lambda o: ["--emit=c", "web.mmp", "-o", o], ["web.mmp", "more/inc.mmp"]),
    ("compile --emit=plan", MMPC, lambda o: ["--emit=plan", "web.mmp", "-o", o], ["web.mmp", "more/inc.mmp"]),
    ("compile --emit=manifest", MMPC, lambda o: ["compile", "--emit=manifest", "web.mmp", "-o", o],
     ["web.mmp", "more/inc.mmp"]),
    ("compile --emit=ast", MMPC, lambda o: ["--emit=ast", "web.mmp", "-o", o], ["web.mmp", "more/inc.mmp"]),
    ("test --junit", MMPC, lambda o: ["test", "--junit", o, "web.mmpt"], ["web.mmpt", "web.mmp", "more/inc.mmp"]),
    ("test --format=json --junit", MMPC, lambda o: ["test", "--format=json", "--junit", o, "web.mmpt"],
     ["web.mmpt", "web.mmp", "more/inc.mmp"]),
    ("replay --svg", MMPC, lambda o: ["replay", "--svg", o, "web.mmp", "t.csv"], ["web.mmp", "more/inc.mmp", "t.csv"]),
    ("replay --format=json --svg", MMPC, lambda o: ["replay", "--format=json", "--svg", o, "web.mmp", "t.csv"],
     ["web.mmp", "more/inc.mmp", "t.csv"]),
    ("record --output", MMPCTL, lambda o: ["record", "s.bpf.o", "--for", "1ms", "--output", o], ["s.bpf.o"]),
    ("mmpc record --output", MMPC, lambda o: ["record", "s.bpf.o", "--for", "1ms", "--output", o], ["s.bpf.o"]),
    ("compile --config", MMPC, lambda o: ["compile", "--config", "own.conf", "-D", "x=5%", "web.mmp", "-o", o],
     ["web.mmp", "own.conf"]),
    ("test --config --junit", MMPC, lambda o: ["test", "--config", "own.conf", "--junit", o, "web.mmpt"], ["own.conf"]),
    ("replay --config --svg", MMPC, lambda o: ["replay", "--config", "own.conf", "--svg", o, "web.mmp", "t.csv"],
     ["own.conf"]),
]

work = tempfile.TemporaryDirectory()
folder = work.name + "/files"
os.chdir(work.name)
with open("s.mmp", "w") as f:
    f.write(FILES["other.mmp"])
objects = work.name + "/s.bpf.o"
check(run("compile", "s.mmp", "-o", objects).returncode == 0, "an object to read")

for name, program, words, inputs in COMMANDS:
    for path in inputs:
        for form in FORMS:
            fresh()
            output = form(path)
            before = state()
            r = run(*words(output), program=program)
            check(r.returncode == 2 and "would be overwritten" in r.stderr and not r.stdout and state() == before,
                  f"{name} onto {path}, {form.__name__}", r)
    fresh()
    r = run(*words("new"), program=program)
    check(r.returncode == 0 and os.path.getsize("new") > 0, f"{name} onto a file of its own", r)

# The defaults that are found above a policy are read, too; the text of a -D is not a file.
for name, words in (("compile", ["compile", "web.mmp", "-o", ".mmpc.conf"]),
                    ("test", ["test", "--junit", ".mmpc.conf", "web.mmpt"]),
                    ("replay", ["replay", "--svg", ".mmpc.conf", "web.mmp", "t.csv"])):
    fresh()
    os.link("own.conf", ".mmpc.conf")
    before = state()
    r = run(*words)
    check(r.returncode == 2 and "would be overwritten" in r.stderr and state() == before, f"{name} onto .mmpc.conf", r)
for taken in ("-D", "<command line>"):
    fresh()
    open(taken, "w").close()
    r = run("compile", "-D", "x=5%", "web.mmp", "-o", "./" + taken)
    check(r.returncode == 0 and os.path.getsize(taken), f"compile -D onto a file called '{taken}'", r)

# What is written in place is the one file, by every name of it.
for command, was, text in (("fmt", "protect   high", "protect high"), ("fix", "protect high whn", "protect high when")):
    for form in FORMS:
        fresh()
        with open("more/own.mmp", "w") as f:
            f.write(was + (" when" if command == "fmt" else "") + " pgfault_rate > 100 hold 3s\n")
        path = form("more/own.mmp")
        before = state()
        r = run(command, path)
        after = state()
        changed = {os.path.basename(k) for k in after if after[k] != before.get(k)}
        check(r.returncode == 0 and open("more/own.mmp").read().startswith(text) and before.keys() == after.keys()
              and changed <= {"own.mmp", "h"}, f"{command} of {form.__name__}", (r, changed))

# Standard input is an input, too.
for words in (["compile", "-", "-o", "web.mmp"], ["replay", "--svg", "web.mmp", "-", "t.csv"]):
    fresh()
    r = run(*words, stdin=open("web.mmp"))
    check(r.returncode == 2 and "standard input" in r.stderr and open("web.mmp").read() == FILES["web.mmp"],
          " ".join(words) + " <web.mmp", r)

# Two outputs onto one.
os.chdir("/")
for make in (lambda: os.symlink("more/inc.mmp", "other.bpf.o"), lambda: os.link("more/inc.mmp", "other.bpf.o")):
    fresh()
    make()
    before = state()
    r = run("compile", "web.mmp", "other.mmp")
    check(r.returncode == 2 and state() == before, "an output of one policy that is read for another", r)
fresh()
for place in "ab":
    os.mkdir(place)
    shutil.copy("other.mmp", place + "/p.mmp")
before = state()
r = run("compile", "a/p.mmp", "b/p.mmp")
check(r.returncode == 2 and "'p.bpf.o' would be written twice" in r.stderr and state() == before,
      "two policies of one name", r)
os.symlink("p.bpf.o", "web.bpf.o")
r = run("compile", "a/p.mmp", "web.mmp")
check(r.returncode == 2 and "are one file" in r.stderr and not os.path.exists("p.bpf.o"),
      "two outputs that a link makes one, before either is there", r)
os.unlink("web.bpf.o")
r = run("compile", "a/p.mmp", "web.mmp")
check(r.returncode == 0 and os.path.exists("p.bpf.o") and os.path.exists("web.bpf.o"), "two of two names", r)

# '-' is standard output.
for name, program, words, _ in COMMANDS:
    fresh()
    before = state()
    r = subprocess.run([program, *words("-")], capture_output=True)
    if "json" in name:
        check(r.returncode == 2 and not r.stdout and b"standard output would be written twice" in r.stderr,
              f"{name} -: two documents on one output", r)
    else:
        check(r.returncode == 0 and r.stdout and state() == before, f"{name} -: standard output", r)
fresh()
run("compile", "web.mmp", "-o", "web.o")
r = subprocess.run([MMPC, "compile", "web.mmp", "-o", "-"], capture_output=True)
check(r.stdout == open("web.o", "rb").read(), "the object on standard output is the object")
r = run("test", "--junit", "-", "web.mmpt")
check(r.stdout.startswith("<?xml") and r.stdout.endswith("</testsuites>\n") and "1 of 1 tests passed" in r.stderr,
      "test --junit -: the XML alone, the text on standard error", r)
r = run("replay", "--svg", "-", "web.mmp", "t.csv")
check(r.stdout.startswith("<svg") and r.stdout.endswith("</svg>\n"), "replay --svg -: the drawing alone", r)
with open("log", "w") as log:
    log.write("before\n")
    log.flush()
    r = run("--emit=plan", "web.mmp", "-o", "/dev/stdout", stdout=log)
check(r.returncode == 0 and open("log").read().startswith("before\npolicy"), "/dev/stdout is added to", r)
r = run("compile", "web.mmp", "--format=json", "-o", "-")
check(r.returncode == 2 and json.loads(r.stdout)["troubles"], "a report and an object on one output: the report", r)

# How a file is written.
fresh()


def laid_out(path):
    """mmpc fmt of a file that it changes: the shortest way to write in place."""
    with open(path, "w") as f:
        f.write("protect   high when pgfault_rate>100 hold 3s\n")
    return run("fmt", path)


DONE = "protect high when pgfault_rate > 100 hold 3s\n"
laid_out("f.mmp")
check(open("f.mmp").read() == DONE, "fmt writes")
os.chmod("f.mmp", 0o640)
r = laid_out("f.mmp")
check(stat.S_IMODE(os.stat("f.mmp").st_mode) == 0o640, "the mode is kept", r)
os.umask(0o077)
run("--emit=plan", "web.mmp", "-o", "private")
os.umask(0o022)
run("--emit=plan", "web.mmp", "-o", "public")
check([stat.S_IMODE(os.stat(f).st_mode) for f in ("private", "public")] == [0o600, 0o644], "a new one has the umask's")
os.chmod("private", 0o600)
run("--emit=plan", "web.mmp", "-o", "private")
check(stat.S_IMODE(os.stat("private").st_mode) == 0o600, "which then stays")
os.symlink("target.mmp", "dangling")
r = run("--emit=plan", "web.mmp", "-o", "dangling")
check(os.path.islink("dangling") and os.path.getsize("target.mmp"), "a link to nothing leads to the new file", r)
os.symlink("loop", "loop")
r = run("--emit=plan", "web.mmp", "-o", "loop")
check(r.returncode == 2 and "Too many levels of symbolic links" in r.stderr, "links in a circle", r)
os.link("f.mmp", "second")
inode = os.stat("f.mmp").st_ino
laid_out("f.mmp")
check(os.stat("f.mmp").st_ino == inode and open("second").read() == DONE, "both names of a file stay one file")
os.unlink("second")
# The old name of a temporary file, PATH.PID.tmp, planted as a link for every process that may come.
os.makedirs("planted")
with open("victim", "w") as f:
    f.write("precious\n")
start = os.getpid()
for pid in range(start, start + 300):
    os.symlink("../victim", f"planted/x.{pid}.tmp")
before = set(os.listdir("planted"))
r = run("--emit=plan", "web.mmp", "-o", "planted/x")
check(open("victim").read() == "precious\n" and set(os.listdir("planted")) == before | {"x"},
      "no foreseeable name beside it, and nothing is left", r)
check(sorted(n for n in os.listdir(".") if n.startswith(".")) == [], "no temporary file stays")
os.mkdir("as-folder")
r = run("--emit=plan", "web.mmp", "-o", "as-folder")
check(r.returncode == 2 and "cannot write 'as-folder': Is a directory" in r.stderr, "a folder", r)
r = run("--emit=plan", "web.mmp", "-o", "x" * 256)
check(r.returncode == 2 and "File name too long" in r.stderr, "a name that is too long", r)
run("--emit=plan", "web.mmp", "-o", "y" * 255)
check(os.path.exists("y" * 255), "the longest name there is")
for words in (["--emit=plan", "web.mmp", "-o"], ["test", "web.mmpt", "--junit"],
              ["replay", "web.mmp", "t.csv", "--svg"]):
    r = run(*words, "none/x")
    check(r.returncode == 2 and "cannot write 'none/x': No such file or directory" in r.stderr, f"{words}: the reason", r)
    r = run(*words, "/dev/full")
    check(r.returncode == 2 and "cannot write '/dev/full': No space left on device" in r.stderr, f"{words}: a full disk", r)


def apart(script):
    """A shell in mounts of its own, as root of them."""
    flags = ["-m"] if os.getuid() == 0 else ["-rm"]
    return subprocess.run(["unshare", *flags, "sh", "-c", script], capture_output=True, text=True,
                          env={**os.environ, "mmpc": MMPC})


open("real.mmp", "w").write("protect   high when pgfault_rate>100 hold 3s\n")
for name in ("real.o", "mnt.o", "mnt.mmp", "mnt.svg", "real.svg"):
    open(name, "w").close()
r = apart('mount --bind real.mmp mnt.mmp && mount --bind real.o mnt.o && mount --bind real.svg mnt.svg && '
          '$mmpc fmt mnt.mmp && $mmpc compile other.mmp -o mnt.o && $mmpc replay --svg mnt.svg web.mmp t.csv')
check(r.returncode == 0 and open("real.mmp").read() == DONE and open("real.o", "rb").read(4) == b"\x7fELF" and
      open("real.svg").read().startswith("<svg"), "a file that is mounted is written in place", r)
check(not [n for n in os.listdir(".") if n.startswith(".mmp-")], "with nothing left beside it")
r = apart('mount --bind real.mmp mnt.mmp && mount -o remount,bind,ro mnt.mmp && printf "thp   default\n" >real.mmp && '
          '$mmpc fmt mnt.mmp')
check(r.returncode == 2 and "cannot write 'mnt.mmp': Read-only file system" in r.stderr and
      open("real.mmp").read() == "thp   default\n", "one that is mounted to be read", r)
r = apart('mkdir small && mount -t tmpfs -o size=8k none small && printf "x   " >small/f.mmp && '
          'cp web.mmp more/inc.mmp small && mkdir small/more && cp more/inc.mmp small/more && '
          'head -c 8k /dev/zero >small/fill 2>/dev/null; '
          '$mmpc compile other.mmp -o small/f.mmp; echo $?; cat small/f.mmp; ls -A small')
check(r.stdout.startswith("2\nx   ") and "No space left" in r.stderr and ".mmp-" not in r.stdout,
      "a full disk leaves what was there", r)
if os.getuid() == 0:
    def as_nobody(*words):
        return subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *words],
                              capture_output=True, text=True)
    shutil.copy(MMPC, work.name + "/mmpc")
    os.chmod(work.name, 0o755)
    for name in ("mine", "theirs"):
        with open(name, "w") as f:
            f.write("protect   high when pgfault_rate>100 hold 3s\n")
    os.chown("mine", 65534, 65534)
    r = as_nobody(work.name + "/mmpc", "fmt", "mine")
    check(r.returncode == 0 and open("mine").read() == DONE, "a file of mine in a folder that is not", r)
    r = as_nobody(work.name + "/mmpc", "fmt", "theirs")
    check(r.returncode == 2 and "cannot write 'theirs': Permission denied" in r.stderr, "one of another's", r)
    os.chown("mine", 65534, 12345)
    laid_out("mine")
    check((os.stat("mine").st_uid, os.stat("mine").st_gid) == (65534, 12345), "root leaves the owner")
else:
    print("# the owner's tests need root")
os.chdir("/")
print(f"1..{count}")
