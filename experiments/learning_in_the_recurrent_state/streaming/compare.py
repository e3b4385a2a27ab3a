#!/usr/bin/env python3
"""One construction on every regression table of a data folder, beside its rivals.

    compare.py GRIL DATA [--work FOLDER] [--json FILE]

GRIL is the program, DATA the folder with airfoil/, uci-pbp/ and so on. Needs the standard library only. Every model is
made by one recipe from the number of features, so nothing is tuned on any table; see README.md.
"""

import argparse
import json
import math
import pathlib
import re
import subprocess
import sys
import tempfile

from tables import all_streams, csv_text

LEAST_DIRECTION = 0.05  # variance of a direction that the steps must resolve, in that of one column
STEPS_PER_ROOT = 7      # steps per square root of the inputs: a tenth of the error is left there
DECAY = 0.999           # as recursive least squares forgets by default

METHODS = {
    "gril": "gril",
    "recursive_least_squares_without_forgetting": "RLS 1",
    "sliding_window_least_squares": "window",
    "nearest_neighbours": "k-NN",
    "normalised_lms": "NLMS",
    "running_mean": "mean",
}
REFERENCE = "recursive_least_squares"


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: {done.stderr.strip()}")
    return done.stdout


def construct(gril, inputs, folder):
    """The model for this many features, the intercept included; made once."""
    path = folder / f"descent_{inputs}.safetensors"
    if not path.exists():
        steps = math.ceil(STEPS_PER_ROOT * math.sqrt(inputs))
        run(gril, "construct", "gradient-descent", "--inputs", inputs, "--steps", steps, "--chebyshev",
            f"{LEAST_DIRECTION / inputs:g},1", "--normalisation", "power", "--decay", DECAY, "--dtype", "float64",
            "-o", path)
    return path


def compare(gril, stream, folder):
    model = construct(gril, stream.inputs, folder)
    base = re.sub(r"\W+", "_", stream.name)
    paths = []
    for number, table in enumerate(stream.tables):
        paths.append(folder / f"{base}_{number}.csv")
        paths[-1].write_text(csv_text(table), encoding="utf-8")
    summary = json.loads(run(gril, "stream", model, *paths, "--target", "y", "--json", "--curve",
                             folder / f"{base}_curve.json", "--force"))
    errors = {method["name"]: method["mean_squared_error"] for method in summary["methods"]}
    ratios = {name: error / errors[REFERENCE] for name, error in errors.items()}
    return {"name": stream.name, "kind": stream.kind, "rows": summary["scored_rows"],
            "inputs": stream.inputs, "microseconds": summary["latency_nanoseconds"]["median"] / 1000,
            "ratios": ratios}


def print_results(results):
    print(f"{'stream':36}{'rows':>7}{'d':>4}" + "".join(f"{label:>9}" for label in METHODS.values()) + f"{'us/row':>9}")
    for kind, title in (("stationary", "shuffled tables"), ("time", "in the order of time"), ("drift", "drifting")):
        print(f"-- {title}")
        for result in (r for r in results if r["kind"] == kind):
            numbers = "".join(f"{result['ratios'][name]:9.3f}" for name in METHODS)
            print(f"{result['name']:36}{result['rows']:7}{result['inputs']:4}{numbers}{result['microseconds']:9.1f}")


def print_counts(results):
    stationary = [r for r in results if r["kind"] == "stationary"]
    drift = [r for r in results if r["kind"] == "drift"]
    near = sum(r["ratios"]["gril"] <= 1.1 for r in stationary)
    ahead = [r for r in drift if r["ratios"]["gril"] < r["ratios"]["recursive_least_squares_without_forgetting"]]
    print(f"\nwithin 10 % of RLS with forgetting on {near} of {len(stationary)} shuffled tables")
    print(f"ahead of RLS without forgetting on {len(ahead)} of {len(drift)} drifting streams")
    for name, label in {REFERENCE: "RLS 0.999", **METHODS}.items():
        if name == "gril":
            continue
        wins = sum(r["ratios"]["gril"] < r["ratios"][name] for r in results)
        print(f"against {label}: {wins} wins, {len(results) - wins} losses")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gril", type=pathlib.Path, help="the program")
    parser.add_argument("data", type=pathlib.Path, help="the folder with the tables")
    parser.add_argument("--work", type=pathlib.Path, help="folder for CSV files, models and curves (default: temporary)")
    parser.add_argument("--json", type=pathlib.Path, help="file for all numbers")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.work or pathlib.Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        results = [compare(arguments.gril.resolve(), each, folder) for each in all_streams(arguments.data)]
    print("cumulative squared error over that of recursive least squares with forgetting 0.999\n")
    print_results(results)
    print_counts(results)
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
