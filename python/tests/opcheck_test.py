"""torch's own checks of a registered operator: schema, autograd registration, tensors without
values, and tracing. torch 2 has them."""

import unittest

from gril_case import GrilCase, torch

CHECKS = (
    "test_schema",
    "test_autograd_registration",
    "test_faketensor",
    "test_aot_dispatch_static",
    "test_aot_dispatch_dynamic",
)


class OperatorCheck(GrilCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not hasattr(torch.library, "opcheck"):
            raise unittest.SkipTest(f"torch {torch.__version__} has no torch.library.opcheck")

    def test_linear_scan(self):
        for shape in ((3,), (2, 5, 3)):
            decay = torch.rand(*shape, dtype=torch.float64).requires_grad_()
            arguments = (decay, self.leaf(2, 5, 3), self.leaf(2, 3))
            torch.library.opcheck(torch.ops.gril.linear_scan, arguments, test_utils=CHECKS)

    def test_outer_product_scan(self):
        for shape in ((2,), (2, 3, 4), (2, 5, 2)):
            arguments = (
                self.leaf(2, 5, 2, 3),
                self.leaf(2, 5, 2, 4),
                self.leaf(2, 5, 2, 4),
                torch.rand(*shape, dtype=torch.float64).requires_grad_(),
                self.leaf(2, 2, 3, 4),
            )
            torch.library.opcheck(torch.ops.gril.outer_product_scan, arguments, test_utils=CHECKS)


if __name__ == "__main__":
    unittest.main()
