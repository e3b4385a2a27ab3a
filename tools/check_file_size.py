#!/usr/bin/env python3
"""Refuses files of more than 300 lines and functions of more than 40 (kernels: 80).

    tools/check_file_size.py [ROOT]

Prints one line per offence, `file:line: rule`, and exits 1 when there is any.
"""

import pathlib
import re
import sys

FILE_LIMIT = 300
UMBRELLA = "gril/gril.h"  # one line per public header: a list, no code
FUNCTION_LIMIT = 40
KERNEL_LIMIT = 80
FOLDERS = ("gril", "cli", "tests", "benchmarks", "examples", "python", "tools", "cmake")
CXX = (".h", ".cpp", ".cu")
SCRIPTS = (".py", ".sh", ".cmake")
# Comments, raw strings, strings, characters and preprocessor lines hold no code braces.
NOT_CODE = re.compile(r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"'
                      r"|(?<!\w)'(?:\\.|[^'\\\n])+'|^[ \t]*#(?:\\\n|[^\n])*", re.DOTALL | re.MULTILINE)
TEMPLATE_TYPE = re.compile(r"[<,]\s*class\b")
SCOPE = re.compile(r"\b(namespace|class|struct|enum|union|extern)\b")


def blank(match):
    """The text of a match as spaces, its line ends kept."""
    return re.sub(r"[^\n]", " ", match[0])


def closing_brace(code, opening):
    depth = 0
    for index in range(opening, len(code)):
        depth += {"{": 1, "}": -1}.get(code[index], 0)
        if depth == 0:
            return index
    return len(code) - 1


def functions(text):
    """(first line, length) of every function that does not lie in another one."""
    code = NOT_CODE.sub(blank, text)
    start = index = 0
    while index < len(code):
        if code[index] in ";}":
            start = index + 1
        elif code[index] == "{":
            head = code[start:index]
            if SCOPE.search(TEMPLATE_TYPE.sub("", head).split("(")[0]):
                start = index + 1
            else:
                end = closing_brace(code, index)
                if re.match(r"\s*[,{]", code[end + 1:]):  # a member initialised with braces
                    index = end
                elif "(" in head:
                    first = start + len(head) - len(head.lstrip())
                    yield code.count("\n", 0, first) + 1, code.count("\n", first, end) + 1
                    start = end + 1
                    index = end
                else:
                    index = end
        index += 1


def offences(root):
    for folder in FOLDERS:
        for file in sorted((root / folder).rglob("*")):
            if file.suffix not in CXX + SCRIPTS:
                continue
            path = file.relative_to(root).as_posix()
            text = file.read_text(encoding="utf-8")
            length = text.count("\n")
            if length > FILE_LIMIT and path != UMBRELLA:
                yield f"{path}:1: {length} lines; a file has at most {FILE_LIMIT}. Split it by idea."
            limit = KERNEL_LIMIT if "_kernel" in file.stem else FUNCTION_LIMIT
            for start, length in functions(text) if file.suffix in CXX else ():
                if length > limit:
                    yield f"{path}:{start}: function of {length} lines; at most {limit}. Split it by idea."


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[1])
    found = list(offences(root))
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
