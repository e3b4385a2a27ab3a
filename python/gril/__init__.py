"""The differentiable operators of gril for PyTorch.

>>> import gril
>>> gril.load_operators("build/library/ops/libgril_ops.so")
>>> states = gril.ops.linear_scan(decay, inputs)
"""

from gril import ops
from gril.ops import load_operators

__all__ = ["load_operators", "ops"]
