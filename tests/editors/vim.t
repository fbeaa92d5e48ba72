#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""vim's :make jumps to the findings of mmpc --check, and gq lays a policy out."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
from lsp import Tap

tap = Tap()
folder = pathlib.Path(tempfile.mkdtemp())
POLICY = 'notify "😀"\twhn psi > 1\nthp order 9 when psi < 10 hold 1s\nprotect   web # mmpc: ignore flapping x\n'


def vim(name, *commands):
    """What vim writes with the commands, run after the file is open."""
    out = folder / "out"
    out.unlink(missing_ok=True)
    script = folder / "script.vim"
    script.write_text("\n".join([
        f"let &runtimepath = '{HERE.parent.parent}/editors/vim,' . &runtimepath",
        "filetype plugin on", f"edit {folder}/{name}", *commands, "qall!"]) + "\n")
    done = subprocess.run(["vim", "-u", "NONE", "-i", "NONE", "-N", "-es", "-S", script],
                          capture_output=True, timeout=60, check=False, stdin=subprocess.DEVNULL,
                          env={**os.environ, "PATH": os.environ["MMP_BUILD"] + ":" +
                               os.environ["PATH"]})
    return out.read_text() if out.exists() else f"{done.stdout} {done.stderr}"


def made(name, text):
    """The quickfix list after :make, as [line, byte, type, text]."""
    (folder / name).write_text(text)
    shown = vim(name, "silent make!", f"call writefile([json_encode(map(getqflist(), "
                f"{{_, e -> [e.lnum, e.col, toupper(e.type), e.text]}}))], '{folder}/out')")
    try:
        return json.loads(shown)
    except ValueError:
        return [shown]


found = made("web.mmp", POLICY)
tap.check("an error behind an emoji and a tab, by its byte", len(found) == 2 and
          found[0][:3] == [1, len('notify "😀"\t'.encode()) + 1, "E"], found)
tap.check("a warning", len(found) > 1 and found[1][:3] == [3, 15, "W"], found)
tap.check("the text is the message with its code", found[0][3].endswith("[syntax]"), found)
found = made("note.mmp", "\nthp order 9 when psi < 10 hold 1s\n")
tap.check("a note", found[0][:3] == [2, 5, "N"], found)
found = made("use.mmp", 'include "web.mmp"\n')
tap.check("a finding in an included file", found[0][:3] == [1, 15, "E"], found)
(folder / "web.mmp").write_text(POLICY)
text = vim("web.mmp", "silent make!", "cc 1",
           f"call writefile([expand('<cword>') . ' ' . line('.')], '{folder}/out')")
tap.check(":make jumps there", text.strip() == "whn 1", text)
(folder / "ok.mmp").write_text("protect   web   hold   1s\n")
text = vim("ok.mmp", "normal! gggqG", f"call writefile(getline(1, '$'), '{folder}/out')")
tap.check("gq lays it out", text == "protect web hold 1s\n", text)
text = vim("ok.mmp", f"call writefile([&filetype, &commentstring], '{folder}/out')")
tap.check("the file's type", text == "mmp\n# %s\n", text)
text = vim("x.mmpt", f"call writefile([&filetype, &makeprg], '{folder}/out')")
tap.check("the type of tests", text == "mmpt\nmmpc test %:S\n", text)
tap.done()
