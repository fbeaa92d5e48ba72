#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Real Prometheus and node_exporter get what a policy gives: typed, with help, and as dashboard and alerts ask.

tests/packages/stats.json stands for a policy in force; tests/vm/metrics.t holds it against one.
"""
import http.server
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROMETHEUS = ROOT / "packaging/prometheus"
MMPCTL = os.environ["MMP_BUILD"] + "/mmpctl"
count = 0
started = []


def check(holds, what, detail=""):
    global count
    count += 1
    print(f"{'ok' if holds else 'not ok'} {count} - {what}", flush=True)
    if not holds:
        for line in str(detail).splitlines()[:40]:
            print("#", line)


def run(*words, text=None, **more):
    return subprocess.run(words, input=text, capture_output=True, text=True, **more)


def stats(form):
    return run(MMPCTL, "stats", "--from", str(ROOT / "tests/packages/stats.json"), "--format", form).stdout


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def start(*words):
    log = open(f"{pathlib.Path(words[0]).name}.log", "w")
    started.append(subprocess.Popen(words, stdout=log, stderr=log, stdin=subprocess.DEVNULL))


def get(port, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return answer.read().decode()


def status(port, path, method="GET"):
    try:
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as e:
        return e.code


def wait_until(holds, seconds=60):
    for _ in range(seconds * 5):
        try:
            if holds():
                return True
        except (OSError, ValueError):
            pass
        time.sleep(0.2)
    return False


def ask(path, **words):
    return json.loads(get(server, path + "?" + urllib.parse.urlencode(words)))["data"]


def series(expression):
    expression = expression.replace("$__rate_interval", "10s").replace("$policy", ".*")
    expression = re.sub(r"\[\d+[mhd]\]", "[10s]", expression)
    return ask("/api/v1/query", query=expression)["result"]


def families():
    """Of metrics.def: each name as it arrives, and its type."""
    text = (ROOT / "runtime/commands/metrics.def").read_text(encoding="utf-8")
    for kind, name in re.findall(r'^METRIC\(\w+, (\w+), "(\w+)"', text, re.M):
        yield name + ("_total" if kind == "counter" else ""), kind
    for suffix in re.findall(r'^MEASURE\("[^"]*", "(\w+)"', text, re.M):
        yield "mmp_signal_" + suffix, "gauge"
        yield "mmp_threshold_" + suffix, "gauge"


class Open(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "application/openmetrics-text; version=1.0.0; charset=utf-8")
        self.end_headers()
        self.wfile.write(stats("openmetrics").encode())

    def log_message(self, *_):
        pass


def formats():
    text = stats("prometheus")
    done = run("promtool", "check", "metrics", text=text)
    check(done.returncode == 0 and not done.stdout + done.stderr, "promtool has nothing to say of the metrics",
          done.stdout + done.stderr)
    broken = run("promtool", "check", "metrics", text=text.replace("# HELP mmp_ticks_total", "# HLP"))
    check(broken.returncode != 0, "... and would say that help is missing")
    only = {"delay": "reclaim|throttle", "reclaim(?:ed)?_": "reclaim", "hook_calls": "protect|reclaim|thp|throttle"}
    for part, actions in only.items():
        got = set(re.findall(rf'^mmp_rule_(?:{part})[^\n]*action="(\w+)"', text, re.M))
        check(got == set(actions.split("|")), f"{part} is there for: {actions}", got)
    stated = set(re.findall(r'^SIGNAL\(\w+, "[^"]*", (\w+), OF_(?:CGROUP|SYSTEM)',
                            (ROOT / "grammar/signals.def").read_text(), re.M))
    check(stated == {"RATE", "SIZE", "SIZE_RATE", "PERCENT", "COUNT"},
          "signals have the quantities that metrics.def measures", stated)
    for name in ("promtool check rules alerts.yml", "promtool test rules alerts.test.yml"):
        done = run(*name.split(), cwd=PROMETHEUS)
        check(done.returncode == 0 and "SUCCESS" in done.stdout, name, done.stdout + done.stderr)
    alerts = (PROMETHEUS / "alerts.yml").read_text()
    tests = (PROMETHEUS / "alerts.test.yml").read_text()
    pathlib.Path("alerts.yml").write_text(alerts.replace("> 0\n        for: 10m", "> 3\n        for: 10m"))
    pathlib.Path("alerts.test.yml").write_text(tests)
    check(run("promtool", "test", "rules", "alerts.test.yml").returncode != 0, "... and a changed alert fails them")
    done = run(str(ROOT / "packaging/grafana/generate"), "--check")
    check(done.returncode == 0, "the dashboard has what metrics.def has", done.stderr)


def exporter():
    check(status(port, "/metrics") == 200, "the exporter answers")
    check(get(port, "/metrics") == stats("prometheus"), "... with what stats prints")
    check(status(port, "/other") == 404, "... has nothing else")
    check(status(port, "/metrics", "POST") == 405, "... takes no other method")
    exporter = str(PROMETHEUS / "mmp-exporter")
    done = run(exporter, text="hello\r\n\r\n")
    check(done.stdout.startswith("HTTP/1.0 400 "), "... nor another protocol", done.stdout)
    done = run(exporter, text="GET /metrics HTTP/1.1\r\n" + "A: b\r\n" * 200)
    check(done.stdout.startswith("HTTP/1.0 431 "), "... nor headers without end", done.stdout)
    done = run(exporter, text="GET /metrics HTTP/1.1\r\n\r\n", env={**os.environ, "MMPCTL": "/bin/false"})
    check(done.stdout.startswith("HTTP/1.0 500 "), "... and says when mmpctl fails", done.stdout)


def textfile():
    done = run(str(PROMETHEUS / "mmp-textfile"), "textfile")
    check(done.returncode == 0 and os.listdir("textfile") == ["mmp.prom"], "the textfile is written", done.stderr)
    done = run(str(PROMETHEUS / "mmp-textfile"), "textfile", env={**os.environ, "MMPCTL": "/bin/false"})
    check(done.returncode == 1 and os.listdir("textfile") == ["mmp.prom"]
          and pathlib.Path("textfile/mmp.prom").read_text() == stats("prometheus"),
          "... and stays whole when mmpctl fails", os.listdir("textfile"))


def arrive():
    for job in ("exporter", "node", "open"):
        query = f'{{job="{job}"}}'
        known = {m["metric"]: m for m in ask("/api/v1/targets/metadata", match_target=query)}
        for name, kind in families():
            # OpenMetrics names a family without its samples' ending.
            got = known.get(name) or known.get(re.sub("_total$", "", name)) or {}
            if not (got.get("type") == kind and got.get("help") and series(f'{name}{{job="{job}"}}')):
                check(False, f"{job}: {name} arrives as a {kind} with help", got)
                break
        else:
            check(len(known) > 30, f"{job}: every series arrives, typed and with help", len(known))


def expressions():
    page = json.loads((ROOT / "packaging/grafana/mmp.json").read_text())
    asked = [t["expr"] for p in page["panels"] for t in p.get("targets", [])]
    asked += re.findall(r"^\|[^|]*\| `([^`]*)` \|$", (ROOT / "docs/metrics.md").read_text(), re.M)
    empty = [e for e in asked if not series(e)]
    check(len(asked) > 40 and not empty, f"{len(asked)} expressions of dashboard and docs return series",
          "\n".join(empty))
    rules = [r for g in ask("/api/v1/rules")["groups"] for r in g["rules"]]
    check(len(rules) == 5 and all(r["health"] == "ok" for r in rules), "the alerts are evaluated", rules)
    for rule in rules:
        selectors = re.findall(r"mmp_\w+(?:\{[^}]*\})?", rule["query"])
        check(selectors and all(series(s) for s in selectors), f"{rule['name']} asks for series that there are",
              selectors)
    check(not series("mmp_rule_acts_total"), "a misspelt name would return none")


def main():
    global port, server
    formats()
    pathlib.Path("mmpctl").write_text(
        f'#!/bin/sh\nexec {MMPCTL} "$@" --from {ROOT}/tests/packages/stats.json\n')
    os.chmod("mmpctl", 0o755)
    os.environ["MMPCTL"] = os.getcwd() + "/mmpctl"
    os.mkdir("textfile")
    port, node, server = free_port(), free_port(), free_port()
    opened = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Open)
    threading.Thread(target=opened.serve_forever, daemon=True).start()
    textfile()
    start("systemd-socket-activate", "--accept", "--inetd", "-E", "MMPCTL", "-l", f"127.0.0.1:{port}",
          str(PROMETHEUS / "mmp-exporter"))
    start("prometheus-node-exporter", "--collector.disable-defaults", "--collector.textfile",
          "--collector.textfile.directory=textfile", f"--web.listen-address=127.0.0.1:{node}")
    jobs = {"exporter": port, "node": node, "open": opened.server_address[1]}
    pathlib.Path("prometheus.yml").write_text(json.dumps({
        "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
        "rule_files": [str(PROMETHEUS / "alerts.yml")],
        "scrape_configs": [{"job_name": job, "static_configs": [{"targets": [f"127.0.0.1:{at}"]}]}
                           for job, at in jobs.items()]}))
    start("prometheus", "--config.file=prometheus.yml", "--storage.tsdb.path=data",
          f"--web.listen-address=127.0.0.1:{server}")
    check(wait_until(lambda: status(port, "/metrics") == 200), "systemd's socket starts the exporter")
    exporter()
    scraped = wait_until(lambda: len(series("count_over_time(mmp_ticks_total[10s]) > 3")) == 3)
    check(scraped, "Prometheus has scraped all three several times",
          pathlib.Path("prometheus.log").read_text()[-2000:])
    wait_until(lambda: all(r["health"] == "ok" for g in ask("/api/v1/rules")["groups"] for r in g["rules"]))
    if scraped:
        arrive()
        expressions()


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    try:
        main()
    finally:
        for process in started:
            process.terminate()
            process.wait()
        os.chdir("/")
print(f"1..{count}")
