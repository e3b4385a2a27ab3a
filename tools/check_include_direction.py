#!/usr/bin/env python3
"""Refuses an #include that docs/architecture.md does not allow.

    tools/check_include_direction.py [ROOT]

Prints one line per offence, `file:line: rule`, and exits 1 when there is any.
"""

import fnmatch
import pathlib
import re
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')
TORCH_PREFIXES = ("torch/", "ATen/", "c10/", "caffe2/")
SOURCE_FOLDERS = ("gril", "cli", "tests", "benchmarks", "examples", "python")


def table_rows(text, first_column):
    """Cells of the rows of the table whose header starts with `first_column`."""
    lines = text.splitlines()
    headers = [i for i, line in enumerate(lines) if line.startswith(f"| {first_column} |")]
    if len(headers) != 1:
        sys.exit(f"docs/architecture.md must hold one table '| {first_column} | …'; got {len(headers)}.")
    rows = []
    for line in lines[headers[0] + 2:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def names(cell):
    """The comma-separated names of a cell, without backquotes."""
    return [name.strip().strip("`") for name in cell.split(",") if name.strip() not in ("–", "nowhere")]


def folder_of(path):
    """The folder of gril/ that a path lies in, or "" for gril/gril.h and files outside."""
    parts = path.split("/")
    return parts[1] if parts[0] == "gril" and len(parts) > 2 else ""


def folder_offence(path, header, folders):
    """Why a file of the library may not include this header, or None."""
    folder = folder_of(path)
    if not folder:
        return None
    allowed, torch_allowed = folders[folder]
    if header.startswith(TORCH_PREFIXES):
        if not torch_allowed:
            return f"{folder} does not include libtorch"
        if "_kernel." in path:
            return "a kernel does not include libtorch"
        return None
    target = header.split("/")[0]
    if target in SOURCE_FOLDERS and target != "gril":
        return f"gril/ does not include {target}/"
    target = folder_of(header)
    if header == "gril/gril.h":
        return "the umbrella header is for users of the library"
    if target and target != folder and target not in allowed:
        return f"{folder} may include {', '.join(allowed) or 'no other folder'}; got {header}"
    return None


def library_offence(path, header, libraries):
    """Why this file may not include this third-party header, or None."""
    for prefix, places in libraries:
        matches = header == prefix or (prefix.endswith("/") and header.startswith(prefix))
        allowed = any(path.startswith(place) if place.endswith("/") else fnmatch.fnmatch(path, place)
                      for place in places)
        if matches and not allowed:
            return f"{prefix} is included only in {', '.join(places) or 'no file'}"
    return None


def offences(root):
    text = (root / "docs/architecture.md").read_text(encoding="utf-8")
    folders = {names(row[0])[0]: (names(row[1]), row[2] == "yes")
               for row in table_rows(text, "folder")}
    libraries = [(names(row[0])[0], names(row[1])) for row in table_rows(text, "headers")]
    present = {p.name for p in (root / "gril").iterdir() if p.is_dir()}
    for folder in sorted(present - folders.keys()):
        yield f"gril/{folder}: docs/architecture.md has no row for it"
    for top in SOURCE_FOLDERS:
        for file in sorted((root / top).rglob("*")):
            if file.suffix not in (".h", ".cpp", ".cu"):
                continue
            path = file.relative_to(root).as_posix()
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
                include = INCLUDE.match(line)
                if not include:
                    continue
                reason = (folder_offence(path, include[1], folders)
                          or library_offence(path, include[1], libraries))
                if reason:
                    yield f"{path}:{number}: {reason}"


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[1])
    found = list(offences(root))
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
