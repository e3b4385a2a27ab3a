#!/usr/bin/env python3
"""linear_scan and outer_product_scan out of JAX's own means, jitted, at the shapes of `gril bench ops`.

Prints one JSON object. JAX takes its number of threads from the processors it may run on: restrict them with taskset.

    python benchmarks/rivals/jax_rivals.py > jax.json
"""

import os

import jax
import jax.numpy as jnp
from jax import lax
from measuring import arguments, keep_freed_memory, measure, problems, report


def sequential(decay, x):
    def step(state, row):
        state = row[0] * state + row[1]
        return state, state

    return lax.scan(step, jnp.zeros_like(x[0]), (decay, x))[1]


def associative(decay, x):
    def combine(left, right):
        return left[0] * right[0], right[0] * left[1] + right[1]

    return lax.associative_scan(combine, (decay, x))[1]


def outer_product(v, k, q, decay):
    """y_t = S_t q_t with S_t = decay S_{t-1} + v_t k_t^T, time first: (T, B, H, X)."""

    def step(state, row):
        state = decay * state + row[0][..., :, None] * row[1][..., None, :]
        return state, jnp.einsum("bhvk,bhk->bhv", state, row[2])

    state = jnp.zeros((*v.shape[1:], k.shape[-1]))
    return lax.scan(step, state, (v, k, q))[1]


def chunked_outer_product(v, k, q, decay, chunk=64):
    """The same for one decay per head, chunk by chunk, heads first: (B, H, T, X)."""
    batch, heads, length, width = v.shape
    chunk = min(chunk, length)

    def chunks_first(x):
        return jnp.moveaxis(x.reshape(batch, heads, length // chunk, chunk, width), 2, 0)

    rate = decay[:, None, None]
    place = jnp.arange(chunk, dtype=v.dtype)[:, None]
    weights = jnp.tril(rate ** jnp.maximum(place - place.T, 0))

    def step(state, rows):
        v, k, q = rows
        inside = (q @ k.swapaxes(-1, -2) * weights) @ v
        carried = (q * rate ** (place + 1)) @ state.swapaxes(-1, -2)
        state = rate**chunk * state + (v * rate ** (chunk - 1 - place)).swapaxes(-1, -2) @ k
        return state, inside + carried

    state = jnp.zeros((batch, heads, width, width))
    outputs = lax.scan(step, state, (chunks_first(v), chunks_first(k), chunks_first(q)))[1]
    return jnp.moveaxis(outputs, 0, 2).reshape(batch, heads, length, width)


def passes(problem, method, function, inputs):
    """The forward and the forward + backward contender of a function; results have v's shape."""
    forward = jax.jit(function)

    @jax.jit
    def both(gradient, *inputs):
        outputs, pull_back = jax.vjp(function, *inputs)
        return outputs, pull_back(gradient)

    gradient = jnp.ones_like(inputs[0])
    return [
        (problem, "forward", method, lambda: jax.block_until_ready(forward(*inputs))),
        (problem, "forward + backward", method,
         lambda: jax.block_until_ready(both(gradient, *inputs))),
    ]


def contenders(quick):
    linear_scan, scalar, elementwise = problems(quick)
    keys = iter(jax.random.split(jax.random.PRNGKey(1), 10))
    batch, length, features = linear_scan.shape
    scan = (jax.random.uniform(next(keys), (length, batch, features)) * 0.5 + 0.5,
            jax.random.normal(next(keys), (length, batch, features)))
    batch, length, heads, width = scalar.shape
    product = [jax.random.normal(next(keys), (batch, heads, length, width)) for _ in range(3)]
    product.append(jax.random.uniform(next(keys), (heads,)) * 0.1 + 0.9)
    batch, length, heads, width = elementwise.shape
    matrix = [jax.random.normal(next(keys), (length, batch, heads, width)) for _ in range(3)]
    matrix.append(jax.random.uniform(next(keys), (heads, width, width)) * 0.1 + 0.9)
    return (passes(linear_scan, "jit of lax.scan", sequential, scan)
            + passes(linear_scan, "jit of lax.associative_scan", associative, scan)
            + passes(scalar, "jit of lax.scan over chunks of 64", chunked_outer_product, product)
            + passes(elementwise, "jit of lax.scan", outer_product, matrix))


def main():
    options = arguments(__doc__.splitlines()[0])
    keep_freed_memory()
    load = os.getloadavg()[0]
    rows = measure(contenders(options.quick), options)
    report("JAX " + jax.__version__, len(os.sched_getaffinity(0)), options, load, rows)


if __name__ == "__main__":
    main()
