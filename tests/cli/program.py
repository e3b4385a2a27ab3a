"""Runs the program gril in an empty folder and compares what it says and returns."""

import os
import pathlib
import subprocess
import tempfile
import unittest

PROGRAM = os.environ["GRIL_PROGRAM"]
SOURCE = pathlib.Path(os.environ["GRIL_SOURCE"])

DONE, CHECK_FAILED, CALLERS_MISTAKE, DAMAGED_FILE, FAULT = range(5)


class ProgramTest(unittest.TestCase):
    """A test with a folder of its own, in which the program runs."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def gril(self, *arguments, code=DONE):
        """Runs `gril arguments...`, expects this exit code, returns (stdout, stderr)."""
        result = subprocess.run([PROGRAM, *map(str, arguments)], cwd=self.folder, capture_output=True,
                                text=True, check=False, timeout=300)
        self.assertEqual(result.returncode, code, f"gril {arguments}: {result.stdout}{result.stderr}")
        return result.stdout, result.stderr

    def refused(self, code, text, *arguments):
        """`gril arguments...` says exactly `gril: text` on stderr, nothing on stdout."""
        stdout, stderr = self.gril(*arguments, code=code)
        self.assertEqual(stdout, "")
        self.assertEqual(stderr, f"gril: {text}\n")

    def write(self, name, text):
        """Writes a file of the folder and returns its path, as the program will name it."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(text, bytes):
            path.write_bytes(text)
        else:
            path.write_text(text, encoding="utf-8")
        return name
