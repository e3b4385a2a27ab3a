#include "gril/analysis/steps/path_shares.h"

#include <ATen/ATen.h>

#include "gril/base/check.h"

namespace gril {
namespace {

/// A source by kind of path, (B, T, size) each; an undefined tensor is 0.
using Parts = std::vector<torch::Tensor>;

/// Places of the kinds for K layers: the order of path_kinds.
struct Kinds {
  std::size_t layers;

  std::size_t value() const { return layers + 1; }
  std::size_t key() const { return layers + 2; }
  std::size_t both() const { return layers + 3; }
  std::size_t count() const { return layers + 4; }
};

torch::Tensor plus(const torch::Tensor& a, const torch::Tensor& b) {
  if (!a.defined()) return b;
  return b.defined() ? a + b : a;
}

torch::Tensor total(const Parts& parts) {
  torch::Tensor sum;
  for (const torch::Tensor& part : parts) sum = plus(sum, part);
  return sum;
}

/// Σ_i maps[i] sources[i] over the chosen sources: (B, T, H, rows); undefined when there are none.
torch::Tensor head_stream(const std::vector<torch::Tensor>& maps,
                          const std::vector<torch::Tensor>& sources, std::size_t first,
                          std::size_t end) {
  torch::Tensor sum;
  for (std::size_t i = first; i < end; ++i) {
    if (sources[i].defined()) sum = plus(sum, at::einsum("btn,hrn->bthr", {sources[i], maps[i]}));
  }
  return sum;
}

/// The streams of one layer, by where they come from.
struct LayerStreams {
  torch::Tensor token_values, later_values;
  torch::Tensor token_keys, later_keys;
  Parts queries;  ///< by kind
};

LayerStreams streams_of(const TokenStackLayer& layer, const std::vector<Parts>& sources,
                        const Kinds& kinds) {
  const std::size_t count = layer.values.size();
  std::vector<torch::Tensor> totals;
  for (std::size_t i = 0; i < count; ++i) totals.push_back(total(sources[i]));
  LayerStreams streams{.token_values = head_stream(layer.values, totals, 0, 1),
                       .later_values = head_stream(layer.values, totals, 1, count),
                       .token_keys = head_stream(layer.keys, totals, 0, 1),
                       .later_keys = head_stream(layer.keys, totals, 1, count),
                       .queries = {}};
  for (std::size_t kind = 0; kind < kinds.count(); ++kind) {
    std::vector<torch::Tensor> parts;
    for (std::size_t i = 0; i < count; ++i) parts.push_back(sources[i][kind]);
    streams.queries.push_back(head_stream(layer.queries, parts, 0, count));
  }
  return streams;
}

/// The reading (B, T, H·dv) of one layer with these streams; undefined where one of them is 0.
torch::Tensor reading(const TokenStackLayer& layer, const torch::Tensor& values,
                      const torch::Tensor& keys, const torch::Tensor& queries) {
  if (!values.defined() || !keys.defined() || !queries.defined()) return {};
  torch::Tensor state = at::zeros_like(layer.decay).unsqueeze(0);
  std::vector<torch::Tensor> readings;
  for (int64_t t = 0; t < values.size(1); ++t) {
    const torch::Tensor before = state;
    state = layer.decay * state + values.select(1, t).unsqueeze(3) * keys.select(1, t).unsqueeze(2);
    const torch::Tensor& read = layer.strict ? before : state;
    readings.push_back((read * queries.select(1, t).unsqueeze(2)).sum(3).flatten(1));
  }
  return at::stack(readings, 1);
}

Parts source_of(const TokenStackLayer& layer, const LayerStreams& streams, const Kinds& kinds) {
  Parts source(kinds.count());
  const auto of_tokens = [&](std::size_t kind) {
    return reading(layer, streams.token_values, streams.token_keys, streams.queries[kind]);
  };
  for (std::size_t step = 0; step < kinds.layers; ++step) source[step + 1] = of_tokens(step);
  const torch::Tensor query = total(streams.queries);
  source[kinds.value()] = plus(of_tokens(kinds.value()),
                               reading(layer, streams.later_values, streams.token_keys, query));
  source[kinds.key()] =
      plus(of_tokens(kinds.key()), reading(layer, streams.token_values, streams.later_keys, query));
  source[kinds.both()] = plus(of_tokens(kinds.both()),
                              reading(layer, streams.later_values, streams.later_keys, query));
  return source;
}

}  // namespace

std::vector<std::string> path_kinds(int64_t layers) {
  std::vector<std::string> names = {"token"};
  for (int64_t step = 1; step <= layers; ++step) names.push_back(concatenate("step ", step));
  for (const char* name : {"value", "key", "value and key"}) names.emplace_back(name);
  return names;
}

PathParts path_parts(const TokenStack& stack, const torch::Tensor& tokens) {
  const Kinds kinds{stack.layers.size()};
  std::vector<Parts> sources(1, Parts(kinds.count()));
  sources.front().front() = with_constant(tokens);
  for (const TokenStackLayer& layer : stack.layers) {
    sources.push_back(source_of(layer, streams_of(layer, sources, kinds), kinds));
  }
  const int64_t outputs = stack.outputs.front().size(0);
  const torch::Tensor nothing = at::zeros({tokens.size(0), outputs}, at::kDouble);
  std::vector<torch::Tensor> rows;
  for (std::size_t kind = 0; kind < kinds.count(); ++kind) {
    std::vector<torch::Tensor> row;
    for (std::size_t i = 0; i < sources.size(); ++i) {
      const torch::Tensor& part = sources[i][kind];
      row.push_back(part.defined()
                        ? at::mm(part.select(1, tokens.size(1) - 1), stack.outputs[i].t())
                        : nothing);
    }
    rows.push_back(at::stack(row));
  }
  return {at::stack(rows)};
}

PathShares path_shares(const TokenStack& stack, const LinearRegression& task,
                       const PromptSample& sample) {
  const at::NoGradGuard no_gradients;
  torch::Tensor products;
  torch::Tensor squares;
  torch::Tensor kind_squares;
  double square = 0.0;
  for_each_batch(task, sample, [&](const Prompts& prompts) {
    const torch::Tensor parts = path_parts(stack, prompts.tokens).parts;
    const torch::Tensor answer = parts.sum(at::IntArrayRef{0, 1});
    products = plus(products, (parts * answer).sum(at::IntArrayRef{2, 3}));
    squares = plus(squares, parts.square().sum(at::IntArrayRef{2, 3}));
    kind_squares = plus(kind_squares, parts.sum(1).square().sum(at::IntArrayRef{1, 2}));
    square += answer.square().sum().item<double>();
  });
  return {products / square, (kind_squares / square).sqrt(), (squares / square).sqrt()};
}

}  // namespace gril
