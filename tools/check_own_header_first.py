#!/usr/bin/env python3
"""Refuses a source that does not include its own header first.

    tools/check_own_header_first.py [ROOT]

A header that its source includes first is compiled alone by every build; the build compiles
the headers without a source separately (tests/architecture). Prints one line per offence and exits
1 when there is any.
"""

import pathlib
import re
import sys

INCLUDE = re.compile(r'^#include [<"]([^>"]+)[>"]', re.MULTILINE)


def offences(root):
    for folder in ("gril", "cli"):
        for source in sorted((root / folder).rglob("*.cpp")):
            header = source.with_suffix(".h")
            if not header.exists():
                continue
            expected = header.relative_to(root).as_posix()
            first = INCLUDE.search(source.read_text(encoding="utf-8"))
            if first is None or first[1] != expected:
                yield f"{source.relative_to(root).as_posix()}:1: the first include must be {expected}"


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[1])
    found = list(offences(root))
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
