"""What the rival scripts share: the protocol of `gril bench`, in Python."""

import argparse
import ctypes
import json
import os
import statistics
import sys
import time

# mallopt's parameters, from malloc.h.
M_TRIM_THRESHOLD = -1
M_MMAP_THRESHOLD = -3

LINEAR_SCAN_SHAPE = (8, 4096, 1536)
OUTER_PRODUCT_SHAPE = (8, 2048, 4, 64)  # B, T, H, K = V
LINEAR_SCAN = ("linear_scan", "(8, 4096, 1536) float32, decay per step")
OUTER_PRODUCT = ("outer_product_scan", "B 8, T 2048, H 4, K = V = 64 float32, scalar decay")


def keep_freed_memory():
    """The allocator keeps large blocks, as in `gril bench`: fresh pages would cost more than the work."""
    libc = ctypes.CDLL(None)
    libc.mallopt(M_MMAP_THRESHOLD, 2**31 - 1)
    libc.mallopt(M_TRIM_THRESHOLD, 2**31 - 1)


def arguments(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=5, help="timed calls of every contender")
    parser.add_argument("--only", default="", help="run the contenders whose name contains this")
    return parser.parse_args()


def measure(contenders, rounds, only=""):
    """Rows of alternating rounds. contenders: [((what, shape), pass, method, call)].

    The first call of each is not counted but reported: it compiles. A contender that fails is a row
    with the reason.
    """
    rows, running = [], []
    for (what, shape), run_pass, method, call in contenders:
        if only not in method:
            continue
        row = {"what": what, "shape": shape, "pass": run_pass, "method": method}
        rows.append(row)
        print(f"{what}, {run_pass}: {method}", file=sys.stderr)
        start = time.perf_counter()
        try:
            call()
        except Exception as error:  # the reason belongs into the table
            row["failed"] = f"{type(error).__name__}: {str(error).splitlines()[0][:200]}"
            continue
        row["first_call_seconds"] = time.perf_counter() - start
        running.append((row, call, []))
    for number in range(rounds):
        for row, call, seconds in running if number % 2 == 0 else reversed(running):
            start = time.perf_counter()
            call()
            seconds.append(time.perf_counter() - start)
    for row, _, seconds in running:
        row["best_seconds"] = min(seconds)
        row["median_seconds"] = statistics.median(seconds)
    return rows


def report(software, threads, rounds, rows):
    result = {"benchmark": "rivals", "software": software, "threads": threads, "rounds": rounds}
    print(json.dumps({**result, "rows": rows}, indent=2))
