#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""vim, neovim and VS Code show each word of the language in its class, and agree on the examples."""
import collections
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
EDITORS = ROOT / "editors"
NPM = pathlib.Path(os.environ["MMP_BUILD"]) / "editors"
sys.path.insert(0, str(HERE))
from lsp import Tap

tap = Tap()
folder = pathlib.Path(tempfile.mkdtemp())
classes = [line.rsplit(" ", 2) for line in subprocess.run(
    [EDITORS / "generate", "--classes"], capture_output=True, text=True,
    check=True).stdout.splitlines()]


def in_editor(program, files):
    """{(file, line, column): (word, group)} as vim or neovim show it."""
    out = folder / f"{program}.out"
    out.unlink(missing_ok=True)
    command = ([program, "-u", "NONE", "-i", "NONE", "-N", "-es"] if program == "vim" else
               [program, "--headless", "-u", "NONE", "-i", "NONE", "-n"])
    done = subprocess.run([*command, "-S", HERE / "syntax.vim"], capture_output=True, timeout=120,
                          stdin=subprocess.DEVNULL, check=False, env={
                              **os.environ, "MMP_EDITORS": str(EDITORS), "MMP_OUT": str(out),
                              "MMP_FILES": "\n".join(map(str, files)), "HOME": str(folder)})
    if not out.exists():
        sys.exit(f"{program}: {done.stdout} {done.stderr}")
    shown = {}
    for line in out.read_text().splitlines():
        file, number, column, word, group = line.split("\t")
        shown[file, int(number), int(column)] = (word, group)
    return shown


def in_vscode(files):
    """[(file, line, start, end, scopes)]"""
    done = subprocess.run(["node", HERE / "textmate.js", NPM, EDITORS, *files],
                          capture_output=True, text=True, timeout=120, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    rows = collections.defaultdict(list)
    for line in done.stdout.splitlines():
        file, number, start, end, scopes = line.split("\t")
        rows[file, int(number)].append((int(start), int(end), scopes))
    return rows


def scopes_at(rows, file, line, column):
    for start, end, scopes in rows[file, line]:
        if start <= column < end:
            return scopes
    return ""


done = subprocess.run([EDITORS / "generate", "--check"], capture_output=True, text=True, check=False)
tap.check("what is generated is current", done.returncode == 0, done.stderr)

# Every word that a table has is in some class.
listed = {word for word, _, _ in classes}
missing = []
for name in ("words", "actions", "signals", "units"):
    text = (ROOT / f"grammar/{name}.def").read_text()
    for macro, word in re.findall(r'^(\w+)\((?:\w+, )?"([^"]+)"', text[text.index("*/"):], re.M):
        if macro != "HOOK" and not all(w in listed for w in word.split()):
            missing.append(word)
tap.check("each word of grammar/*.def has a class", not missing and len(listed) > 100, missing)

# One word a line, a unit behind a number; then in its place.
words = folder / "words.mmp"
words.write_text("".join(f"1{word}\n" if "Unit" in cls else f"{word}\n" for word, cls, _ in classes))
vim, nvim, code = in_editor("vim", [words]), in_editor("nvim", [words]), in_vscode([words])
for number, (word, cls, scope) in enumerate(classes, 1):
    column = 1 if "Unit" in cls else 0
    got = [shown.get((str(words), number, column), ("", "none"))[1] for shown in (vim, nvim)]
    at = scopes_at(code, str(words), number, column)
    # Of B/s and its like, vim's words are B and /s.
    tap.check(f"'{word}' is {cls} in vim, neovim and VS Code",
              got == [f"mmp{cls}"] * 2 and f" {scope}." in f" {at}.", f"{got} {at}")

# Whole policies: what vim shows is what the grammar says, as assertions of vscode-tmgrammar-test.
scope_of = {f"mmp{cls}": scope for _, cls, scope in classes}
scope_of |= {"mmpComment": "comment.line", "mmpString": "string.quoted",
             "mmpReference": "variable.other.reference", "mmpNumber": "constant.numeric",
             "mmpEscape": "constant.character.escape", "mmpTest": "keyword.control.test",
             "mmpSubject": "support.function.subject", "mmpTodo": "comment.line",
             "mmpSuppress": "keyword.other.suppress",
             "mmpRepeat": "constant.other.repeat"}
policies = sorted((ROOT / "examples").glob("*.mmp*")) + sorted(
    (ROOT / "tests/cases/ok").glob("*.mmp"))
policies = [p for p in policies if p.read_bytes().isascii()]
shown = in_editor("vim", policies)
tap.check("neovim shows policies as vim does", shown == in_editor("nvim", policies) and
          len(shown) > 1000, len(shown))
annotated = folder / "annotated"
annotated.mkdir()
for path in policies:
    language = path.suffix[1:]
    lines = [f'# SYNTAX TEST "source.{language}" "{path.name}"']
    for number, line in enumerate(path.read_text().splitlines(), 1):
        lines.append(line)
        for (file, at, column), (word, group) in shown.items():
            if file != str(path) or at != number or group not in scope_of:
                continue
            if column:
                lines.append("#" + " " * (column - 1) + "^" * len(word) +
                             f" {scope_of[group]}.{language}" if group not in (
                                 "mmpComment", "mmpString", "mmpTodo", "mmpEscape") else
                             "#" + " " * (column - 1) + "^" * len(word) + f" source.{language}")
            else:
                lines.append("# <" + "-" * len(word) + f" {scope_of[group]}.{language}")
    (annotated / path.name).write_text("\n".join(lines) + "\n")
for language in ("mmp", "mmpt"):
    grammar = EDITORS / f"vscode/syntaxes/{language}.tmLanguage.json"
    files = sorted(annotated.glob(f"*.{language}"))
    done = subprocess.run([NPM / "node_modules/.bin/vscode-tmgrammar-test", "-g", grammar,
                           *files], capture_output=True, text=True, timeout=300, check=False)
    tap.check(f"vscode-tmgrammar-test: {len(files)} .{language} files as vim shows them",
              done.returncode == 0 and files, (done.stdout + done.stderr)[-3000:])
tap.done()
