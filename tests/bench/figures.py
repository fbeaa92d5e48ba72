# SPDX-License-Identifier: GPL-2.0
"""What the benchmarks share: processor time of commands, two of them turn by turn, and the figures as JSON."""
import json
import resource
import statistics
import subprocess
import sys


def cpu_seconds(command, stdout=subprocess.DEVNULL):
    """User and system time of a command and what it started."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, stdout=stdout, stderr=subprocess.PIPE, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: exit {done.returncode}: {done.stderr.decode()}")
    return (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)


def compare(case, ours, theirs, turns):
    """A row: medians of both, and the median of their ratios, so that both met the same load."""
    pairs = [(ours(), theirs()) for _ in range(turns)]
    ratios = sorted(a / b for a, b in pairs)
    return {
        "case": case,
        "ours": round(statistics.median(a for a, _ in pairs), 4),
        "theirs": round(statistics.median(b for _, b in pairs), 4),
        "ratio": round(statistics.median(ratios), 3),
        "least": round(ratios[0], 3),
        "most": round(ratios[-1], 3),
        "turns": turns,
    }


def show(ours, theirs, rows):
    print(f"{'':>44} {ours:>16} {theirs:>16} {'ratio':>8}   least to most")
    for row in rows:
        print(f"{row['case']:>44} {row['ours']:>15.3f}s {row['theirs']:>15.3f}s {row['ratio']:>8.3f}"
              f"   {row['least']:.3f} to {row['most']:.3f} of {row['turns']}", flush=True)


def save(rows):
    """Where the script was given --json FILE."""
    if "--json" in sys.argv:
        with open(sys.argv[sys.argv.index("--json") + 1], "w", encoding="ascii") as f:
            json.dump(rows, f, indent=1)
            f.write("\n")
