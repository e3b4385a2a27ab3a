"""torch.ops.gril.* with types. Each function names the C++ header that is its manual page.

The operators live in a shared library that is built with gril and with one libtorch; it loads into
the Python whose torch is that libtorch.
"""

import json
import os
import pathlib
import shutil
import subprocess
from typing import Optional, Tuple

import torch
from torch import Tensor


def load_operators(library: Optional[str] = None) -> str:
    """Loads the operators and returns the path of their library.

    library  path of libgril_ops.so. Without it: the environment variable GRIL_OPS_LIBRARY, then
             what `gril info --json` of the program `gril` on PATH names as ops_library.
    errors   FileNotFoundError when there is no such file; OSError when it was built with another
             libtorch than that of this Python.
    """
    path = library or os.environ.get("GRIL_OPS_LIBRARY") or _library_of_program()
    if not pathlib.Path(path).is_file():
        raise FileNotFoundError(
            f"[gril] the operators' library must be a file; got {path}. "
            "Build gril, or name the library in GRIL_OPS_LIBRARY."
        )
    torch.ops.load_library(path)
    return path


def _library_of_program() -> str:
    program = shutil.which("gril")
    if program is None:
        raise FileNotFoundError(
            "[gril] the operators' library must be named; got no path, no GRIL_OPS_LIBRARY and no "
            "program gril on PATH. Pass the path of libgril_ops.so."
        )
    info = subprocess.run([program, "info", "--json"], check=True, capture_output=True, text=True)
    return json.loads(info.stdout)["ops_library"]


def _operator(name: str):
    try:
        return getattr(torch.ops.gril, name)
    except (AttributeError, RuntimeError):
        raise RuntimeError(
            f"[{name}] the operators must be loaded first; got no operator gril::{name}. "
            "Call gril.load_operators()."
        ) from None


def linear_scan(
    decay: Tensor,
    input: Tensor,
    initial_state: Optional[Tensor] = None,
    reverse: bool = False,
) -> Tensor:
    """h_t = a_t * h_{t-1} + x_t, real or complex. gril/ops/linear_scan/linear_scan.h

    decay (D) or (B, T, D), input (B, T, D), initial_state (B, D); returns (B, T, D).
    errors   RuntimeError before load_operators; ValueError when arguments do not fit.
    """
    return _operator("linear_scan")(decay, input, initial_state, reverse)


def outer_product_scan(
    values: Tensor,
    keys: Tensor,
    queries: Tensor,
    decay: Tensor,
    initial_state: Optional[Tensor] = None,
    strict: bool = False,
    reverse: bool = False,
) -> Tuple[Tensor, Tensor]:
    """S_t = L_t * S_{t-1} + v_t k_t^T, y_t = S_t q_t (strict: S_{t-1} q_t).
    gril/ops/outer_product_scan/outer_product_scan.h

    values (B, T, H, V), keys and queries (B, T, H, K), decay (H), (H, V, K) or (B, T, H),
    initial_state (B, H, V, K); returns outputs (B, T, H, V) and final_state (B, H, V, K).
    errors   RuntimeError before load_operators; ValueError when arguments do not fit.
    """
    return _operator("outer_product_scan")(
        values, keys, queries, decay, initial_state, strict, reverse
    )
