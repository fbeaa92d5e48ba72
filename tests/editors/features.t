#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""mmpc lsp: hover, completion, definition, references, rename, symbols, layout, quick fixes."""
import os
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lsp import Client, Tap

tap = Tap()
folder = tempfile.mkdtemp()
POLICY = '''cgroup service = "service.slice"
param busy = 400/s in 10/s .. 100000/s
define calm = 10%
signal pressed = psi > $calm
process redis = comm "redis-server"
eager: protect service when pgfault_rate > $busy until pgfault_rate < 100/s hold 2s
throttle batch 20ms to 150ms as usage from 80% to 95% when service.psi > 10%
thp redis order 4 or smaller on pagefault when pressed until system.psi < 1%
notify "short of memory 😀" at warning	when service.psi > 5% for 10s # mmpc: ignore flapping
'''.replace("eager:", "rule eager:")
client = Client(cwd=folder)
capabilities = client.start()
version = 0


def uri(name):
    return f"file://{folder}/{name}"


def show(name, text):
    """Open it, or give it another text."""
    global version
    version += 1
    client.notify("textDocument/didClose", textDocument={"uri": uri(name)})
    return client.open(uri(name), text, version)


def place(text, needle, shift=0):
    offset = text.index(needle) + shift
    line = text.count("\n", 0, offset)
    start = text.rfind("\n", 0, offset) + 1
    return {"line": line, "character": len(text[start:offset].encode("utf-16-le")) // 2}


def ask(what, name, text, needle, shift=0, **more):
    return client.request("textDocument/" + what, textDocument={"uri": uri(name)},
                          position=place(text, needle, shift), **more)


def taken(text, edits):
    """The text after edits that the server proposes."""
    lines = [line.encode("utf-16-le") for line in text.split("\n")]
    starts, at = [], 0
    for line in lines:
        starts.append(at)
        at += len(line) // 2 + 1
    data = text.encode("utf-16-le")
    for e in sorted(edits, key=lambda e: -starts[e["range"]["start"]["line"]]
                    - e["range"]["start"]["character"]):
        first, last = (2 * (starts[p["line"]] + p["character"]) if p["line"] < len(starts)
                       else len(data) for p in (e["range"]["start"], e["range"]["end"]))
        data = data[:first] + e["newText"].encode("utf-16-le") + data[last:]
    return data.decode("utf-16-le")


def hover():
    show("h.mmp", POLICY)
    for needle, shift, wanted, what in (
            ("pgfault_rate", 3, "memory.stat pgfault", "a signal has its source"),
            ("service.psi", 9, "short for psi.some.avg10", "a signal of a cgroup"),
            ("hold", 1, "shortest time", "a modifier"),
            ("150ms", 4, "1000000 ns", "a unit"),
            ("service when", 2, "/sys/fs/cgroup/service.slice", "a cgroup has its path"),
            ("$busy", 2, "param busy = 400/s in", "a param is shown as declared"),
            ("pressed until", 2, "signal pressed = psi", "a named condition"),
            ("protect service", 2, "from when service.pgfault_rate[1s] is above $busy", "a rule in words"),
            ("pagefault", 2, "TVA_PAGEFAULT", "a kind of allocation"),
            ("ignore flapping", 9, "What to do", "a code in a comment"),
    ):
        found = ask("hover", "h.mmp", POLICY, needle, shift)
        value = found["contents"]["value"] if found else ""
        tap.check(f"hover: {what}", wanted in value, value)
    tap.check("hover: nothing on white space",
              client.request("textDocument/hover", textDocument={"uri": uri("h.mmp")},
                             position={"line": 40, "character": 0}) is None)
    text = "protect web when usage in 5 .. 4 hold 1s\n"
    show("h.mmp", text)
    value = ask("hover", "h.mmp", text, "5 ..")["contents"]["value"]
    tap.check("hover: why a finding is one", "What to do" in value, value)


def labels(text, name="c.mmp"):
    text = POLICY + text
    show(name, text)
    found = client.request("textDocument/completion", textDocument={"uri": uri(name)},
                           position=place(text + "\0", "\0"))
    return [i["label"] for i in found["items"]]


def completion():
    open(os.path.join(folder, "other.mmp"), "w", encoding="ascii").close()
    for text, has, lacks in (
            ("", "protect cgroup cooldown", "psi service"),
            ("pro", "protect process", ""),
            ("protect se", "service batch", "protect psi redis"),
            ("protect service ", "when until at|up to|hold", "step|no swap|on|budget"),
            ("protect service up to 8", "8% 8MiB", "8s 8/s"),
            ("protect service up to 80% of ", "limit high parent system", "when"),
            ("protect service hold 2s ", "when until", "hold"),
            ("protect service when ", "psi usage pressed system self $busy", "mem_available comm"),
            ("reclaim service when ", "psi usage parent", "self comm"),
            ("thp order 4 when ", "comm vma.anon psi", "usage self"),
            ("notify \"x\" when ", "mem_available", "usage"),
            ("protect service when system.", "mem_available psi", "usage"),
            ("protect service when self.", "usage", "psi"),
            ("protect service when psi.", "psi.some.avg10", "usage events.oom"),
            ("protect service when service.psi.s", "psi.some.avg10", "usage"),
            ("protect service when usage > 8", "8MiB 8%", "8ms 8/s"),
            ("protect service when psi > 8", "8%", "8MiB"),
            ("protect service hold 2", "2s 2ms", "2MiB"),
            ("reclaim batch budget 2", "2MiB/s", "2MiB"),
            ("thp ", "order never default redis", "service"),
            ("thp order 4 ", "or smaller|when|priority", "hold2"),
            ("thp order 4 on ", "pagefault khugepaged", "psi"),
            ("protect service at ", "low min", "warning"),
            ("notify \"x\" at ", "warning", "low"),
            ("mode ", "enforce monitor", "psi"),
            ("reclaim service no ", "swap pace", "psi"),
            ("process x = cgroup ", "service", "psi"),
            ("process x = ", "comm pid pidfile all cgroup", "psi"),
            ("thp order 4 when vma.advice == ", "hugepage", "psi"),
            ("thp order 4 when memcg == ", "service", "psi"),
            ("param x", "", "psi service protect"),
            ("include \"", "other.mmp", "c.mmp psi"),
            ("# mmpc: ignore ", "flapping", "syntax psi"),
    ):
        split = "|" if "|" in has + lacks else " "
        has = [w for part in has.split("|") for w in (part.split(" ") if "or smaller" not in part
               and "up to" not in part else [part])]
        lacks = [w for w in lacks.split(split) if w]
        got = labels(text)
        tap.check(f"completion after '{text[-32:]}'",
                  all(not w or w in got for w in has) and not any(w in got for w in lacks),
                  f"{got}\nwanted {has}, not {lacks}")
    text = "protect service when usage > 😀\n"
    tap.check("completion in a line that is broken before it", labels(text) is not None)
    for text in ("foo bar ", ") x ", "when ", "protect web when " + "not " * 50000,
                 "protect web when " + "(" * 50000, "protect a when psi > 1" + " or psi > 2" * 9000):
        show("w.mmp", text)
        found = client.request("textDocument/completion", textDocument={"uri": uri("w.mmp")},
                               position=place(text + "\0", "\0"))
        tap.check(f"completion behind what begins no statement or has no end: '{text[:24]}'", "items" in found, found)
    show("p.mmp", POLICY)
    for text, has in (('u', "use"), ('use "', "other.mmp"), ('use "p.mmp"\ntest "x" {\nseries ', "service"),
                      ('use "p.mmp"\ntest "x" {\nseries service.', "pgfault_rate"),
                      ('use "p.mmp"\ntest "x" {\nset ', "busy"),
                      ('use "p.mmp"\ntest "x" {\nexpect ', "protect"),
                      ('use "p.mmp"\ntest "x" {\nexpect active(', "eager")):
        show("t.mmpt", text)
        found = client.request("textDocument/completion", textDocument={"uri": uri("t.mmpt")},
                               position=place(text + "\0", "\0"))
        got = [i["label"] for i in found["items"]]
        tap.check(f"completion in tests after '{text[-16:].split()[-1]}'", has in got, got)


def navigation():
    show("web.mmp", 'include "part.mmp"\nprotect web when psi > $calm hold 2s\n')
    part = 'define calm = 10%\ncgroup web = "web.slice"\n'
    show("part.mmp", part)
    web = 'include "part.mmp"\nprotect web when psi > $calm hold 2s\n'
    found = ask("definition", "web.mmp", web, "calm")
    tap.check("definition over an include", found["uri"] == uri("part.mmp") and
              found["range"]["start"] == {"line": 0, "character": 7}, found)
    found = ask("definition", "web.mmp", web, "part")
    tap.check("definition of an include", found["uri"] == uri("part.mmp"), found)
    found = ask("references", "part.mmp", part, "calm", context={"includeDeclaration": True})
    tap.check("references over includes",
              sorted(f["uri"] for f in found) == [uri("part.mmp"), uri("web.mmp")], found)
    found = ask("references", "part.mmp", part, "calm", context={"includeDeclaration": False})
    tap.check("references without the declaration", [f["uri"] for f in found] == [uri("web.mmp")],
              found)
    trial = ('use "web.mmp"\ntest "x" {\n    series web.psi = 0x5 60x5\n'
             '    expect protect(web) == true at 6s\n}\n')
    show("web.mmpt", trial)
    changes = ask("rename", "web.mmp", web, "web when", newName="shop")["changes"]
    tap.check("rename over includes and tests", {u: len(e) for u, e in changes.items()} ==
              {uri("web.mmp"): 1, uri("part.mmp"): 1, uri("web.mmpt"): 2}, changes)
    renamed = taken(trial, changes[uri("web.mmpt")])
    tap.check("rename changes names only", renamed ==
              trial.replace("web.psi", "shop.psi").replace("(web)", "(shop)"), renamed)
    for new, why in (("psi", "built-in signal"), ("when", "not a name"), ("1x", "not a name"),
                     ("web", "declared already")):
        try:
            ask("rename", "web.mmp", web, "calm", newName=new)
            tap.check(f"rename to '{new}' is refused", False)
        except ValueError as e:
            tap.check(f"rename to '{new}' is refused", why in str(e), e)
    show("i.mmp", "protect web\n")
    try:
        ask("rename", "i.mmp", "protect web\n", "web", newName="x")
        tap.check("an undeclared cgroup keeps its name", False)
    except ValueError as e:
        tap.check("an undeclared cgroup keeps its name", "not declared" in str(e), e)
    found = ask("prepareRename", "web.mmp", web, "calm")
    tap.check("the name to be renamed", found["placeholder"] == "calm", found)
    show("o.mmp", POLICY)
    found = client.request("textDocument/documentSymbol", textDocument={"uri": uri("o.mmp")})
    tap.check("an outline", [f["name"] for f in found][:7] ==
              ["service", "busy", "calm", "pressed", "redis", "eager", "throttle batch"], found)


def changes_of_the_text():
    loose = POLICY.replace("hold 2s", "hold   2s").replace("20ms to", "20ms   to")
    show("f.mmp", loose)
    edits = client.request("textDocument/formatting", textDocument={"uri": uri("f.mmp")},
                           options={"tabSize": 4, "insertSpaces": True})
    tap.check("layout touches the lines that change", len(edits) == 1 and
              edits[0]["range"]["start"]["line"] == 5 and edits[0]["range"]["end"]["line"] <= 9,
              edits)
    tidy = taken(loose, edits)
    show("f.mmp", tidy)
    tap.check("laid out once, it stays", client.request(
        "textDocument/formatting", textDocument={"uri": uri("f.mmp")}, options={}) == [])
    show("f.mmp", "protect   web whn\n")
    tap.check("a text with errors is not laid out", client.request(
        "textDocument/formatting", textDocument={"uri": uri("f.mmp")}, options={}) is None)
    for text, needle, after, what in (
            ("# 😀\n\tprotect web whn psi > 1% hold 1s\n", "whn",
             "# 😀\n\tprotect web when psi > 1% hold 1s\n", "a misspelt word"),
            ("notify \"😀\"\twhn psi > 1% hold 1s\n", "whn",
             "notify \"😀\"\twhen system.psi > 1% hold 1s\n", "right after an emoji and a tab"),
            ("reclaim a step 4MB when usage > 85% until usage < 70%\n", "4MB",
             "reclaim a step 4MiB when usage > 85% until usage < 70%\n", "a unit that may be meant"),
            ("thp order 9 when psi < 10 hold 1s\n", "9",
             "thp order 9 or smaller when psi < 10 hold 1s\n", "an exact order"),
            ("protect a # mmpc: ignore flapping x\n", "mmpc", "protect a\n",
             "a comment that suppresses nothing")):
        after = after.replace("system.psi", "psi")
        before = show("q.mmp", text)
        at = place(text, needle)
        found = client.request("textDocument/codeAction", textDocument={"uri": uri("q.mmp")},
                               range={"start": at, "end": at}, context={"diagnostics": []})
        found = [f for f in found if not f["title"].startswith("Ignore")]
        got = taken(text, found[0]["edit"]["changes"][uri("q.mmp")]) if found else None
        left = [f["code"] for f in show("q.mmp", got)] if got else None
        tap.check(f"quick fix: {what}", got == after, f"{found}\n{got}")
        tap.check(f"quick fix: {what}: the finding is gone",
                  left is not None and before[0]["code"] not in left, left)
    text = "\tthrottle web 20ms when pgfault_rate > 100/s\n\t\tand psi > 1%\n"
    before = show("q.mmp", text)
    at = place(text, "and")
    found = client.request("textDocument/codeAction", textDocument={"uri": uri("q.mmp")},
                           range={"start": {"line": 0, "character": 0}, "end": at},
                           context={"diagnostics": [], "only": ["quickfix"]})
    ignore = [f for f in found if f["title"] == "Ignore 'flapping' here"]
    got = taken(text, ignore[0]["edit"]["changes"][uri("q.mmp")]) if ignore else text
    tap.check("quick fix: a note can be ignored", "flapping" in [f["code"] for f in before] and
              [f["code"] for f in show("q.mmp", got)] == [], f"{found}\n{got}")
    text = "protect web whn psi > 1 hold 1s\nthp order 9 when psi < 10 hold 1s\n"
    show("q.mmp", text)
    found = client.request("textDocument/codeAction", textDocument={"uri": uri("q.mmp")},
                           range={"start": place(text, "web"), "end": place(text, "web")},
                           context={"diagnostics": [], "only": ["source.fixAll"]})
    got = taken(text, found[0]["edit"]["changes"][uri("q.mmp")])
    tap.check("all that is sure, at once", got == text.replace("whn", "when").replace(
        "9", "9 or smaller"), got)


hover()
completion()
navigation()
changes_of_the_text()
tap.check("the session ends well", client.stop() == (0, ""))
tap.done()
