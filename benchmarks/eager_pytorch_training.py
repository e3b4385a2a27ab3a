#!/usr/bin/env python3
"""Training steps per second of a one-layer GRIL written the usual way in eager PyTorch.

The rival of `gril train experiments/learning_in_the_recurrent_state/one_step_regression/experiment.toml`:
the same task (in-context linear regression, interleaved tokens), the same layer (window 3, stride 2,
tokens used as they are, one decay per state element), the same batch, optimizer, schedule and
clipping. The model is the direct transcription of its equations: a loop over the windows, einsum for
every product. It prints one JSON object; the fastest of `--repeats` counts.

    python3 benchmarks/eager_pytorch_training.py
    python3 benchmarks/eager_pytorch_training.py --readout last --threads 2
"""

import argparse
import json
import math
import time

import torch
from torch import nn


class GrilLayer(nn.Module):
    """Windowed cross product, diagonal state, multiplicative readout.

    update_t = sum_ij offset_weights[i, j] u_{t-i} u_{t-j}^T
    state_t  = decay * state_{t-1} + update_t
    output_t = readout state_t (sum_j query_offsets[j] u_{t-j})
    """

    def __init__(self, width, window, stride, readout):
        super().__init__()
        self.window, self.stride, self.every_window = window, stride, readout == "every"
        step_size = torch.empty(width, 1).uniform_(math.log(1e-3), math.log(1e-1)).exp()
        self.log_decay_rate = nn.Parameter((0.5 * step_size).log().expand(width, width).clone())
        self.offset_weights = nn.Parameter(0.1 * torch.randn(window, window))
        self.query_offsets = nn.Parameter(torch.randn(window))
        self.readout = nn.Parameter(torch.randn(width, width) / math.sqrt(width))

    def read(self, state, window):
        query = torch.einsum("bjk,j->bk", window, self.query_offsets)
        return torch.einsum("bvk,bk->bv", state, query) @ self.readout.T

    def forward(self, tokens):
        batch, length, width = tokens.shape
        decay = torch.exp(-torch.exp(self.log_decay_rate))
        state = tokens.new_zeros(batch, width, width)
        outputs = []
        for end in range(self.window, length + 1, self.stride):
            window = tokens[:, end - self.window : end]
            update = torch.einsum("ij,biv,bjk->bvk", self.offset_weights, window, window)
            state = decay * state + update
            if self.every_window or end == length:
                outputs.append(self.read(state, window))
        return torch.stack(outputs, dim=1)


def sample_batch(batch, examples, width, generator):
    """x uniform in [-1/2, 1/2], W standard normal, tokens x_1, y_1, ..., x_N, y_N, x_q."""
    weights = torch.randn(batch, width, width, generator=generator)
    inputs = torch.rand(batch, examples + 1, width, generator=generator) - 0.5
    labels = torch.bmm(inputs, weights.transpose(1, 2))
    tokens = torch.stack((inputs, labels), dim=2).flatten(1, 2)[:, :-1]
    return tokens, labels[:, -1]


def learning_rate_factor(step, steps, warmup):
    if step < warmup:
        return (step + 1) / warmup
    return 0.5 * (1 + math.cos(math.pi * (step - warmup) / max(steps - warmup, 1)))


def train(arguments):
    torch.manual_seed(arguments.seed)
    generator = torch.Generator().manual_seed(arguments.seed)
    model = GrilLayer(arguments.width, window=3, stride=2, readout=arguments.readout)
    recurrence = [model.log_decay_rate]
    others = [model.offset_weights, model.query_offsets, model.readout]
    optimizer = torch.optim.AdamW(
        [{"params": recurrence, "weight_decay": 0.0}, {"params": others}], lr=2e-3, weight_decay=0.0)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: learning_rate_factor(step, arguments.steps, warmup=100))
    start = time.perf_counter()
    for _ in range(arguments.steps):
        tokens, targets = sample_batch(arguments.batch_size, arguments.examples, arguments.width,
                                       generator)
        loss = 0.5 * (model(tokens)[:, -1] - targets).square().mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
    return arguments.steps / (time.perf_counter() - start), loss.item()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=500)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--examples", type=int, default=10)
    parser.add_argument("--width", type=int, default=10, help="inputs and outputs of the task")
    parser.add_argument("--readout", choices=["every", "last"], default="every",
                        help="predict after every window, as the layer does, or after the last only")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    rates, losses = zip(*(train(arguments) for _ in range(arguments.repeats)))
    print(json.dumps({
        "benchmark": "eager_pytorch_training",
        "steps_per_second": max(rates),
        "all_steps_per_second": rates,
        "last_loss": losses[-1],
        "torch": torch.__version__,
        **vars(arguments),
    }))


if __name__ == "__main__":
    main()
