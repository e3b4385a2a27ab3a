"""What a Python without the operators, or with a wrong file for them, is told."""

import os
import unittest
from unittest import mock

from gril_case import reason_to_skip


class Loading(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        reason = reason_to_skip()
        if reason:
            raise unittest.SkipTest(reason)

    def test_operators_must_be_loaded_first(self):
        import torch
        import gril

        numbers = torch.zeros(1, 2, 1, 1)
        for name, call in (
            ("linear_scan", lambda: gril.ops.linear_scan(torch.ones(1), torch.zeros(1, 2, 1))),
            (
                "outer_product_scan",
                lambda: gril.ops.outer_product_scan(numbers, numbers, numbers, torch.ones(1)),
            ),
        ):
            with self.assertRaises(RuntimeError) as caught:
                call()
            self.assertEqual(
                str(caught.exception),
                f"[{name}] the operators must be loaded first; got no operator gril::{name}. "
                "Call gril.load_operators().",
            )

    def test_a_missing_library_is_named(self):
        import gril

        with self.assertRaisesRegex(
            FileNotFoundError, r"^\[gril\] the operators' library must be a file; got /none\.so\. "
        ):
            gril.load_operators("/none.so")

    def test_a_file_that_is_no_library_is_refused(self):
        import gril

        with self.assertRaises(OSError):
            gril.load_operators(__file__)

    def test_without_a_program_a_path_is_asked_for(self):
        import gril

        with mock.patch.dict(os.environ, {"PATH": ""}):
            os.environ.pop("GRIL_OPS_LIBRARY", None)
            with self.assertRaisesRegex(FileNotFoundError, r"no program gril on PATH"):
                gril.load_operators()


if __name__ == "__main__":
    unittest.main()
