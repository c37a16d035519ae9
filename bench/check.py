#!/usr/bin/env python3
"""Measures `guard check`: check.py [DOCUMENTS…]   (default: 20 1000 5000 20000)

Generates documents (corpus.py) and checks them with the ten policies in bench/policies; reports the median of three runs, after one that does not count.
GUARD names the program (default: target/release/guard). The last column is the CPU time of one document more: what is left when start-up is taken off.
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import corpus

ROOT = pathlib.Path(__file__).resolve().parent.parent
GUARD = os.environ.get("GUARD", ROOT / "target/release/guard")
RUNS = 3


def measure(folder):
    """Runs once: wall seconds, CPU seconds, the peak of resident memory in MiB, the exit code."""
    arguments = [GUARD, "check", "--no-default-policies", "--bundle", ROOT / "bench/policies", "--format", "json", folder]
    start = time.monotonic()
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    message = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - start
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 1):
        sys.exit(f"guard ended with {code}: {message.decode(errors='replace')}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("documents", metavar="DOCUMENTS", nargs="*", type=int, default=[20, 1000, 5000, 20000])
    counts = parser.parse_args().documents
    print(f"{'documents':>9} {'MB':>6} {'wall s':>7} {'CPU s':>7} {'RSS MiB':>7} {'ms CPU a document more':>23}")
    first = None
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            size = corpus.write(count, folder)
            measure(folder)
            wall, cpu, memory = (statistics.median(column) for column in zip(*(measure(folder) for _ in range(RUNS))))
        more = f"{(cpu - first[1]) / (count - first[0]) * 1000:.3f}" if first else ""
        first = first or (count, cpu)
        print(f"{count:>9} {size / 1e6:>6.2f} {wall:>7.3f} {cpu:>7.3f} {memory:>7.0f} {more:>23}", flush=True)


if __name__ == "__main__":
    main()
