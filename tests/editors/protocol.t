#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""mmpc lsp: the life of a session, findings as they change, and what a client can do wrong."""
import json
import os
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lsp import Client, Tap

tap = Tap()
folder = tempfile.mkdtemp()


def uri(name):
    return f"file://{folder}/{name}"


def path(name):
    return os.path.join(folder, name)


def codes(findings):
    return [f["code"] for f in findings]


def change(client, name, version, *changes):
    client.notify("textDocument/didChange", textDocument={"uri": uri(name), "version": version},
                  contentChanges=list(changes))


def at(line, start, end, text):
    return {"range": {"start": {"line": line, "character": start},
                      "end": {"line": line, "character": end}}, "text": text}


def edits():
    c = Client()
    c.start()
    found = c.open(uri("a.mmp"), "protect web whn psi > 10\n")
    tap.check("a finding has its place and code", codes(found) == ["syntax"] and
              found[0]["range"] == {"start": {"line": 0, "character": 12},
                                    "end": {"line": 0, "character": 15}}, found)
    tap.check("its code links to a page that is there",
              os.path.exists(found[0]["codeDescription"]["href"][7:].split("#")[0]), found)
    change(c, "a.mmp", 2, at(0, 13, 15, "hen"))
    tap.check("a change takes it away", c.findings(uri("a.mmp"), 2) == [])
    change(c, "a.mmp", 3, at(0, 0, 0, "cgroup x = \"/😀\"\t"), at(0, 16, 17, " whn "))
    found = c.findings(uri("a.mmp"), 3)
    tap.check("places behind an emoji and a tab are counted in UTF-16",
              [f["range"]["start"]["character"] for f in found if f["code"] == "syntax"] == [17],
              found)
    change(c, "a.mmp", 4, {"text": "thp order 9 when psi < 10\r\nprotect a whn psi > 1\rmode x\n"})
    found = c.findings(uri("a.mmp"), 4)
    tap.check("a lone carriage return ends a line, too",
              [f["range"]["start"]["line"] for f in found] == [1, 2], found)
    change(c, "a.mmp", 5, at(0, 99, 500, " hold 1s"), at(77, 0, 0, "\nprotect b\n"))
    found = c.findings(uri("a.mmp"), 5)
    tap.check("a place beyond the end is the end", "syntax" in codes(found), found)
    change(c, "a.mmp", 6, {"text": "protect a\n"}, at(0, 9, 8, "b"))
    tap.check("a range whose ends are swapped is one all the same",
              c.findings(uri("a.mmp"), 6) == [])
    change(c, "a.mmp", 7, {"text": "protect a\n\0protect b\n"})
    tap.check("a NUL is a finding", codes(c.findings(uri("a.mmp"), 7)) == ["bad-character"])
    c.send_bytes(Client.frame(
        b'{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"'
        + uri("a.mmp").encode() + b'","version":8},"contentChanges":[{"text":"protect a # \\ud83d '
        b'\\\\ud83d \\ud83d\\ude00"}]}}'))
    tap.check("half a surrogate pair is taken", c.findings(uri("a.mmp"), 8) == [])
    c.notify("textDocument/didClose", textDocument={"uri": uri("a.mmp")})
    tap.check("exit after shutdown is 0", c.stop() == (0, ""))


def includes():
    with open(path("groups.mmp"), "w", encoding="utf-8") as f:
        f.write("define calm = 10%\n")
    c = Client()
    c.start()
    web = 'include "groups.mmp"\nprotect web when psi > $calm hold 2s\n'
    tap.check("an included file is read", c.open(uri("web.mmp"), web) == [])
    found = c.open(uri("groups.mmp"), "define clam = 10%\n")
    tap.check("an open one stands before the disk's, and what its includer uses is used",
              codes(found) == [], found)
    change(c, "web.mmp", 2, at(0, 0, 0, ""))
    found = c.findings(uri("web.mmp"), 2)
    tap.check("its change is seen by its includer", codes(found) == ["unknown-name"], found)
    change(c, "groups.mmp", 2, {"text": "define calm = 10%\nprotect x whn psi > 1\n"})
    found = c.findings(uri("groups.mmp"), 2)
    tap.check("findings in it name who includes it", codes(found) == ["syntax"] and
              found[0]["relatedInformation"][0]["location"]["uri"] == uri("web.mmp"), found)
    c.notify("textDocument/didClose", textDocument={"uri": uri("groups.mmp")})
    c.notify("textDocument/didClose", textDocument={"uri": uri("web.mmp")})
    c.open(uri("devices.mmp"), 'include "/dev/stdin"\ninclude "/dev/tty"\nprotect a\n')
    tap.check("devices are not waited for", c.stop() == (0, ""))


def tests_of_policies():
    c = Client()
    c.start()
    c.open(uri("p.mmp"), "protect web when pgfault_rate > 100 hold 2s\n")
    text = ('use "p.mmp"\ntest "x" {\n    series web.pgfault_rate = 0x5 600x5\n'
            '    expect protect(web) == true at 600ms\n}\n')
    tap.check("tests of an open policy", c.open(uri("p.mmpt"), text) == [])
    change(c, "p.mmpt", 2, at(2, 15, 27, "pgfalt_rate"))
    found = c.findings(uri("p.mmpt"), 2)
    tap.check("a wrong signal in them is found", codes(found) == ["unknown-signal"], found)
    change(c, "p.mmp", 2, at(0, 0, 7, "protct"))
    found = c.findings(uri("p.mmp"), 2)
    tap.check("their policy's findings are the policy's", "syntax" in codes(found), found)
    tap.check("and the session ends well", c.stop() == (0, ""))


def error_of(c, method, params):
    c.next_id += 1
    c.send({"jsonrpc": "2.0", "id": c.next_id, "method": method, "params": params})
    return c.answer(c.next_id).get("error", {}).get("code")


def mistakes():
    c = Client()
    tap.check("a request before initialize", error_of(c, "textDocument/hover", {}) == -32002)
    c.notify("textDocument/didOpen", textDocument={"uri": uri("a.mmp"), "text": "x"})
    c.start()
    tap.check("initialize twice", error_of(c, "initialize", {}) == -32600)
    tap.check("an unknown request", error_of(c, "textDocument/unheard", {}) == -32601)
    tap.check("a notification's name as a request",
              error_of(c, "textDocument/didOpen", {}) == -32601)
    c.notify("textDocument/unheard")
    c.notify("$/setTrace", value="off")
    for params in (None, 7, [], {}, {"textDocument": 3}, {"textDocument": {"uri": 3}},
                   {"textDocument": {"uri": "x"}, "contentChanges": 4},
                   {"textDocument": {"uri": "file://%zz"}, "contentChanges": [{"text": 1}]}):
        for method in ("didOpen", "didChange", "didClose", "didSave"):
            c.send({"jsonrpc": "2.0", "method": "textDocument/" + method, "params": params})
    c.open(uri("a.mmp"), "protect a\n")
    for bad in ({"text": 5}, {"range": 5, "text": ""}, {"range": {}, "text": ""},
                at(-1, 0, 0, "x"), at(0, 2**62, 2**62, ""), {}, 9):
        change(c, "a.mmp", 2, bad)
    c.open(uri("a.mmp"), "protect a\n", 3)
    document, place = {"uri": uri("a.mmp")}, {"line": 0, "character": 9}
    whole = {"textDocument": document, "position": place, "newName": "x", "options": {},
             "range": {"start": place, "end": place}, "context": {"includeDeclaration": True}}
    refused = 0
    for method in ("hover", "completion", "formatting", "codeAction", "definition", "references",
                   "prepareRename", "rename", "documentSymbol"):
        shapes = [None, 7, [], "x", {}] + [{**whole, key: value} for key in whole for value in (
            None, 7, [], "x", {}, {"uri": 3}, {"uri": "x"}, {"line": -1, "character": 2**62},
            {"line": "x", "character": 0.5}, {"start": place}, {"start": 1, "end": 2},
            {"only": 7}, {"only": [1, None, "", "quickfix."]})]
        for shape in shapes:
            refused += error_of(c, "textDocument/" + method, shape) == -32602
    tap.check("malformed requests are refused", refused > 200, refused)
    for body in (b"", b"{", b"nonsense", b"[1]", b"7", b"null", b'{"id":{}}', b'{"id":1}',
                 b'{"id":1,"method":4}', b"\xff\xfe", b"[" * 100000, b'{"method":"x","method":1}'):
        c.send_bytes(Client.frame(body))
    for header in (b"Content-Length: x\r\n\r\n", b"Content-Length: -5\r\n\r\n", b"\r\n\r\n\r\n",
                   b"Content-Length: 99999999999999999999999999\r\n\r\n", b"Hello: 4\r\n\r\n",
                   b"Content-Length: 4000000000\r\n\r\n", b"garbage" * 5000, b"\0\0\n\n\0",
                   b"Content-Length:\r\n\r\n"):
        c.send_bytes(header + b"\r\n\r\n")
        c.open(uri("a.mmp"), "protect a\n", 4)
    tap.check("after all these mistakes it serves",
              codes(c.open(uri("a.mmp"), "protect a whn psi > 1\n", 5)) == ["syntax"])
    errors = [m["error"]["code"] for m in c.notifications if "error" in m]
    tap.check("bodies that are no JSON are said to be that", errors.count(-32700) >= 6, errors)
    tap.check("what is no request is said to be that", errors.count(-32600) >= 5, errors)
    tap.check("shutdown, then exit", c.stop() == (0, ""))


def cancelled():
    c = Client()
    c.start()
    c.open(uri("a.mmp"), "protect a\n")
    frames = [{"jsonrpc": "2.0", "id": "first", "method": "textDocument/unheard", "params": {}},
              {"jsonrpc": "2.0", "id": "second", "method": "textDocument/unheard", "params": {}},
              {"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": "second"}},
              {"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": "unheard"}},
              {"jsonrpc": "2.0", "method": "$/cancelRequest"}]
    c.send_bytes(b"".join(Client.frame(f) for f in frames))
    tap.check("a cancelled request is answered", c.answer("second")["error"]["code"] == -32800)
    c.stop()


def ends():
    c = Client()
    c.start()
    c.process.stdin.close()
    tap.check("a client that is gone ends it, with 1", c.process.wait(20) == 1)
    c = Client()
    c.start()
    c.notify("exit")
    tap.check("exit without shutdown is 1", c.process.wait(20) == 1)
    c = Client("--profile=strict")
    c.start()
    found = c.open(uri("a.mmp"), "thp order 9 when psi < 10 hold 1s\n")
    tap.check("flags are those of check", codes(found) == ["thp-exact-order"], found)
    c.request("shutdown")
    tap.check("a request after shutdown", error_of(c, "textDocument/hover", {}) == -32600)
    c.process.kill()


edits()
includes()
tests_of_policies()
mistakes()
cancelled()
ends()
tap.done()
