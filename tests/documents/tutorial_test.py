"""Runs the commands of a tutorial, one after the other, in a folder of its own.

    tutorial_test.py PAGE ROOT PROGRAM

A command is an indented line; one that ends with a backslash goes on in the next. Every quoted line of output (`> text`) must be printed by the command before it, apart
from its numbers, which differ from machine to machine in their last digits.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

PROGRAM = pathlib.Path(sys.argv.pop())
ROOT = pathlib.Path(sys.argv.pop())
PAGE = pathlib.Path(sys.argv.pop())
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?")


def steps(page):
    """(command, its quoted lines) in the order of the page."""
    found = []
    for line in page.read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
        if line.startswith("    "):
            found.append((line.strip(), []))
        elif line.startswith("> ") and found:
            found[-1][1].append(line[2:])
    return found


def without_numbers(text):
    return " ".join(NUMBER.sub("#", text).split())


class Tutorial(unittest.TestCase):
    def test_its_commands_print_what_it_quotes(self):
        commands = steps(PAGE)
        self.assertGreater(len(commands), 0)
        environment = {**os.environ, "PATH": f"{PROGRAM.parent}:{os.environ['PATH']}"}
        with tempfile.TemporaryDirectory() as folder:
            os.symlink(ROOT / "experiments", f"{folder}/experiments")
            for command, quotes in commands:
                result = subprocess.run(["sh", "-c", command], cwd=folder, env=environment,
                                        capture_output=True, text=True, check=False)
                self.assertEqual(result.returncode, 0, f"{command}\n{result.stderr}")
                printed = without_numbers(result.stdout)
                for quote in quotes:
                    self.assertIn(without_numbers(quote), printed, command)


if __name__ == "__main__":
    unittest.main()
