"""The rival formulations under benchmarks/rivals compute the operators they are compared with."""

import contextlib
import importlib.util
import io
import os
import pathlib
import sys
import unittest

RIVALS = pathlib.Path(os.environ["GRIL_SOURCE"]) / "benchmarks" / "rivals"
sys.path.insert(0, str(RIVALS))
HAS_TORCH = importlib.util.find_spec("torch") is not None
HAS_JAX = importlib.util.find_spec("jax") is not None

import join_table  # noqa: E402
import measuring  # noqa: E402


class Measuring(unittest.TestCase):
    def measured(self, call, *arguments):
        sys.argv = ["rivals", *arguments]
        options = measuring.arguments("")
        problem = measuring.problems(quick=True)[0]
        with contextlib.redirect_stderr(io.StringIO()):
            return measuring.measure([(problem, "forward", "method", call)], options)[0]

    def test_a_contender_that_fails_is_a_row_with_the_reason(self):
        def fail():
            raise ValueError("no compiler\nand a long story")
        self.assertEqual(self.measured(fail)["failed"], "ValueError: no compiler")

    def test_a_contender_that_takes_too_long_is_given_up(self):
        def stubborn():
            while True:
                with contextlib.suppress(Exception):
                    while True:
                        pass
        self.assertEqual(self.measured(stubborn, "--limit", "1")["failed"], "gave up after 1 s")

    def test_every_round_is_timed(self):
        calls = []
        row = self.measured(lambda: calls.append(0), "--rounds", "4")
        self.assertEqual((len(calls), row["rounds"]), (5, 4))
        self.assertLessEqual(row["best_seconds"], row["median_seconds"])

    def test_shapes_are_named_as_gril_bench_names_them(self):
        self.assertEqual([(p.what, p.text) for p in measuring.problems(quick=False)], [
            ("linear_scan", "(8, 4096, 1536) float32, decay per step"),
            ("outer_product_scan", "B 8, T 2048, H 4, K = V = 64 float32, scalar decay"),
            ("outer_product_scan", "B 8, T 2048, H 4, K = V = 32 float32, elementwise decay")])


@unittest.skipUnless(HAS_TORCH, "python3 has no PyTorch")
class TorchRivals(unittest.TestCase):
    def test_formulations_of_one_operator_agree(self):
        import torch
        import torch_rivals
        torch.manual_seed(1)
        torch.set_num_threads(1)
        decay, x = torch.rand(64, 2, 3).double(), torch.randn(64, 2, 3).double()
        expected = [x[0]]
        for t in range(1, 64):
            expected.append(decay[t] * expected[-1] + x[t])
        for scan in (torch_rivals.loop_scan, torch_rivals.tree_scan):
            torch.testing.assert_close(scan(decay, x), torch.stack(expected))
        v, k, q = (torch.randn(2, 32, 3, 4) for _ in range(3))
        decay = torch.rand(3)
        state, outputs = torch.zeros(2, 3, 4, 4), []
        for t in range(32):
            state = decay.view(3, 1, 1) * state + v[:, t, :, :, None] * k[:, t, :, None, :]
            outputs.append((state @ q[:, t, :, :, None])[..., 0])
        expected = torch.stack(outputs, 1)
        loop = torch_rivals.loop_outer_product(v, k, q, decay.view(3, 1, 1).expand(3, 4, 4))
        torch.testing.assert_close(loop, expected, rtol=1e-4, atol=1e-4)
        heads_first = [x.transpose(1, 2) for x in (v, k, q)]
        chunked = torch_rivals.chunked_outer_product(*heads_first, decay, 8).transpose(1, 2)
        torch.testing.assert_close(chunked, expected, rtol=1e-4, atol=1e-4)


@unittest.skipUnless(HAS_JAX, "python3 has no JAX")
class JaxRivals(unittest.TestCase):
    def test_formulations_of_one_operator_agree(self):
        import jax
        import jax.numpy as jnp
        import jax_rivals
        keys = jax.random.split(jax.random.PRNGKey(1), 6)
        decay, x = jax.random.uniform(keys[0], (64, 2, 3)), jax.random.normal(keys[1], (64, 2, 3))
        self.assertLess(jnp.abs(jax_rivals.sequential(decay, x) - jax_rivals.associative(decay, x)).max(), 1e-5)
        rows = [jax.random.normal(key, (32, 2, 3, 4)) for key in keys[2:5]]
        decay = jax.random.uniform(keys[5], (3,))
        stepwise = jax_rivals.outer_product(*rows, jnp.broadcast_to(decay[:, None, None], (3, 4, 4)))
        heads_first = [x.transpose(1, 2, 0, 3) for x in rows]
        chunked = jax_rivals.chunked_outer_product(*heads_first, decay, 8).transpose(2, 0, 1, 3)
        self.assertLess(jnp.abs(stepwise - chunked).max(), 1e-4)


class Table(unittest.TestCase):
    def test_rivals_of_one_shape_stand_below_gril_and_missed_figures_are_named(self):
        shape = {"what": "linear_scan", "shape": "(8, 4)", "pass": "forward"}
        own = {"benchmark": "ops", "machine": {"libtorch": "1.13.1", "threads": 2, "load": 0.1, "commit": "c0ffee"},
               "rows": [{**shape, "method": "gril", "median_seconds": 0.01, "best_seconds": 0.009,
                         "share_of_stream": 0.91, "relative_error": 2e-8}],
               "goals": [{"what": "share", "reached": 0.91, "at_least": 0.85, "met": True},
                         {"what": "slope", "reached": 1.2, "at_least": 0.95, "at_most": 1.05, "met": False}]}
        rival = {"benchmark": "rivals", "software": "JAX 1", "threads": 2, "machine": {"load": 0.2},
                 "rows": [{**shape, "method": "scan", "median_seconds": 0.05, "best_seconds": 0.04},
                          {**shape, "method": "tree", "failed": "gave up after 60 s"}]}
        text = "\n".join(join_table.page("two cores", [("a/ops.json", own), ("a/jax.json", rival)]))
        for line in ("Machine: two cores.",
                     "| `ops.json` | ops, libtorch 1.13.1 | 2 | 0.1 | c0ffee |",
                     "| share | ≥ 0.85 | 0.91 | met |",
                     "| slope | ≥ 0.95, ≤ 1.05 | 1.2 | **not met** |",
                     "| gril | 10.00 | 9.00 | 1 | 91% | 2.0e-08 |",
                     "| JAX 1: scan | 50.00 | 40.00 | 5 |  |  |",
                     "| JAX 1: tree | gave up after 60 s | | | | |"):
            self.assertIn(line + "\n", text + "\n")


if __name__ == "__main__":
    unittest.main()
