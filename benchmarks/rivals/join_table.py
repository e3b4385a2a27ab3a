#!/usr/bin/env python3
"""Joins the JSON of `gril bench ops --json` and of the rival scripts into one Markdown table.

    python3 benchmarks/rivals/join_table.py gril.json torch_1.json torch_2.json jax.json
"""

import json
import sys


def rows_of(path):
    with open(path) as file:
        content = json.load(file)
    software = content.get("software", "libtorch " + content.get("machine", {}).get("libtorch", ""))
    for row in content["rows"]:
        own = row["method"] == "gril" or row["method"].startswith("stream")
        yield {**row, "method": row["method"] if own else f"{software}: {row['method']}"}


def key_of(row):
    return row["what"], row["shape"], row["pass"]


def main(paths):
    rows = [row for path in paths for row in rows_of(path)]
    gril = {key_of(row): row["median_seconds"] for row in rows if row["method"] == "gril"}
    for key in gril:
        print(f"\n**{key[0]}**, {key[1]}, {key[2]}\n")
        print("| method | median ms | best ms | time relative to gril |")
        print("| --- | ---: | ---: | ---: |")
        group = [row for row in rows if key_of(row) == key]
        for row in sorted(group, key=lambda row: row.get("median_seconds", float("inf"))):
            if "failed" in row:
                print(f"| {row['method']} | not possible: {row['failed']} | | |")
                continue
            median, best = row["median_seconds"], row["best_seconds"]
            print(f"| {row['method']} | {1e3 * median:.2f} | {1e3 * best:.2f} "
                  f"| {median / gril[key]:.1f} |")


if __name__ == "__main__":
    main(sys.argv[1:])
