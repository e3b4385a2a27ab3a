#include "cli/bench/outer_product_scan_benchmark.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "cli/bench/rival_formulations.h"
#include "gril/base/check.h"
#include "gril/ops/outer_product_scan/outer_product_scan.h"

namespace gril::bench {
namespace {

at::Tensor outputs_of(const Tensors& inputs) {
  return std::get<0>(outer_product_scan(inputs[0], inputs[1], inputs[2], inputs[3]));
}

struct Sizes {
  int64_t batch, length, heads, width;
};

/// values, keys, queries and decay. Decays lie in (0.9, 1), where a chunk still remembers its past.
Tensors inputs_of(const Sizes& sizes, bool elementwise) {
  const std::vector<int64_t> shape = {sizes.batch, sizes.length, sizes.heads, sizes.width};
  const std::vector<int64_t> decay_shape =
      elementwise ? std::vector<int64_t>{sizes.heads, sizes.width, sizes.width}
                  : std::vector<int64_t>{sizes.heads};
  return {at::randn(shape), at::randn(shape), at::randn(shape), at::rand(decay_shape) * 0.1 + 0.9};
}

Comparison comparison_of(const Sizes& sizes, bool elementwise, bool backward) {
  Comparison comparison;
  comparison.what = "outer_product_scan";
  comparison.shape = concatenate("B ", sizes.batch, ", T ", sizes.length, ", H ", sizes.heads,
                                 ", K = V = ", sizes.width, " float32, ",
                                 elementwise ? "elementwise" : "scalar", " decay");
  comparison.inputs = inputs_of(sizes, elementwise);
  comparison.backward = backward;
  comparison.exact = outputs_of;
  comparison.contenders = {{"gril", outputs_of, false}};
  return comparison;
}

std::vector<Contender> chunked_rivals() {
  std::vector<Contender> rivals;
  for (const int64_t chunk : {32, 64, 128})
    rivals.push_back({"torch chunked products, chunk " + std::to_string(chunk),
                      [chunk](const Tensors& in) {
                        return chunked_outer_product_scan(in[0], in[1], in[2], in[3], chunk);
                      },
                      false});
  return rivals;
}

/// Measures; the goal is how many times faster than the best rival gril is.
Findings beside_best_rival(const Comparison& comparison, int rounds, const std::string& what,
                           double at_least) {
  Findings findings;
  findings.rows = measure(comparison, rounds);
  double rival = findings.rows[1].median_seconds;
  for (std::size_t i = 1; i < findings.rows.size(); ++i)
    rival = std::min(rival, findings.rows[i].median_seconds);
  findings.goals = {{what, rival / findings.rows[0].median_seconds, at_least}};
  return findings;
}

}  // namespace

Findings benchmark_outer_product_scan(const OperatorBenchmarkOptions& options) {
  Findings findings;
  const Sizes scalar = options.quick ? Sizes{2, 128, 3, 8} : Sizes{8, 2048, 4, 64};
  const Sizes elementwise = options.quick ? Sizes{2, 128, 3, 8} : Sizes{8, 2048, 4, 32};
  for (const bool backward : {false, true}) {
    const std::string pass = backward ? "forward + backward" : "forward";
    options.progress("outer_product_scan, " + pass);
    Comparison chunked = comparison_of(scalar, false, backward);
    for (const Contender& rival : chunked_rivals()) chunked.contenders.push_back(rival);
    findings.append(beside_best_rival(
        chunked, options.rounds,
        "outer_product_scan, scalar decay, " + pass + ": times the best chunked torch formulation",
        backward ? 4.0 : 0.0));
    Comparison looped = comparison_of(elementwise, true, backward);
    const auto loop = [](const Tensors& in) {
      return looped_outer_product_scan(in[0], in[1], in[2], in[3]);
    };
    looped.contenders.push_back({"torch loop, one thread", loop, false, 1});
    findings.append(
        beside_best_rival(looped, options.rounds,
                          "outer_product_scan, elementwise decay, " + pass + ": times a torch loop",
                          backward ? 30.0 : 0.0));
  }
  return findings;
}

}  // namespace gril::bench
