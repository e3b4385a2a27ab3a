"""The checks under tools/ refuse what they say they refuse, and nothing else."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).parents[2]


def run_check(name, files):
    """Runs tools/check_NAME.py on a tree with these files; returns its output lines and status."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "docs").mkdir()
        table = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
        (root / "docs/architecture.md").write_text(table, encoding="utf-8")
        (root / "gril").mkdir()
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
        subprocess.run(["git", "init", "-q"], cwd=root, check=True)
        result = subprocess.run([sys.executable, ROOT / f"tools/check_{name}.py", root],
                                capture_output=True, text=True, check=False)
        return result.stdout.splitlines(), result.returncode


class IncludeDirection(unittest.TestCase):
    def refused(self, path, header, reason):
        lines, status = run_check("include_direction", {path: f"\n#include {header}\n"})
        self.assertEqual(lines, [f"{path}:2: {reason}"])
        self.assertEqual(status, 1)

    def test_refuses_a_higher_folder(self):
        self.refused("gril/ops/a.cpp", '"gril/layers/b.h"', "ops may include base; got gril/layers/b.h")

    def test_refuses_a_peer(self):
        self.refused("gril/analysis/a.h", '"gril/training/b.h"',
                     "analysis may include base, runs, layers, models, tasks, constructions, evaluation;"
                     " got gril/training/b.h")

    def test_refuses_libtorch_below_its_line(self):
        self.refused("gril/report/a.cpp", "<ATen/ATen.h>", "report does not include libtorch")
        self.refused("gril/ops/scan_kernel.h", "<c10/util/Exception.h>", "a kernel does not include libtorch")

    def test_refuses_a_library_outside_its_file(self):
        self.refused("gril/runs/a.cpp", "<nlohmann/json.hpp>",
                     "nlohmann/ is included only in gril/base/json.h")
        self.refused("cli/a.cpp", "<torch/torch.h>", "torch/torch.h is included only in no file")

    def test_refuses_a_folder_without_a_row(self):
        lines, status = run_check("include_direction", {"gril/magic/a.h": ""})
        self.assertEqual(lines, ["gril/magic: docs/architecture.md has no row for it"])
        self.assertEqual(status, 1)

    def test_accepts_lower_folders(self):
        self.assertEqual(run_check("include_direction", {
            "gril/layers/a.cpp": '#include <torch/types.h>\n#include "gril/ops/b.h"\n#include <vector>\n',
            "gril/base/json.h": "#include <nlohmann/json.hpp>\n",
            "cli/a.cpp": '#include <CLI/CLI.hpp>\n#include "gril/training/b.h"\n'}), ([], 0))


class FileSize(unittest.TestCase):
    def test_refuses_long_files(self):
        lines, status = run_check(
            "file_size", {"gril/base/a.h": "int a;\n" * 301, "cli/b.h": "int b;\n" * 300, "gril/gril.h": "\n" * 301})
        self.assertEqual(lines, ["gril/base/a.h:1: 301 lines; a file has at most 300. Split it by idea."])
        self.assertEqual(status, 1)

    def test_refuses_long_functions(self):
        body = "  call(\"{\");  // }\n" * 39
        text = f"namespace a {{\n\nint f(int b,\n      int c) {{\n{body}}}\n\n}}  // namespace a\n"
        lines, status = run_check("file_size", {"gril/base/a.cpp": text})
        self.assertEqual(lines, ["gril/base/a.cpp:3: function of 42 lines; at most 40. Split it by idea."])
        self.assertEqual(status, 1)

    def test_counts_each_member_function_alone(self):
        member = "  template <class T>\n  T f(T b) {\n" + "    if (b) {\n    }\n" * 15 + "  }\n"
        text = f"class A : B {{\n  A() : a_{{1}}, b_(2) {{}}\n{member}{member}}};\n"
        self.assertEqual(run_check("file_size", {"gril/base/a.h": text}), ([], 0))

    def test_grants_kernels_more(self):
        kernel = {"gril/ops/a_kernel.cpp": "void f() {\n" + "  g();\n" * 78 + "}\n"}
        self.assertEqual(run_check("file_size", kernel), ([], 0))


class Names(unittest.TestCase):
    def test_refuses_names_that_say_nothing(self):
        lines, status = run_check("names", {"gril/base/string_utils.h": ""})
        self.assertEqual(lines, ['gril/base/string_utils.h: "utils" in a name; say what is inside'])
        self.assertEqual(status, 1)

    def test_refuses_unfinished_code(self):
        lines, _ = run_check("names", {"gril/base/a.h": "// TO" + "DO: more\n"})
        self.assertEqual(lines, ["gril/base/a.h:1: an unconditional TO" + "DO"])


class SourcesListed(unittest.TestCase):
    def test_refuses_a_source_that_is_never_built(self):
        lines, status = run_check("sources_listed", {
            "gril/base/CMakeLists.txt": "add_gril_library(base SOURCES a.cpp)\n",
            "gril/base/a.cpp": "", "gril/base/ba.cpp": ""})
        self.assertEqual(lines, ["gril/base/ba.cpp: no CMakeLists.txt names it"])
        self.assertEqual(status, 1)

    def test_accepts_names_without_their_ending(self):
        self.assertEqual(run_check("sources_listed", {
            "benchmarks/CMakeLists.txt": "foreach(name scan_benchmark)\n",
            "benchmarks/ops/scan_benchmark.cpp": ""}), ([], 0))


if __name__ == "__main__":
    unittest.main()
