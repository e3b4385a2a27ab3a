#!/usr/bin/env python3
"""Training speed of a deep language model written the usual way in eager PyTorch.

The rival of `gril bench train --experiment FILE` where FILE trains a language model: the same stack,
read from the experiment's resolved model (a JSON file), the same batch, loss, optimizer and
clipping, on random symbols. A `deep_gril` layer becomes three projections, a depthwise convolution
and either the masked product (Q K^T o decay) V over the whole piece, or the same by chunks with the
state carried from chunk to chunk; `--mixer lstm` puts torch.nn.LSTM of equal width in its place. It
prints one JSON object; the fastest of `--repeats` counts.

    python3 benchmarks/eager_deep_network.py --model model.json --batch-size 12 --length 64
    python3 benchmarks/eager_deep_network.py --model model.json --mixer lstm --threads 2
"""

import argparse
import json
import math
import sys
import time

import torch
from torch import nn
from torch.nn import functional

ACTIVATIONS = {"none": lambda x: x, "silu": functional.silu, "gelu": functional.gelu,
               "relu": torch.relu, "sigmoid": torch.sigmoid}


class Normalization(nn.Module):
    def __init__(self, options):
        super().__init__()
        self.form, self.epsilon = options["form"], options["epsilon"]
        self.scale = nn.Parameter(torch.ones(options["input_size"]))
        self.shift = nn.Parameter(torch.zeros(options["input_size"])) if self.form == "layer" else None

    def forward(self, x):
        if self.form == "layer":
            return functional.layer_norm(x, self.scale.shape, self.scale, self.shift, self.epsilon)
        return self.scale * x * torch.rsqrt(x.square().mean(-1, keepdim=True) + self.epsilon)


class Perceptron(nn.Module):
    def __init__(self, options):
        super().__init__()
        self.activation = ACTIVATIONS[options["activation"]]
        self.hidden = nn.Linear(options["input_size"], options["hidden_size"], bias=options["bias"])
        self.output = nn.Linear(options["hidden_size"], options["output_size"], bias=options["bias"])

    def forward(self, x):
        return self.output(self.activation(self.hidden(x)))


class DeepGril(nn.Module):
    """Values, keys and queries behind a short convolution, a decaying sum of their products."""

    def __init__(self, options, chunk):
        super().__init__()
        self.heads, self.window, self.chunk = options["heads"], options["window"], chunk
        self.value_size, self.key_size = options["value_size"], options["key_size"]
        width, values = options["input_size"], self.heads * self.value_size
        streams = values + 2 * self.heads * self.key_size
        self.projection = nn.Linear(width, streams, bias=False)
        self.convolution = nn.Conv1d(streams, streams, self.window, groups=streams, bias=False,
                                     padding=self.window - 1)
        self.activation = ACTIVATIONS[options["activation"]]
        self.log_decay_rate = nn.Parameter(torch.linspace(-7, -1.4, self.heads))
        self.head_scale = nn.Parameter(torch.ones(values)) if options["head_norm"] else None
        self.epsilon = options["epsilon"]
        self.gate = ACTIVATIONS[options["output_gate"]]
        self.gate_map = (nn.Linear(width, values, bias=False)
                         if options["output_gate"] != "none" else None)
        self.output_map = nn.Linear(values, options["output_size"], bias=False)

    def masked(self, values, keys, queries, rate):
        """(Q K^T o decay) V over one piece; all (B, H, T, .); rate (H)."""
        length = values.shape[2]
        age = torch.arange(length).view(-1, 1) - torch.arange(length).view(1, -1)
        decay = torch.exp(-rate.view(-1, 1, 1) * age.clamp(min=0)) * (age >= 0)
        return ((queries @ keys.transpose(2, 3)) * decay) @ values

    def chunked(self, values, keys, queries, rate):
        """The same, chunk by chunk with a state (B, H, dv, dk)."""
        outputs, state = [], values.new_zeros(*values.shape[:2], self.value_size, self.key_size)
        for first in range(0, values.shape[2], self.chunk):
            v, k, q = (x[:, :, first : first + self.chunk] for x in (values, keys, queries))
            place = torch.arange(1, v.shape[2] + 1)
            kept = torch.exp(-rate.view(-1, 1) * place)
            later = torch.exp(-rate.view(-1, 1) * (v.shape[2] - place))
            outputs.append(self.masked(v, k, q, rate)
                           + kept.unsqueeze(-1) * (q @ state.transpose(2, 3)))
            state = kept[:, -1].view(-1, 1, 1) * state + (later.unsqueeze(-1) * v).transpose(2, 3) @ k
        return torch.cat(outputs, dim=2)

    def forward(self, x):
        batch, length, _ = x.shape
        streams = self.convolution(self.projection(x).transpose(1, 2))[:, :, :length].transpose(1, 2)
        sizes = [self.heads * n for n in (self.value_size, self.key_size, self.key_size)]
        values, keys, queries = (part.view(batch, length, self.heads, -1).transpose(1, 2)
                                 for part in self.activation(streams).split(sizes, dim=2))
        rate = self.log_decay_rate.exp()
        attend = self.chunked if 0 < self.chunk < length else self.masked
        read = attend(values, keys, queries / math.sqrt(self.key_size), rate).transpose(1, 2)
        if self.head_scale is not None:
            read = read * torch.rsqrt(read.square().mean(-1, keepdim=True) + self.epsilon)
        read = read.reshape(batch, length, -1)
        if self.head_scale is not None:
            read = self.head_scale * read
        if self.gate_map is not None:
            read = self.gate(self.gate_map(x)) * read
        return self.output_map(read)


class Lstm(nn.Module):
    def __init__(self, options):
        super().__init__()
        self.lstm = nn.LSTM(options["input_size"], options["output_size"], batch_first=True)

    def forward(self, x):
        return self.lstm(x)[0]


class Residual(nn.Module):
    def __init__(self, body):
        super().__init__()
        self.body = body

    def forward(self, x):
        return x + self.body(x)


class TiedEmbedding(nn.Module):
    def __init__(self, options, body):
        super().__init__()
        self.table = nn.Parameter(options["initial_scale"]
                                  * torch.randn(options["symbols"], options["size"]))
        self.bias = nn.Parameter(torch.zeros(options["symbols"]))
        self.body = body

    def forward(self, x):
        return functional.linear(self.body(functional.embedding(x, self.table)), self.table, self.bias)


def build(layers, arguments):
    """The stack of a list of layer options."""
    made = []
    for options in layers:
        kind = options["kind"]
        if kind == "tied_embedding":
            made.append(TiedEmbedding(options, build(options["layers"], arguments)))
        elif kind == "residual":
            made.append(Residual(build(options["layers"], arguments)))
        elif kind == "deep_gril":
            made.append(Lstm(options) if arguments.mixer == "lstm"
                        else DeepGril(options, arguments.chunk))
        elif kind == "normalization":
            made.append(Normalization(options))
        elif kind == "multilayer_perceptron":
            made.append(Perceptron(options))
        elif kind == "dropout" and options["share"] == 0:
            continue
        else:
            sys.exit(f"[eager_deep_network] layers must be of the kinds this script knows; got {kind}.")
    return nn.Sequential(*made)


def train(arguments, layers):
    torch.manual_seed(arguments.seed)
    model, symbols = build(layers, arguments), layers[0]["symbols"]
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.0)
    shape = (arguments.steps + arguments.warmup, arguments.batch_size, arguments.length + 1)
    text = torch.randint(symbols, shape)
    for step, piece in enumerate(text):
        if step == arguments.warmup:
            start = time.perf_counter()
        logits = model(piece[:, :-1])
        loss = functional.cross_entropy(logits.flatten(0, 1), piece[:, 1:].flatten())
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    parameters = sum(p.numel() for p in model.parameters())
    return arguments.steps / (time.perf_counter() - start), parameters


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", required=True, help="JSON file: {\"layers\": [...]} with every option")
    parser.add_argument("--steps", type=int, default=50)
    parser.add_argument("--warmup", type=int, default=5, help="steps before the clock starts")
    parser.add_argument("--batch-size", type=int, default=12)
    parser.add_argument("--length", type=int, default=64)
    parser.add_argument("--mixer", choices=["same", "lstm"], default="same")
    parser.add_argument("--chunk", type=int, default=0, help="0: the masked product over the whole piece")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    with open(arguments.model, encoding="utf-8") as file:
        layers = json.load(file)["layers"]
    rates, sizes = zip(*(train(arguments, layers) for _ in range(arguments.repeats)))
    print(json.dumps({
        "benchmark": "eager_deep_network",
        "steps_per_second": max(rates),
        "tokens_per_second": max(rates) * arguments.batch_size * arguments.length,
        "parameters": sizes[0],
        "torch": torch.__version__,
        **vars(arguments),
    }))


if __name__ == "__main__":
    main()
