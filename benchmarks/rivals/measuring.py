"""What the rival scripts share: the protocol of `gril bench`, in Python."""

import argparse
import ctypes
import json
import os
import signal
import statistics
import sys
import time

# mallopt's parameters, from malloc.h.
M_TRIM_THRESHOLD = -1
M_MMAP_THRESHOLD = -3

# As in gril: a slow call's median settles after few rounds.
SLOW_SECONDS = 0.5
SLOW_ROUNDS = 3


class Problem:
    """What is computed, at which shape, under the name that `gril bench ops` gives it."""

    def __init__(self, what, shape, text):
        self.what, self.shape, self.text = what, shape, text


def problems(quick):
    """linear_scan (B, T, D); outer_product_scan (B, T, H, K = V) with scalar, with elementwise decay."""
    scan = (2, 64, 128) if quick else (8, 4096, 1536)
    scalar = (2, 128, 3, 8) if quick else (8, 2048, 4, 64)
    elementwise = (2, 128, 3, 8) if quick else (8, 2048, 4, 32)

    def outer_product(shape, decay):
        batch, length, heads, width = shape
        return Problem("outer_product_scan", shape, f"B {batch}, T {length}, H {heads}, K = V = {width} "
                                                    f"float32, {decay} decay")

    return (Problem("linear_scan", scan, f"{scan} float32, decay per step"),
            outer_product(scalar, "scalar"), outer_product(elementwise, "elementwise"))


def keep_freed_memory():
    """The allocator keeps large blocks, as in `gril bench`: fresh pages would cost more than the work."""
    libc = ctypes.CDLL(None)
    libc.mallopt(M_MMAP_THRESHOLD, 2**31 - 1)
    libc.mallopt(M_TRIM_THRESHOLD, -1)  # never
    libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
    # A full cache of small blocks leaves the cuttings of aligned blocks to their neighbours.
    for block in [libc.malloc(size) for size in range(8, 256, 16) for _ in range(8)]:
        libc.free(block)


def arguments(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=5, help="timed calls of every contender")
    parser.add_argument("--limit", type=int, default=120,
                        help="seconds after which a contender's first call, with its compilation, is "
                             "given up")
    parser.add_argument("--only", default="", help="run the contenders whose name contains this")
    parser.add_argument("--quick", action="store_true",
                        help="small shapes: tests the script, measures nothing")
    return parser.parse_args()


class GivenUp(BaseException):
    """Not an Exception: a compiler that catches those must not go on."""


def give_up(*_):
    raise GivenUp("took longer than the limit")


def first_call(row, call, limit):
    """Whether the call came back. Writes its time, or why it did not, into the row."""
    signal.signal(signal.SIGALRM, give_up)
    signal.alarm(limit)
    start = time.perf_counter()
    try:
        call()
        row["first_call_seconds"] = time.perf_counter() - start
    except GivenUp:
        row["failed"] = f"gave up after {limit} s"
    except Exception as error:  # the reason belongs into the table
        lines = str(error).splitlines() or ["no message"]
        row["failed"] = f"{type(error).__name__}: {lines[0][:200]}"
    finally:
        signal.alarm(0)
    return "failed" not in row


def measure(contenders, options):
    """Rows of alternating rounds, problem by problem. contenders: [(Problem, pass, method, call)].

    The first call of each is not counted but reported: it compiles. A contender that fails or takes
    too long is a row with the reason.
    """
    rows = []
    for group in dict.fromkeys((problem, run_pass) for problem, run_pass, _, _ in contenders):
        problem, run_pass = group
        running = []
        for method, call in [(c[2], c[3]) for c in contenders if c[:2] == group and options.only in c[2]]:
            print(f"{problem.what}, {run_pass}: {method}", file=sys.stderr)
            row = {"what": problem.what, "shape": problem.text, "pass": run_pass, "method": method}
            rows.append(row)
            if first_call(row, call, options.limit):
                running.append((row, call, []))
        time_alternating(running, options.rounds)
    return rows


def time_alternating(running, rounds):
    """Fills the rows of [(row, call, seconds)]; slow calls stop after a few rounds."""
    for number in range(rounds):
        for _, call, seconds in running if number % 2 == 0 else reversed(running):
            if len(seconds) >= SLOW_ROUNDS and min(seconds) > SLOW_SECONDS:
                continue
            start = time.perf_counter()
            call()
            seconds.append(time.perf_counter() - start)
    for row, _, seconds in running:
        row.update(rounds=len(seconds), best_seconds=min(seconds),
                   median_seconds=statistics.median(seconds))


def processor():
    """The processor's name as the kernel gives it."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        return next((line.split(": ")[1].strip() for line in file if line.startswith("model name")), "")


def report(software, threads, options, load, rows):
    print(json.dumps({
        "benchmark": "rivals",
        "software": software,
        "threads": threads,
        "rounds": options.rounds,
        "quick": options.quick,
        "machine": {"processor": processor(), "processors": os.cpu_count(), "load": load},
        "rows": rows,
    }, indent=2))
