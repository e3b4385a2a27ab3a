import unittest

import numpy

from gril_case import GrilCase, torch


def loop(decay, inputs, state, reverse):
    """The definition, in numpy."""
    length = inputs.shape[1]
    states = numpy.zeros_like(inputs)
    for t in reversed(range(length)) if reverse else range(length):
        state = (decay if decay.ndim == 1 else decay[:, t]) * state + inputs[:, t]
        states[:, t] = state
    return states


class LinearScan(GrilCase):
    def cases(self):
        """decay, input, initial_state, reverse for every variant."""
        for dtype in (torch.float64, torch.complex128):
            for shape in ((3,), (2, 70, 3)):
                for reverse in (False, True):
                    decay = 0.8 * torch.rand(*shape, dtype=dtype)
                    inputs = torch.randn(2, 70, 3, dtype=dtype)
                    yield decay, inputs, torch.randn(2, 3, dtype=dtype), reverse

    def test_equals_numpy_loop(self):
        from gril import ops

        for decay, inputs, state, reverse in self.cases():
            expected = loop(decay.numpy(), inputs.numpy(), state.numpy(), reverse)
            actual = ops.linear_scan(decay, inputs, state, reverse).numpy()
            numpy.testing.assert_allclose(actual, expected, rtol=1e-12, atol=1e-12)

    def test_gradients_of_first_and_second_order(self):
        from gril import ops

        for decay, inputs, state, reverse in self.cases():
            decay = decay if decay.ndim == 1 else decay[:, :4]
            arguments = [x.clone().requires_grad_() for x in (decay, inputs[:, :4], state)]
            scan = lambda a, x, h: ops.linear_scan(a, x, h, reverse)
            self.assertTrue(torch.autograd.gradcheck(scan, arguments))
            self.assertTrue(torch.autograd.gradgradcheck(scan, arguments))


if __name__ == "__main__":
    unittest.main()
