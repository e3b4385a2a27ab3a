"""gril/gril.h includes every public header once, in alphabetical order, and nothing else.

Public is every header of gril/ except the parts an operator is built from: in a folder of
gril/ops/ only the header named like the folder is for users.
"""

import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(sys.argv.pop())
OPERATOR_PARTS = {
    "gril/ops/cpu_parallel.h",
    "gril/ops/loaded_function.h",
    "gril/ops/pointwise_activation_composition.h",
    "gril/ops/pointwise_activation_cpu_kernel-inl.h",
    "gril/ops/shape_check.h",
    "gril/ops/sum_over_rows.h",
    "gril/ops/vector_row_cpu_kernel-inl.h",
}


def is_public(header):
    """Whether users of the library may include this header."""
    part = re.fullmatch(r"gril/ops/(\w+)/(.*)\.h", header)
    return header not in OPERATOR_PARTS and (part is None or part[1] == part[2])


class UmbrellaHeader(unittest.TestCase):
    def test_lists_every_public_header(self):
        umbrella = ROOT / "gril/gril.h"
        headers = sorted(p.relative_to(ROOT).as_posix() for p in (ROOT / "gril").rglob("*.h") if p != umbrella)
        included = re.findall(r'^#include "(.*)"$', umbrella.read_text(encoding="utf-8"), re.MULTILINE)
        self.assertEqual(included, [header for header in headers if is_public(header)])


if __name__ == "__main__":
    unittest.main()
