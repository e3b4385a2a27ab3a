#!/usr/bin/env python3
"""Refuses names that stand for "not yet named", and texts that belong outside the repository.

    tools/check_names.py [ROOT]

Looks at the files git tracks. Prints one line per offence, `file[:line]: rule`, and exits 1 when
there is any.
"""

import pathlib
import re
import subprocess
import sys

FORBIDDEN_WORDS = {"util", "utils", "helper", "helpers", "misc", "common", "core", "new", "old", "v2",
                   "temp", "tmp", "stuff", "fast", "optimized"}
CODE_FILE = re.compile(r"\.(h|cpp|cu|py|sh|cmake)$")
WORD = re.compile(r"[a-z0-9]+")
OUTSIDE = {
    "a machine path": re.compile(r"(?<![\w.])/(work|root|home/\w+)/\w"),
    "an unconditional TODO": re.compile(r"\b(TODO|FIXME|XXX)\b"),
}


def tracked_files(root):
    listing = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"],
                             cwd=root, capture_output=True, text=True, check=True)
    return [name for name in listing.stdout.splitlines() if (root / name).is_file()]


def name_offences(name):
    path = pathlib.PurePosixPath(name)
    if path.parts[0] == "experiments" and path.stem.startswith("expected_"):
        return  # named after a profile of the experiment, one of which is "fast"
    for part in path.parts[:-1] + (path.stem,):
        for word in sorted(set(WORD.findall(part.lower())) & FORBIDDEN_WORDS):
            yield f'{name}: "{word}" in a name; say what is inside'


def text_offences(root, name):
    for number, line in enumerate((root / name).read_text(encoding="utf-8").splitlines(), 1):
        for what, pattern in OUTSIDE.items():
            if pattern.search(line):
                yield f"{name}:{number}: {what}"


def offences(root):
    for name in tracked_files(root):
        yield from name_offences(name)
        if CODE_FILE.search(name) and name != "tools/check_names.py":
            yield from text_offences(root, name)


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[1])
    found = list(offences(root))
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
