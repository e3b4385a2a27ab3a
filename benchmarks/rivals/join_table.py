#!/usr/bin/env python3
"""Joins the JSON of `gril bench … --json` and of the rival scripts into one Markdown page.

    python3 benchmarks/rivals/join_table.py --machine "2 cores, Debian 12" ops.json torch_1.json > README.md
"""

import argparse
import json

HEADER = """# Measured speed

This page is written by `benchmarks/rivals/join_table.py` from the JSON files beside it.
The protocol is in [benchmarks/README.md](../README.md).
"""


def software_of(content):
    return content.get("software") or "libtorch " + content["machine"]["libtorch"]


def is_own(row):
    return row["method"].startswith(("gril", "stream"))


def number(value):
    """Three digits, without an exponent."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def origin_table(files):
    yield "| file | what ran | threads | load before | commit |\n| --- | --- | ---: | ---: | --- |"
    for path, content in files:
        machine = content["machine"]
        threads = content.get("threads", machine.get("threads"))
        yield (f"| `{path.rsplit('/', 1)[-1]}` | {content['benchmark']}, {software_of(content)} | {threads} "
               f"| {machine['load']:.1f} | {machine.get('commit', '')} |")


def wanted(goal):
    bounds = [f"≥ {goal['at_least']:g}"] if goal["at_least"] > 0 else []
    if "at_most" in goal:
        bounds.append(f"≤ {goal['at_most']:g}")
    return ", ".join(bounds)


def goal_table(goals):
    yield "\n## Figures\n\n| figure | wanted | reached | |\n| --- | --- | ---: | --- |"
    for goal in goals:
        bounds = wanted(goal)
        verdict = ("met" if goal["met"] else "**not met**") if bounds else ""
        yield f"| {goal['what']} | {bounds} | {number(goal['reached'])} | {verdict} |"


def operator_tables(rows):
    """One table per operator, shape and pass, the fastest first."""
    keys = dict.fromkeys((row["what"], row["shape"], row["pass"]) for row in rows)
    for key in keys:
        group = [row for row in rows if (row["what"], row["shape"], row["pass"]) == key]
        own = next((row["median_seconds"] for row in group if row["method"] == "gril"), None)
        yield f"\n**{key[0]}**, {key[1]}, {key[2]}\n"
        yield "| method | median ms | best ms | times gril | share of the stream | error |"
        yield "| --- | ---: | ---: | ---: | ---: | ---: |"
        for row in sorted(group, key=lambda row: row.get("median_seconds", float("inf"))):
            if "failed" in row:
                yield f"| {row['method']} | {row['failed']} | | | | |"
                continue
            times = number(row["median_seconds"] / own) if own and not row["method"].startswith("stream") else ""
            share = f"{row['share_of_stream']:.0%}" if "share_of_stream" in row else ""
            error = f"{row['relative_error']:.1e}" if row.get("relative_error") else ""
            yield (f"| {row['method']} | {1e3 * row['median_seconds']:.2f} | {1e3 * row['best_seconds']:.2f} "
                   f"| {times} | {share} | {error} |")


def training_table(rows):
    yield "\n## Training\n\n| method | threads | median steps/s | best steps/s |\n| --- | ---: | ---: | ---: |"
    for row in rows:
        yield (f"| {row['method']} | {row['threads']} | {row['median_steps_per_second']:.0f} "
               f"| {row['best_steps_per_second']:.0f} |")


def stream_table(rows):
    yield "\n## Stream\n\nNanoseconds per row.\n"
    yield "| features | method | median | 99 % | largest | rows/s | median of the first, last tenth | added bytes |"
    yield "| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    for row in rows:
        yield (f"| {row['inputs']} | {row['method']} | {row['median_nanoseconds']} "
               f"| {row['percentile_99_nanoseconds']} | {row['largest_nanoseconds']} "
               f"| {row['calls_per_second']:,.0f} | {row['median_of_first_tenth_nanoseconds']}, "
               f"{row['median_of_last_tenth_nanoseconds']} | {row['added_bytes']:,.0f} |")


def curve_tables(curves):
    for curve in curves:
        columns = [(name, values) for name, values in curve.items() if isinstance(values, list)]
        yield f"\n**{curve['what']}**\n\n| {' | '.join(name for name, _ in columns)} |"
        yield f"|{' ---: |' * len(columns)}"
        for line in zip(*(values for _, values in columns)):
            yield f"| {' | '.join(format(value, '.4g') for value in line)} |"


def page(machine, files):
    yield HEADER
    yield f"Machine: {machine}.\n"
    yield from origin_table(files)
    rows = [{**row, "method": row["method"] if is_own(row) or row["method"].startswith("eager")
             else f"{software_of(content)}: {row['method']}"} for _, content in files for row in content["rows"]]
    goals = [goal for _, content in files for goal in content.get("goals", [])]
    if goals:
        yield from goal_table(goals)
    operators = [row for row in rows if "pass" in row]
    if operators:
        yield "\n## Operators\n\nMethods of one file ran in alternating rounds, files one after another."
        yield from operator_tables(operators)
    for what, table in (("training", training_table), ("stream", stream_table)):
        if any(row["what"] == what for row in rows):
            yield from table([row for row in rows if row["what"] == what])
    curves = [curve for _, content in files for curve in content.get("curves", [])]
    if curves:
        yield "\n## Cost and memory against length"
        yield from curve_tables(curves)


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--machine", default="not named", help="a few words about the machine")
    parser.add_argument("files", nargs="+")
    options = parser.parse_args()
    print("\n".join(page(options.machine, [(path, read(path)) for path in options.files])))


if __name__ == "__main__":
    main()
