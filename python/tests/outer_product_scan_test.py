import itertools
import unittest

import numpy

from gril_case import GrilCase, torch

BATCH, HEADS, VALUES, KEYS = 2, 2, 3, 4


def loop(values, keys, queries, decay, state, strict, reverse):
    """The definition, in numpy."""
    length = values.shape[1]
    outputs = numpy.zeros_like(values)
    for t in reversed(range(length)) if reverse else range(length):
        if decay.ndim == 1:
            decay_t = decay[:, None, None]
        elif decay.shape == state.shape[1:]:
            decay_t = decay
        else:
            decay_t = decay[:, t, :, None, None]
        before = state
        state = decay_t * state + values[:, t, :, :, None] * keys[:, t, :, None, :]
        read = before if strict else state
        outputs[:, t] = numpy.einsum("bhvk,bhk->bhv", read, queries[:, t])
    return outputs, state


class OuterProductScan(GrilCase):
    def cases(self, length):
        """Arguments for every form of the decay, strict and not, in both directions."""
        decays = ((HEADS,), (HEADS, VALUES, KEYS), (BATCH, length, HEADS))
        for shape, strict, reverse in itertools.product(decays, (False, True), (False, True)):
            tensors = [
                self.leaf(BATCH, length, HEADS, VALUES),
                self.leaf(BATCH, length, HEADS, KEYS),
                self.leaf(BATCH, length, HEADS, KEYS),
                torch.rand(*shape, dtype=torch.float64).requires_grad_(),
                self.leaf(BATCH, HEADS, VALUES, KEYS),
            ]
            yield tensors, strict, reverse

    def test_equals_numpy_loop(self):
        from gril import ops

        for tensors, strict, reverse in self.cases(length=70):
            arrays = [tensor.detach().numpy() for tensor in tensors]
            expected = loop(*arrays, strict, reverse)
            actual = ops.outer_product_scan(*tensors, strict, reverse)
            for result, array in zip(actual, expected):
                numpy.testing.assert_allclose(
                    result.detach().numpy(), array, rtol=1e-12, atol=1e-12
                )

    def test_gradients_of_outputs_and_final_state(self):
        from gril import ops

        for tensors, strict, reverse in self.cases(length=3):
            scan = lambda *arguments: ops.outer_product_scan(*arguments, strict, reverse)
            self.assertTrue(torch.autograd.gradcheck(scan, tensors))

    def test_gradient_through_final_state_alone(self):
        from gril import ops

        for tensors, strict, reverse in self.cases(length=3):
            final = lambda *arguments: ops.outer_product_scan(*arguments, strict, reverse)[1]
            tensors[2].requires_grad_(False)
            self.assertTrue(torch.autograd.gradcheck(final, tensors))

    def test_second_order_is_refused(self):
        from gril import ops

        tensors, strict, reverse = next(self.cases(length=3))
        outputs, _ = ops.outer_product_scan(*tensors, strict, reverse)
        (gradient,) = torch.autograd.grad(outputs.sum(), tensors[0], create_graph=True)
        with self.assertRaisesRegex(RuntimeError, "gradients are of first order only"):
            torch.autograd.grad(gradient.sum(), tensors[1])

    def test_wrong_shape_is_a_value_error(self):
        from gril import ops

        tensors, strict, reverse = next(self.cases(length=3))
        tensors[2] = tensors[2][:, :2]
        with self.assertRaisesRegex(ValueError, r"^\[outer_product_scan\] queries must have shape"):
            ops.outer_product_scan(*tensors, strict, reverse)


if __name__ == "__main__":
    unittest.main()
