"""`gril info` describes the build it belongs to."""

import json
import pathlib
import unittest

from program import SOURCE, ProgramTest


class Info(ProgramTest):
    def info(self):
        stdout, stderr = self.gril("info", "--json")
        self.assertEqual(stderr, "")
        return json.loads(stdout)

    def test_names_this_version_and_compiler(self):
        info = self.info()
        self.assertIn(f"project(gril VERSION {info['version']} ",
                      (SOURCE / "CMakeLists.txt").read_text(encoding="utf-8"))
        self.assertRegex(info["compiler"], r"^(GNU|Clang) \d+\.\d+")
        self.assertRegex(info["libtorch"], r"^\d+\.\d+\.\d+")

    def test_libraries_are_files(self):
        info = self.info()
        self.assertTrue(pathlib.Path(info["ops_library"]).is_file())
        self.assertEqual(pathlib.Path(info["ops_library"]).name, "libgril_ops.so")
        self.assertTrue(pathlib.Path(info["libtorch_path"]).is_file())

    def test_names_the_blas_and_its_threads(self):
        blas = self.info()["blas"]
        self.assertRegex(blas["name"], "OpenBLAS|MKL|blas")
        self.assertGreaterEqual(blas["threads"], 1)

    def test_the_table_has_the_same_values(self):
        info = self.info()
        stdout, _ = self.gril("info")
        rows = dict(line.split(maxsplit=1) for line in stdout.splitlines())
        self.assertEqual(rows["commit"], info["commit"])
        self.assertEqual(rows["blas.name"], info["blas"]["name"])


if __name__ == "__main__":
    unittest.main()
