#!/usr/bin/env python3
"""Refuses C++ and CUDA sources that no CMakeLists.txt names: they would be neither built nor tested.

    tools/check_sources_listed.py [ROOT]

Looks at the files git tracks. A source counts as named when its name, with its ending or without,
stands as a word in a CMakeLists.txt. Prints one line per offence, `file: rule`, and exits 1 when
there is any.
"""

import pathlib
import re
import subprocess
import sys


def tracked_files(root):
    listing = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"],
                             cwd=root, capture_output=True, text=True, check=True)
    return [pathlib.Path(name) for name in listing.stdout.splitlines() if (root / name).is_file()]


def offences(root):
    files = tracked_files(root)
    lists = [(root / path).read_text(encoding="utf-8") for path in files if path.name == "CMakeLists.txt"]
    words = set(re.findall(r"[\w.]+", "\n".join(lists)))
    for path in files:
        if path.suffix in {".cpp", ".cu"} and not {path.name, path.stem} & words:
            yield f"{path}: no CMakeLists.txt names it"


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[1])
    found = list(offences(root))
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
