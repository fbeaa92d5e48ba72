#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Random edits of policies, and the fuzz targets' corpus as documents, under AddressSanitizer.

After each the server's findings are those of mmpc --check on the same text, and it answers
requests about random places. MMP_EDITS says how many edits (400), MMP_SEED from where they start.
"""
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE))
from lsp import MMPC, Client, Tap

EDITS = int(os.environ.get("MMP_EDITS", "400"))
SEED = int(os.environ.get("MMP_SEED", "17"))
EACH = 50  # edits of one document
ASAN = os.environ["MMP_BUILD"] + "/fuzz/mmpc"
LEVELS = {"error": 1, "warning": 2, "note": 3}
rng = random.Random(SEED)
tap = Tap()
folder = tempfile.mkdtemp()
path = os.path.join(folder, "doc.mmp")
uri = f"file://{path}"
words = [json.loads(f'"{w}"') if "\\x" not in w else "x" for w in re.findall(
    r'^"(.*)"$', (ROOT / "tests/fuzz/words.dict").read_text(), re.M)]
words += ["😀", "é", "漢", "\t", "\r\n", "\r", "\n", "\n", " ", "\"", "# ", "(", ")", ".", "\0",
          "\u2028", "\U0010ffff", "$", "64MiB", "10%", "\nprotect a when ", "\n\n"]


def utf16(text):
    return len(text.encode("utf-16-le")) // 2


def line_starts(text, pattern):
    return [0] + [m.end() for m in re.finditer(pattern, text)]


def client_place(text, offset):
    starts = [s for s in line_starts(text, "\r\n|\r|\n") if s <= offset]
    return {"line": len(starts) - 1, "character": utf16(text[starts[-1]:offset])}


def from_client(text, starts, place):
    """The code point that a place of the protocol means."""
    line = text[starts[place["line"]]:]
    units = at = 0
    while units < place["character"]:
        units += 2 if ord(line[at]) > 0xffff else 1
        at += 1
    return starts[place["line"]] + at


def of_server(text, found):
    starts = line_starts(text, "\r\n|\r|\n")
    return sorted((from_client(text, starts, f["range"]["start"]), f.get("code", ""), f["severity"],
                   f["message"].split("\nhint: ")[0]) for f in found)


def of_check(text):
    with open(path, "w", encoding="utf-8", newline="") as f:
        f.write(text)
    done = subprocess.run([MMPC, "--check", "--format=json", "-fmax-errors=0", path],
                          capture_output=True, check=False)
    starts = line_starts(text, "\n")
    found = [f for f in json.loads(done.stdout)["findings"] if f["file"] == path]
    return sorted((starts[f["line"] - 1] + f["column"] - 1, f["code"], LEVELS[f["level"]],
                   f["message"]) for f in found)


def random_edit(text):
    """A range and what takes its place."""
    start = rng.randrange(len(text) + 1)
    end = min(len(text), start + rng.choice([0, 0, 0, 1, 1, 3, 10, 40]))
    # Not between the two halves of a line's end: no client has a place there.
    while 0 < start < len(text) and text[start - 1:start + 1] == "\r\n":
        start -= 1
    while 0 < end < len(text) and text[end - 1:end + 1] == "\r\n":
        end += 1
    return start, end, "".join(rng.choice(words) for _ in range(rng.choice([0, 1, 1, 1, 2, 4])))


def ask(client, text):
    """A request about a random place; any answer will do."""
    place = client_place(text, rng.randrange(len(text) + 1))
    method = rng.choice(["hover", "completion", "definition", "references", "documentSymbol",
                         "codeAction", "formatting", "prepareRename", "rename"])
    try:
        client.request("textDocument/" + method, textDocument={"uri": uri}, position=place,
                       range={"start": place, "end": place}, newName="other",
                       context={"includeDeclaration": True, "diagnostics": []}, options={})
    except ValueError:
        pass


# An editor's server waits for no device, which --check reads: those documents differ by intent.
def documents():
    places = ["tests/fuzz/corpus", "tests/cases/ok", "tests/cases/bad", "tests/cases/fmt", "examples"]
    for place in places:
        for file in sorted((ROOT / place).iterdir()):
            if file.suffix == ".mmp" or place == "tests/fuzz/corpus":
                text = file.read_bytes().decode(errors="replace")
                if "/dev/" not in text:
                    yield text


# Sanitizers end a process at what they find; leaks are looked for at its end.
client = Client(program=ASAN, cwd=folder)
client.start()
texts = list(documents())
version = 0
wrong = []


def compare(what, text, found):
    mine, checks = of_server(text, found), of_check(text)
    if mine != checks:
        wrong.append(f"{what}: server {mine}\ncheck {checks}\ntext {text!r}")


try:
    for text in texts:
        version += 1
        compare("document", text, client.open(uri, text, version))
        ask(client, text)
    tap.check(f"{len(texts)} documents of the corpus have --check's findings", not wrong and
              len(texts) > 100, "\n".join(wrong[:3]))
    wrong.clear()
    for n in range(EDITS):
        if n % EACH == 0:
            text = rng.choice(texts)
            version += 1
            client.open(uri, text, version)
        start, end, new = random_edit(text)
        change = {"range": {"start": client_place(text, start), "end": client_place(text, end)},
                  "text": new}
        text = text[:start] + new + text[end:]
        version += 1
        client.notify("textDocument/didChange", textDocument={"uri": uri, "version": version},
                      contentChanges=[change])
        compare(f"edit {n}", text, client.findings(uri, version))
        if n % 4 == 0:
            ask(client, text)
    tap.check(f"{EDITS} edits: --check's findings after each", not wrong, "\n".join(wrong[:3]))
    status, error = client.stop()
    tap.check("no sanitizer has found anything", status == 0 and not error, error[-3000:])
except (EOFError, BrokenPipeError) as e:
    tap.check(f"the server lives (seed {SEED})", False, f"{e}\n{text!r}")
tap.done()
