#!/usr/bin/env python3
"""linear_scan out of JAX's own means, jitted, at the shape of `gril bench ops`. Prints one JSON object.

JAX takes its number of threads from the processors it may run on: restrict them with taskset.

    python benchmarks/rivals/jax_rivals.py > jax.json
"""

import os

import jax
import jax.numpy as jnp
from jax import lax
from measuring import LINEAR_SCAN, LINEAR_SCAN_SHAPE, arguments, keep_freed_memory, measure, report


def sequential(decay, x):
    def step(state, row):
        state = row[0] * state + row[1]
        return state, state

    return lax.scan(step, jnp.zeros_like(x[0]), (decay, x))[1]


def associative(decay, x):
    def combine(left, right):
        return left[0] * right[0], right[0] * left[1] + right[1]

    return lax.associative_scan(combine, (decay, x))[1]


def passes(method, function, decay, x):
    forward = jax.jit(function)

    @jax.jit
    def both(decay, x, gradient):
        states, pull_back = jax.vjp(function, decay, x)
        return states, pull_back(gradient)

    gradient = jnp.ones_like(x)
    return [
        (LINEAR_SCAN, "forward", method, lambda: jax.block_until_ready(forward(decay, x))),
        (LINEAR_SCAN, "forward + backward", method,
         lambda: jax.block_until_ready(both(decay, x, gradient))),
    ]


def main():
    options = arguments(__doc__.splitlines()[0])
    keep_freed_memory()
    batch, length, features = LINEAR_SCAN_SHAPE
    keys = jax.random.split(jax.random.PRNGKey(1))
    decay = jax.random.uniform(keys[0], (length, batch, features)) * 0.5 + 0.5
    x = jax.random.normal(keys[1], (length, batch, features))
    contenders = passes("jit of lax.scan", sequential, decay, x)
    contenders += passes("jit of lax.associative_scan", associative, decay, x)
    rows = measure(contenders, options.rounds, options.only)
    report("JAX " + jax.__version__, len(os.sched_getaffinity(0)), options.rounds, rows)


if __name__ == "__main__":
    main()
