#!/usr/bin/env python3
"""linear_scan and outer_product_scan out of PyTorch's own means, at the shapes of `gril bench ops`.

With PyTorch 1.13: loops and a tree of torch operations, and TorchScript. With 2.x also
torch.compile and its associative scan. Prints one JSON object.

    /usr/bin/python3 benchmarks/rivals/torch_rivals.py > torch_1.json
"""

import os

import torch
from measuring import arguments, keep_freed_memory, measure, problems, report


def loop_scan(decay, x):
    """h_t = a_t h_{t-1} + x_t over the first axis (time-major)."""
    # unbind, because the backward pass of x[t] fills a whole tensor with zeros at every step.
    rows, decays = x.unbind(0), decay.unbind(0)
    state = rows[0]
    states = [state]
    for t in range(1, x.shape[0]):
        state = torch.addcmul(rows[t], decays[t], state)
        states.append(state)
    return torch.stack(states)


def tree_scan(decay, x):
    """Combine neighbours, scan the half, fill in; the length is a power of two."""
    if x.shape[0] == 1:
        return x
    odd = tree_scan(decay[1::2] * decay[0::2], torch.addcmul(x[1::2], decay[1::2], x[0::2]))
    even = torch.cat([x[:1], torch.addcmul(x[2::2], decay[2::2], odd[:-1])])
    return torch.stack([even, odd], 1).flatten(0, 1)


def chunked_outer_product(v, k, q, decay, chunk: int):
    """y_t = S_t q_t with S_t = decay S_{t-1} + v_t k_t^T, heads first: (B, H, T, X)."""
    batch, heads, length, width = v.shape
    v, k, q = (x.reshape(batch, heads, length // chunk, chunk, width) for x in (v, k, q))
    rate = decay.view(heads, 1, 1, 1)
    place = torch.arange(chunk, dtype=v.dtype).view(chunk, 1)
    weights = torch.tril(rate ** (place - place.T).clamp_min(0))
    inside = (q @ k.transpose(-1, -2) * weights) @ v
    added = (v * rate ** (chunk - 1 - place)).transpose(-1, -2) @ k
    state = torch.zeros_like(added[:, :, 0])
    before = []
    for addition in added.unbind(2):
        before.append(state)
        state = torch.addcmul(addition, rate[:, 0] ** chunk, state)
    carried = (q * rate ** (place + 1)) @ torch.stack(before, 2).transpose(-1, -2)
    return (inside + carried).reshape(batch, heads, length, width)


def loop_outer_product(v, k, q, decay):
    """y_t = S_t q_t with S_t = decay S_{t-1} + v_t k_t^T, one decay per element: (B, T, H, X)."""
    state = torch.zeros(v.shape[0], v.shape[2], v.shape[3], k.shape[3])
    states = []
    # Lists, because indexing would fill a whole gradient with zeros at every step.
    columns, rows = v.unsqueeze(4).unbind(1), k.unsqueeze(3).unbind(1)
    for t in range(len(columns)):
        state = torch.addcmul(decay * state, columns[t], rows[t])
        states.append(state)
    # One product over all steps is faster than one per step.
    return (torch.stack(states, 1) @ q.unsqueeze(4)).squeeze(4)


def associative(decay, x):
    from torch._higher_order_ops.associative_scan import associative_scan

    def combine(left, right):
        return left[0] * right[0], right[0] * left[1] + right[1]

    return associative_scan(combine, (decay, x), dim=0, combine_mode="generic")[1]


def passes(problem, method, function, inputs):
    """The forward and the forward + backward contender of a function."""
    with torch.no_grad():
        gradient = torch.randn_like(inputs[0])
    variables = [x.detach().requires_grad_() for x in inputs]

    def forward():
        with torch.no_grad():
            function(*inputs)

    def both():
        torch.autograd.grad(function(*variables), variables, gradient)

    return [(problem, "forward", method, forward), (problem, "forward + backward", method, both)]


def contenders(quick):
    linear_scan, scalar, elementwise = problems(quick)
    batch, length, features = linear_scan.shape
    scan = [torch.rand(length, batch, features) * 0.5 + 0.5, torch.randn(length, batch, features)]
    batch, length, heads, width = scalar.shape
    product = [torch.randn(batch, heads, length, width) for _ in range(3)]
    product.append(torch.rand(heads) * 0.1 + 0.9)
    batch, length, heads, width = elementwise.shape
    matrix = [torch.randn(batch, length, heads, width) for _ in range(3)]
    matrix.append(torch.rand(heads, width, width) * 0.1 + 0.9)

    def chunked(v, k, q, decay):
        return chunked_outer_product(v, k, q, decay, 64)

    found = passes(linear_scan, "loop", loop_scan, scan)
    found += passes(linear_scan, "TorchScript loop", torch.jit.script(loop_scan), scan)
    found += passes(linear_scan, "tree", tree_scan, scan)
    found += passes(scalar, "chunked products, chunk 64", chunked, product)
    found += passes(elementwise, "loop", loop_outer_product, matrix)
    found += passes(elementwise, "TorchScript loop", torch.jit.script(loop_outer_product), matrix)
    if hasattr(torch, "compile"):
        found += passes(linear_scan, "torch.compile, associative_scan", torch.compile(associative), scan)
        found += passes(linear_scan, "torch.compile, tree", torch.compile(tree_scan), scan)
        found += passes(scalar, "torch.compile, chunked products, chunk 64", torch.compile(chunked),
                        product)
    return found


def main():
    options = arguments(__doc__.splitlines()[0])
    keep_freed_memory()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    load = os.getloadavg()[0]
    rows = measure(contenders(options.quick), options)
    report("PyTorch " + torch.__version__, options.threads, options, load, rows)


if __name__ == "__main__":
    main()
