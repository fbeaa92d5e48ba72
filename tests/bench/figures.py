# SPDX-License-Identifier: GPL-2.0
"""What the benchmarks share: processor time of commands, two of them turn by turn, and the figures as JSON."""
import json
import os
import resource
import statistics
import subprocess
import sys


def turns(count):
    """As many as a person waits for; BENCH_LONG=1 takes three times as many."""
    return count if os.environ.get("BENCH_LONG", "") in ("", "0") else 3 * count


def cpu_seconds(command, stdout=subprocess.DEVNULL):
    """User and system time of a command and what it started."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, stdout=stdout, stderr=subprocess.PIPE, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: exit {done.returncode}: {done.stderr.decode()}")
    return (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)


def row(case, pairs):
    """Medians of both sides, and the median of their ratios, so that both met the same load."""
    ratios = sorted(a / b for a, b in pairs)
    return {
        "case": case,
        "ours": round(statistics.median(a for a, _ in pairs), 4),
        "theirs": round(statistics.median(b for _, b in pairs), 4),
        "ratio": round(statistics.median(ratios), 3),
        "least": round(ratios[0], 3),
        "most": round(ratios[-1], 3),
        "turns": len(pairs),
    }


def compare(case, ours, theirs, turns):
    """A row of two functions that measure something, turn by turn."""
    return row(case, [(ours(), theirs()) for _ in range(turns)])


def show(ours, theirs, rows, unit=" s"):
    """As text, for the terminal."""
    print(f"{'':>44} {ours:>16} {theirs:>16} {'ratio':>8}   least to most")
    for line in rows:
        both = [f"{line[side]:,.3f}{unit}" for side in ("ours", "theirs")]
        print(f"{line['case']:>44} {both[0]:>16} {both[1]:>16} {line['ratio']:>8.3f}"
              f"   {line['least']:.3f} to {line['most']:.3f} of {line['turns']}", flush=True)


def save(rows):
    """Where the script was given --json FILE."""
    if "--json" in sys.argv:
        with open(sys.argv[sys.argv.index("--json") + 1], "w", encoding="ascii") as f:
            json.dump(rows, f, indent=1)
            f.write("\n")
