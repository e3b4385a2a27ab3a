"""The base of all tests here: loads the operators, or skips with the reason why not."""

import os
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

try:
    import torch
except ImportError:
    torch = None


def reason_to_skip() -> str:
    """Empty when the operators can be loaded into this Python."""
    if torch is None:
        return f"{sys.executable} has no torch"
    # Debian's libtorch 1.13.1 and its Python, which says 1.13.0a0, are one build.
    built_with = os.environ.get("GRIL_TORCH_VERSION", "")
    if built_with and built_with.split(".")[:2] != torch.__version__.split(".")[:2]:
        return (
            f"{sys.executable} has torch {torch.__version__}, "
            f"the operators were built with {built_with}"
        )
    return ""


class GrilCase(unittest.TestCase):
    """Needs GRIL_OPS_LIBRARY, or the program gril on PATH; GRIL_TORCH_VERSION is what it was built
    with."""

    @classmethod
    def setUpClass(cls):
        reason = reason_to_skip()
        if reason:
            raise unittest.SkipTest(reason)
        import gril

        gril.load_operators()
        torch.manual_seed(0)

    @staticmethod
    def leaf(*sizes, dtype=None):
        """Normal numbers, float64 unless told, that ask for gradients."""
        return torch.randn(*sizes, dtype=dtype or torch.float64).requires_grad_()
