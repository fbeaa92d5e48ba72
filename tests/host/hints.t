#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Every hint that says what to write instead is true.

Followed, its finding goes, no new error comes, and a value that the user gave keeps its size. Tried
on the policies that are bad on purpose and on mistakes in good ones; MMP_MISTAKES=n for so many.
"""
import collections
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
MMPC = os.environ["MMP_BUILD"] + "/mmpc"
MISTAKES = int(os.environ.get("MMP_MISTAKES", "200"))
count = 0


def check(holds, what, detail=()):
    global count
    count += 1
    print(f"{'ok' if holds else 'not ok'} {count} - {what}")
    if not holds:
        for line in "\n".join(map(str, detail[:40])).splitlines():
            print("#", line)


def findings(text):
    """Of the policy itself: what an included file has is not mended here."""
    pathlib.Path("tried.mmp").write_bytes(text.encode())
    done = subprocess.run([MMPC, "--check", "--format=json", "--profile=all", "-fmax-errors=0",
                           "tried.mmp"], capture_output=True, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(f"mmpc --check ends with {done.returncode}:\n{text}")
    return [f for f in json.loads(done.stdout)["findings"] if f["file"] == "tried.mmp"]


def key(finding):
    return finding["code"], finding["message"]


def errors(found):
    return [f for f in found if f["level"] == "error"]


# ---- Following a hint ----

WORD = re.compile(r'"[^"\n]*"|\$?[A-Za-z_][\w.]*|[\d.]+(?:[A-Za-z]+(?:/s)?|%|/s)?|[<>=!]=?|\S')


def put(text, place, words):
    """Words in a place of one line; columns count characters."""
    lines = text.split("\n")
    line = lines[place["line"] - 1]
    start, end = place["column"] - 1, place["endColumn"] - 1
    lines[place["line"] - 1] = line[:start] + words + line[end:]
    return "\n".join(lines), line[start:end]


def replace_example(text, finding, words):
    """Where a person puts what "write for example" shows: from its first word before the finding.

    'psi > 12.5%' stands for the comparison of which the finding marks the right side alone.
    """
    line = text.split("\n")[finding["line"] - 1]
    start, end = finding["column"] - 1, finding["endColumn"] - 1
    first = WORD.match(words).group()
    if first == "when":
        end = len(line.split("#")[0].rstrip())
        when = re.search(r"\bwhen\b", line)
        start, words = (when.start(), words) if when else (end, " " + words)
    elif not WORD.match(words).end() == len(words):
        before = [m.start() for m in WORD.finditer(line)
                  if m.group() == first and m.start() <= start]
        start = before[-1] if before else start
    place = {"line": finding["line"], "column": start + 1, "endColumn": end + 1}
    return put(text, place, words)


def follow(text, finding, hint):
    """The text after the hint, what it took out and what it put in; None where it shows nothing."""
    if "replacement" in hint:
        return *put(text, hint["replaced"], hint["replacement"]), hint["replacement"]
    m = re.match(r"(?:'\w+' is minutes; )?write (?:for example )?'([^']+)'", hint["message"])
    if not m or m.group(1).startswith(("-D", "define ", "for ")):
        return None
    words = m.group(1).replace("NAME", "some_group")
    if words == "never":  # for base pages: it stands for the order and its word
        return None
    return *replace_example(text, finding, words), words


# ---- What a value measures ----

SIZES = {"B": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}
TIMES = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9, "m": 60e9, "h": 3600e9,
         "d": 86400e9, "day": 86400e9, "days": 86400e9, "w": 604800e9, "week": 604800e9,
         "sec": 1e9, "secs": 1e9, "min": 60e9, "mins": 60e9, "hours": 3600e9, "msec": 1e6,
         "mo": 2.6e15, "month": 2.6e15, "year": 3.2e16}
NUMBER = re.compile(r"(?<![\w.$\"-])(\d+(?:\.\d+)?)\s*(%|/s|[A-Za-z]+(?:/s)?)?(?![\w.])")


def value(digits, unit):
    """What is measured, and the possible values in base units; MB may be meant either way."""
    number = float(digits)
    per_second = unit.endswith("/s") and unit != "/s"
    base = unit[:-2] if per_second else unit
    if unit in TIMES:
        return "time", {number * TIMES[unit]}
    if unit == "%":
        return "percent", {number}
    if unit == "/s":
        return "rate", {number}
    m = re.fullmatch("([KMGT])(iB|B)?|B", base)
    if not m:
        return None
    letter = m.group(1) or "B"
    sizes = {number * SIZES[letter]}
    if m.group(2) == "B":
        sizes.add(number * 1000 ** ("BKMGT".index(letter)))
    return ("size a second" if per_second else "size"), sizes


def keeps_values(finding, old, new):
    """Each value that stood there is there still, unless it is of a kind that cannot stand there."""
    after = [(d, u, value(d, u)) for d, u in NUMBER.findall(new)]
    for digits, unit in NUMBER.findall(old):
        if not unit:
            good = not after or any(d == digits or float(d) == 100 * float(digits)
                                    for d, _, _ in after)
            # So many bytes are bytes: nobody means 4096 MiB by 4096.
            if float(digits) >= 4096 and any(v and v[0].startswith("size") for _, _, v in after):
                good = any(v and float(digits) in v[1] for _, _, v in after)
        else:
            had = value(digits, unit)
            same = [v for _, _, v in after if had and v and v[0] == had[0]]
            good = not same or any(v[1] & had[1] for v in same)
            if had and not same and after and finding["code"] != "quantity-mismatch":
                good = False
            if had and had[0] == "size" and new.startswith("order "):
                good = 4096 << int(after[0][0]) in had[1]
        if not good:
            return False
    return True


# ---- Judging ----

wrong = collections.defaultdict(list)
followed = collections.Counter()


def judge(text, name, is_one_mistake):
    before = findings(text)
    for f in before:
        for hint in f["hints"]:
            done = follow(text, f, hint)
            if not done:
                continue
            new, old_words, new_words = done
            followed[f["code"]] += 1
            after = findings(new)
            line = f["line"] - 1
            story = (f"{name}:{f['line']}:{f['column']}: {f['message']} [{f['code']}]\n"
                     f"  hint: {hint['message']}\n  was: {text.split(chr(10))[line]}\n"
                     f"  now: {new.split(chr(10))[line]}\n  then: "
                     + "; ".join(e["message"] for e in errors(after))[:300])
            here = [g for g in after if key(g) == key(f) and g["line"] == f["line"]]
            if len(here) >= len([g for g in before if key(g) == key(f) and g["line"] == f["line"]]):
                wrong["the finding goes"].append(story)
            gone = f["level"] == "error" and is_one_mistake
            if len(errors(after)) > len(errors(before)) - gone:
                wrong["no new error comes"].append(story)
            if not keeps_values(f, old_words, new_words):
                wrong["a value keeps its size"].append(story)


# ---- Mistakes ----

LETTERS = "abcdefghijklmnopqrstuvwxyz"
# What people write for a unit of each kind: a wrong kind would be a second mistake.
OTHER_UNITS = {"size": ["MB", "kB", "KB", "GB", "Mib", "mib", "gb", "g", "m", "k", "Gi", "Bytes"],
               "time": ["sec", "secs", "min", "mins", "msec", "d", "w", "day", "days", "week",
                        "hours", "S", "mo", "month", "year"],
               "percent": ["pct", "percent", "%%"], "rate": ["/sec", "/S", "ps"],
               "size a second": ["kb/s", "MB/s", "MiBs", "M/sec", "MiB/m"]}
OTHER_SIGNS = {">": ["=>", "<", "above", "==", "over"], "<": ["=<", ">", "below", "under"],
               "==": ["=", "is", "==="], "=": [":", "=="], "and": ["&&", ",", "&", "or"],
               "or": ["||", "|", "and"], "not": ["!", "unless"], ">=": ["=>", "≥"],
               "..": ["-", "to", "."],
               "!=": ["<>", "=!"], ":": ["="], "when": ["if", "while", "whenever"], "to": ["..", "-"]}


def misspell(rng, word):
    i = rng.randrange(len(word))
    kind = rng.randrange(4)
    if kind == 0 and len(word) > 1:
        return word[:i] + word[i + 1:]
    if kind == 1:
        return word[:i] + rng.choice(LETTERS) + word[i:]
    if kind == 2 and "." not in word[i:i + 2] and i + 1 < len(word):
        return word[:i] + word[i + 1] + word[i] + word[i + 2:]
    return word[:i] + rng.choice(LETTERS) + word[i + 1:]


SIGNALS = set(re.findall(r'^SIGNAL\(\w+, "([^"]+)"',
                         (ROOT / "grammar/signals.def").read_text(), re.M))
LONG = {"min", "mins", "d", "w", "day", "days", "week", "hours", "mo", "month", "year"}


def change(rng, word, before):
    m = NUMBER.fullmatch(word)
    if m:
        digits, unit = m.group(1), m.group(2) or ""
        kind = value(digits, unit)
        units = [unit + unit] if not kind else OTHER_UNITS[kind[0]]
        # A window or a tick of a day would be a second mistake.
        if not re.search(r"\b(hold|cooldown|for)\s+$", before):
            units = [u for u in units if u not in LONG]
        sizes = ["4096", "2097152", str(1 << 30), "67108864"] if kind and "size" in kind[0] else []
        return rng.choice([digits, f"{digits} {unit}", digits + rng.choice(units),
                           digits + rng.choice(units),
                           digits + (misspell(rng, unit) if len(unit) > 2 else unit),
                           rng.choice(sizes or [digits])])
    if word in OTHER_SIGNS and rng.randrange(2):
        return rng.choice(OTHER_SIGNS[word])
    if re.fullmatch(r"[A-Za-z_][\w.]*", word):
        kind = rng.randrange(12)
        return ("" if kind == 0 else f"{word} {word}" if kind == 1 else
                word + rng.choice(["-1", "-x", ".slice", "/a"])
                if kind == 2 and not {word, word.split(".", 1)[-1]} & SIGNALS else
                word.upper() if kind == 3 else misspell(rng, word))
    if word.startswith("$"):
        return rng.choice([word[1:], "$" + misspell(rng, word[1:])])
    return rng.choice(["", word if word == ".." else word + word])


def places(text):
    """Words outside comments and strings."""
    code = re.sub(r'"[^"\n]*"|#[^\n]*', lambda m: "\x01" * len(m.group()), text)
    return [m for m in WORD.finditer(code) if "\x01" not in m.group()]


def mistake(rng, text):
    place = rng.choice(places(text))
    before, after = text[:place.start()], text[place.end():]
    if not rng.randrange(20):  # what nobody sees, from a web page or an editor
        if before.endswith(" ") and rng.randrange(2):
            before = before[:-1] + rng.choice(["\u00a0", "\u2009", "\u3000"])
        else:
            after = rng.choice(["\u200b", "\ufeff"]) + after
        return before + place.group() + after
    return before + change(rng, place.group(), before) + after


# ---- All ----

folder = tempfile.TemporaryDirectory()
os.chdir(folder.name)
shutil.copytree(ROOT / "tests/cases/bad", ".", dirs_exist_ok=True)
bad = 0
for path in sorted(pathlib.Path(".").glob("**/*.mmp")):
    try:
        text = path.read_bytes().decode()
    except UnicodeDecodeError:
        continue
    judge(text, path, False)
KINDS = ("the finding goes", "no new error comes", "a value keeps its size")
for kind in KINDS:
    check(not wrong[kind], f"tests/cases/bad, each hint followed: {kind}", wrong[kind])
check(sum(followed.values()) > 100 and len(followed) >= 10,
      "tests/cases/bad: many hints of many findings are followed", [followed])

wrong.clear()
followed.clear()
good = [(p.name, p.read_bytes().decode())
        for where in ("tests/cases/ok", "examples") for p in sorted((ROOT / where).glob("*.mmp"))]
good = [(name, text) for name, text in good if not errors(findings(text))]
rng = random.Random(13)
for number in range(MISTAKES):
    name, text = rng.choice(good)
    judge(mistake(rng, text), f"mistake {number} in {name}", True)
for kind in KINDS:
    check(not wrong[kind], f"{MISTAKES} mistakes, each hint followed: {kind}", wrong[kind])
check(sum(followed.values()) > MISTAKES / 4, "mistakes: many hints are followed", [followed])
print(f"1..{count}")
