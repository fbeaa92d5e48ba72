#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""The formats of mmpc --check, with names and texts that try to break them; exit statuses."""
import json
import os
import pathlib
import re
import subprocess
import tempfile

import jsonschema

MMPC = os.environ["MMP_BUILD"] + "/mmpc"
CASES = pathlib.Path(__file__).resolve().parent.parent / "cases"
count = 0


def check(holds, what, detail=""):
    global count
    count += 1
    print(f"{'ok' if holds else 'not ok'} {count} - {what}")
    if not holds:
        for line in str(detail).splitlines():
            print("#", line)


def mmpc(*args, stdin=b"", env=None):
    return subprocess.run([MMPC, *args], input=stdin, capture_output=True,
                          env={**os.environ, **(env or {})})


BAD = b'protect web whn psi > 10\nnotify "\xff\xed\xa0\x80"\nprotect "a\xfe" wehn psi > 1\n'
names = [b"plain.mmp", b'quo"te.mmp', b"new\nline.mmp", b"bad\xff\xfeutf8.mmp",
         b"percent%41,colon:.mmp", "höhe 漢.mmp".encode(), b"esc\x1b[31m.mmp", b"back\\slash.mmp"]
scratch = tempfile.TemporaryDirectory()
os.chdir(scratch.name)
for name in names:
    with open(name, "wb") as f:
        f.write(BAD)
with open("good.mmp", "w") as f:
    f.write("protect high when pgfault_rate > 100\n")
with open("includer.mmp", "w") as f:
    f.write('include "plain.mmp"\n')
all_files = names + [b"includer.mmp", b"good.mmp", b"missing.mmp"]

r = mmpc("--check", "--format=json", *all_files)
document = json.loads(r.stdout)
check(r.returncode == 2, "a file that cannot be read: exit 2", r.returncode)
check(document["errors"] + document["warnings"] + document["notes"] ==
      len(document["findings"]) + document["hidden"], "json: totals add up",
      document["errors"])
files = {f["file"] for f in document["findings"]}
check('quo"te.mmp' in files and "new\nline.mmp" in files, "json: quotes and newlines in names", files)
check("bad\\xff\\xfeutf8.mmp" in files, "json: bytes that are not UTF-8 are written \\xNN", files)
check(document["troubles"] == [{"file": "missing.mmp",
      "message": "cannot read 'missing.mmp': there is no such file"}], "json: what could not be read",
      document["troubles"])
first = document["findings"][0]
check((first["line"], first["column"], first["endColumn"], first["code"], first["level"]) ==
      (1, 13, 16, "syntax", "error"), "json: place, code and level", first)
check(first["hints"] == [{"message": "did you mean 'when'?", "replacement": "when",
                          "replaced": {"file": first["file"], "line": 1, "column": 13,
                                       "endColumn": 16}}],
      "json: hints carry the word and its place", first["hints"])
included = [f for f in document["findings"] if f["includedFrom"]]
check(included and included[0]["includedFrom"][0]["file"] == "includer.mmp",
      "json: where it was included from", included[:1])

r = mmpc("--check", "--format=sarif", *all_files)
sarif = json.loads(r.stdout)
# The published schema (OASIS SARIF TC, 2.1.0-rtm.5), unchanged, as the npm package @microsoft/jest-sarif
# 1.0.0-beta.0 has it under the MIT licence.
published = json.loads((CASES / "sarif-2.1.0-rtm.5.json").read_text())
errors = [e.message for e in jsonschema.Draft4Validator(published).iter_errors(sarif)]
check(not errors, "sarif: valid by the published schema", "\n".join(errors))
run = sarif["runs"][0]
message = run["results"][0].pop("message")
check(not jsonschema.Draft4Validator(published).is_valid(sarif), "sarif: the schema misses a message")
run["results"][0]["message"] = message
# Stricter, about what mmpc always writes: whole regions, URIs as names.
own = json.loads((CASES / "sarif-required.json").read_text())
errors = [e.message for e in jsonschema.Draft7Validator(own).iter_errors(sarif)]
check(not errors, "sarif: all that mmpc promises", "\n".join(errors))
rules = run["tool"]["driver"]["rules"]
check(all(rules[x["ruleIndex"]]["id"] == x["ruleId"] for x in run["results"]),
      "sarif: each result points at its rule")
uris = {x["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for x in run["results"]}
check("bad%FF%FEutf8.mmp" in uris and "new%0Aline.mmp" in uris, "sarif: names are URIs", uris)
check(not run["invocations"][0]["executionSuccessful"], "sarif: says that a file was not read")
fix = run["results"][0]["fixes"][0]["artifactChanges"][0]["replacements"][0]
check(fix["insertedContent"]["text"] == "when" and fix["deletedRegion"]["startColumn"] == 13,
      "sarif: a fix for a misspelt word", fix)

r = mmpc("--check", "--format=github", *names)
lines = r.stdout.decode().splitlines()
pattern = re.compile(r"::(error|warning|notice) file=[^:,]*,line=\d+,col=\d+,endColumn=\d+,"
                     r"title=[a-z-]+::[^\r\n]+")
check(lines and all(pattern.fullmatch(x) for x in lines), "github: each line is a command",
      "\n".join(lines))
check(any("file=percent%2541%2Ccolon%3A.mmp," in x for x in lines), "github: names are encoded",
      "\n".join(lines))

# The text of a -D is in no file.
option = ["-D", "p=", "plain.mmp"]
found = [f for f in json.loads(mmpc("--check", "--format=json", *option).stdout)["findings"]
         if "'-D p='" in f["message"]]
check([f["file"] for f in found] == ["<command line>"], "json: a finding of -D", found)
check(b"\n<command line>:1:1: error: '-D p='" in b"\n" + mmpc("--check", *option).stdout,
      "text: a finding of -D")
found = [x for x in mmpc("--check", "--format=github", *option).stdout.decode().splitlines()
         if "'-D p='" in x]
check(found and found[0].startswith("::error title=syntax::"), "github: no file for it", found)
sarif = json.loads(mmpc("--check", "--format=sarif", *option).stdout)
found = [x for x in sarif["runs"][0]["results"] if "'-D p='" in x["message"]["text"]]
check([x["locations"] for x in found] == [[]] and jsonschema.Draft4Validator(published).is_valid(sarif),
      "sarif: no location for it", found)

r = mmpc("--check", *names)
check(b"\x1b" not in r.stdout and b"\xff" not in r.stdout, "text: no control characters get through",
      r.stdout)
r = mmpc("--check", "--format=json", *[b"plain.mmp"] * 3, "-fmax-errors=4")
document = json.loads(r.stdout)
check(len(document["findings"]) == 4 and document["hidden"] == document["errors"] - 4,
      "-fmax-errors caps a run", document["hidden"])
r = mmpc("--check", "-fmax-errors=1", "plain.mmp")
many = []
for i in range(130):
    many.append(f"w{i:03}.mmp")
    with open(many[-1], "w") as f:
        f.write('cgroup unused_%d = "x"\nprotect high when pgfault_rate > 100 hold 3s\n' % i)
with open("z.mmp", "w") as f:
    f.write("protect high when psii > 1 hold 3s\n")
capped = mmpc("--check", *many, "z.mmp")
check(capped.returncode == 1 and b"z.mmp:1:19: error:" in capped.stdout and
      capped.stdout.decode().splitlines()[-1].startswith("31 more findings"),
      "text: an error comes before a hundred warnings", capped.stdout.decode()[-500:])
whole = json.loads(mmpc("--check", "--format=json", *many, "z.mmp").stdout)
check(len(whole["findings"]) == 131 and not whole["hidden"], "json: whole", len(whole["findings"]))
whole = json.loads(mmpc("--check", "--format=sarif", *many, "z.mmp").stdout)["runs"][0]
check(len(whole["results"]) == 131 and not whole["invocations"][0]["toolExecutionNotifications"], "sarif: whole")
whole = mmpc("--check", "--format=github", *many, "z.mmp").stdout.decode()
check(whole.count("::warning") == 130 and whole.count("::error") == 1, "github: whole", whole[-300:])
whole = json.loads(mmpc("--check", "--format=sarif", "-fmax-errors=1", *many, "z.mmp").stdout)["runs"][0]
check([x["level"] for x in whole["results"]] == ["error"] and "hides 130 findings" in
      whole["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"], "sarif: says what is hidden",
      whole["invocations"])
whole = mmpc("--check", "--format=github", "-fmax-errors=1", *many, "z.mmp").stdout.decode()
check(whole.count("::error") == 1 and "hides 130 findings" in whole.splitlines()[-1], "github: says so, too", whole)
late = mmpc("--check", "-", stdin=b"".join(b'cgroup u%d = "x%d"\n' % (i, i) for i in range(10100)) +
            b"protect high when psii > 1\n")
check(late.returncode == 1 and b": error: " in late.stdout, "an error behind ten thousand warnings is kept",
      late.stdout[-300:])
check(r.stdout.decode().splitlines()[-1] ==
      "2 more findings are not shown (-fmax-errors=0 shows all)", "text: says what is not shown",
      r.stdout.decode())

# Colour.
plain = mmpc("--check", "plain.mmp").stdout
check(b"\033" not in plain, "no colour into a pipe")
check(b"\033[1;31merror" in mmpc("--check", "--color=always", "plain.mmp").stdout, "--color=always")
script = ["script", "-qec", f"{MMPC} --check plain.mmp", "/dev/null"]
tty = subprocess.run(script, capture_output=True, env={**os.environ, "NO_COLOR": ""})
check(b"\033[1;31merror" in tty.stdout, "colour on a terminal", tty.stdout)
tty = subprocess.run(script, capture_output=True, env={**os.environ, "NO_COLOR": "1"})
check(b"error" in tty.stdout and b"\033" not in tty.stdout, "NO_COLOR", tty.stdout)

# Exit statuses and flags.
WARN = b"thp default # mmpc: ignore nonsense because\n"


def status(*args, stdin=WARN):
    return mmpc("--check", *args, "-", stdin=stdin).returncode


check(status(stdin=b"protect high when pgfault_rate > 100") == 0, "a good policy: 0")
check(status(stdin=BAD) == 1, "errors: 1")
check(status() == 0, "warnings below the fail level: 0")
check(status("--fail-level=warning") == 3, "warnings at the fail level: 3")
check(status("--fail-level=warning", "-Wno-bad-suppression") == 0, "-Wno-CODE")
check(status("-Werror") == 1 and status("-Werror=bad-suppression") == 1, "-Werror, -Werror=CODE")
check(status("-Werror=unused-suppression") == 0, "-Werror of another code")
r = mmpc("--check", "-Wno-unused-supression", "-", stdin=WARN)
check(r.returncode == 2 and b"did you mean 'unused-suppression'?" in r.stderr,
      "a misspelt code: 2 and a hint", r.stderr)
check(status("-Wno-syntax") == 2, "errors cannot be turned off")
for flag in ("--format=xml", "--profile=x", "--fail-level=x", "-fmax-errors=x", "-fx", "--x",
             "--color=x", "-D=", "-o/tmp/x"):
    check(status(flag) == 2, f"{flag}: 2")
check(mmpc().returncode == 2 and mmpc("--check").returncode == 2, "no file: 2")
check(mmpc("--help").returncode == 0 and mmpc("--version").returncode == 0, "--help, --version: 0")
for words, sentence in ((["--kernl", "6.1", "x.mmp"], "mmpc compile: there is no option '--kernl'; did you mean '--kernel'?"),
                        (["test", "--nonsense", "x"], "mmpc test: there is no option '--nonsense'; try 'mmpc test --help'"),
                        (["fmt", "-x"], "mmpc fmt: there is no option '-x'; try 'mmpc fmt --help'"),
                        (["replay", "--diff=1"], "mmpc replay: there is no option '--diff'"),
                        (["fmt", "--diff=1", "x"], "mmpc fmt: '--diff' takes no value"),
                        (["--co", "x"], "mmpc compile: '--co' is short for several options"),
                        (["x.mmp", "-o"], "mmpc compile: '-o' wants a value after it"),
                        (["describe"], "mmpc describe: no file given; try 'mmpc describe --help'"),
                        (["fmt"], "mmpc fmt: no file given; try 'mmpc fmt --help'")):
    r = mmpc(*words)
    check(r.returncode == 2 and r.stderr.decode().startswith(sentence) and not r.stdout, " ".join(words), r.stderr)
r = mmpc("chekc", "x")
check(r.returncode == 2 and b"did you mean 'check'?" in r.stderr, "a misspelt command", r.stderr)
with open("/dev/full", "w") as full:
    r = subprocess.run([MMPC, "--check", "plain.mmp"], stdout=full, stderr=subprocess.PIPE)
check(r.returncode == 2 and b"writing the report failed" in r.stderr, "a full disk: 2", r.stderr)
print(f"1..{count}")
os.chdir("/")
