# SPDX-License-Identifier: GPL-2.0
"""A small client of `mmpc lsp` for tests that speak the protocol's bytes themselves."""
import json
import os
import signal
import subprocess

MMPC = os.environ.get("MMPC") or os.path.join(os.environ["MMP_BUILD"], "mmpc")


class Client:
    def __init__(self, *flags, program=MMPC, cwd=None):
        self.process = subprocess.Popen([program, "lsp", *flags], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=cwd)
        self.next_id = 0
        self.notifications = []

    def send_bytes(self, data):
        self.process.stdin.write(data)
        self.process.stdin.flush()

    @staticmethod
    def frame(message):
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        return b"Content-Length: %d\r\n\r\n" % len(body) + body

    def send(self, message):
        self.send_bytes(self.frame(message))

    def read(self):
        signal.alarm(60)  # a server that says nothing ends the test
        try:
            return self.read_message()
        finally:
            signal.alarm(0)

    def read_message(self):
        length = None
        while True:
            line = self.process.stdout.readline()
            if not line:
                raise EOFError(self.process.stderr.read().decode(errors="replace"))
            if line == b"\r\n":
                break
            if line.startswith(b"Content-Length:"):
                length = int(line[15:])
        return json.loads(self.process.stdout.read(length))

    def notify(self, method, **params):
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def answer(self, number):
        while True:
            message = self.read()
            if "method" not in message and message.get("id") == number:
                return message
            self.notifications.append(message)

    def request(self, method, **params):
        """The result; an error raises."""
        self.next_id += 1
        self.send({"jsonrpc": "2.0", "id": self.next_id, "method": method, "params": params})
        message = self.answer(self.next_id)
        if "error" in message:
            raise ValueError(message["error"]["message"])
        return message["result"]

    def start(self):
        result = self.request("initialize", processId=None, rootUri=None, capabilities={})
        self.notify("initialized")
        return result["capabilities"]

    def open(self, uri, text, version=1):
        self.notify("textDocument/didOpen", textDocument={
            "uri": uri, "languageId": "mmp", "version": version, "text": text})
        return self.findings(uri, version)

    def findings(self, uri, version):
        """Those of this version, once they come."""
        for message in self.notifications:
            if self.is_findings(message, uri, version):
                self.notifications.remove(message)
                return message["params"]["diagnostics"]
        while True:
            message = self.read()
            if self.is_findings(message, uri, version):
                return message["params"]["diagnostics"]
            self.notifications.append(message)

    @staticmethod
    def is_findings(message, uri, version):
        return (message.get("method") == "textDocument/publishDiagnostics"
                and message["params"]["uri"] == uri
                and message["params"].get("version") == version)

    def stop(self):
        self.request("shutdown")
        self.notify("exit")
        self.process.stdin.close()
        error = self.process.stderr.read().decode(errors="replace")
        return self.process.wait(20), error


class Tap:
    def __init__(self):
        self.count = 0

    def check(self, what, holds, why=""):
        self.count += 1
        print(f"{'ok' if holds else 'not ok'} {self.count} - {what}")
        if not holds:
            for line in str(why).splitlines():
                print(f"# {line}")

    def done(self):
        print(f"1..{self.count}")
