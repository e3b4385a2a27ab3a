#include "cli/bench/comparison.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "cli/bench/timing.h"
#include "gril/ops/threads.h"

namespace gril::bench {
namespace {

/// Sequences have at least three axes; (D), (H) and (H, V, K) decays come as the last input and
/// stay.
at::Tensor other_layout(const at::Tensor& tensor) { return tensor.transpose(0, 1).contiguous(); }

Tensors laid_out(const Tensors& inputs, const Contender& contender) {
  Tensors result;
  for (const at::Tensor& input : inputs) {
    const at::Tensor tensor = contender.time_major ? other_layout(input) : input;
    result.push_back(tensor.detach());
  }
  return result;
}

Tensors with_gradients(const Tensors& inputs) {
  Tensors result;
  for (const at::Tensor& input : inputs) result.push_back(input.detach().requires_grad_());
  return result;
}

/// The result, or with `backward` the gradients of <weights, result>.
Tensors computed(const Contender& contender, const Tensors& inputs, const at::Tensor& weights,
                 bool backward) {
  if (!backward) {
    const at::NoGradGuard no_gradient;
    return {contender.call(inputs)};
  }
  const Tensors variables = with_gradients(inputs);
  return torch::autograd::grad({contender.call(variables)}, variables, {weights});
}

/// Off the clock: libtorch ends and starts threads, and new ones keep a processor busy for a while.
void change_threads(int threads) {
  if (thread_report().torch == threads) return;
  set_threads(threads);
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
}

double relative_error(const at::Tensor& actual, const at::Tensor& exact) {
  const double error = (actual.to(at::kDouble) - exact).norm().item<double>();
  const double size = exact.norm().item<double>();
  return size > 0 ? error / size : error;
}

/// Worst error over the tensors of a contender's result, on the first batch entry.
double error_of(const Contender& contender, const Comparison& comparison) {
  Tensors inputs, wide;
  for (const at::Tensor& input : comparison.inputs) {
    // A decay without batch and time stays whole.
    const bool sequence = input.dim() >= 3 && input.size(0) == comparison.inputs[0].size(0);
    inputs.push_back(sequence ? input.narrow(0, 0, 1) : input);
    wide.push_back(inputs.back().to(at::kDouble));
  }
  const Contender exact = {"exact", comparison.exact, false};
  const at::Tensor weights = at::ones_like(computed(exact, wide, {}, false)[0]);
  const Tensors expected = computed(exact, wide, weights, comparison.backward);
  const at::Tensor narrow_weights = weights.to(inputs[0].scalar_type());
  const Tensors actual = computed(
      contender, laid_out(inputs, contender),
      contender.time_major ? other_layout(narrow_weights) : narrow_weights, comparison.backward);
  double worst = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const at::Tensor result = contender.time_major ? actual[i].transpose(0, 1) : actual[i];
    worst = std::max(worst, relative_error(result, expected[i]));
  }
  return worst;
}

}  // namespace

std::vector<Row> measure(const Comparison& comparison, int rounds,
                         const std::vector<PlainCall>& others) {
  const int usual = thread_report().torch;
  std::vector<std::function<void()>> calls;
  for (const Contender& contender : comparison.contenders) {
    const Tensors inputs = laid_out(comparison.inputs, contender);
    at::Tensor weights;
    if (comparison.backward) {
      const at::NoGradGuard no_gradient;
      weights = at::randn_like(contender.call(inputs), at::MemoryFormat::Contiguous);
    }
    calls.emplace_back([&contender, &comparison, inputs, weights] {
      computed(contender, inputs, weights, comparison.backward);
    });
  }
  for (const PlainCall& call : others) calls.push_back(call.run);
  const std::vector<Timing> timings =
      time_alternating(calls, rounds, [&contenders = comparison.contenders, usual](std::size_t i) {
        const int wanted = i < contenders.size() ? contenders[i].threads : 0;
        change_threads(wanted > 0 ? wanted : usual);
      });
  change_threads(usual);
  std::vector<Row> rows;
  for (std::size_t i = 0; i < timings.size(); ++i) {
    Row row;
    row.what = comparison.what;
    row.shape = comparison.shape;
    row.pass = comparison.backward ? "forward + backward" : "forward";
    row.best_seconds = timings[i].best;
    row.median_seconds = timings[i].median;
    row.bytes = comparison.bytes;
    row.rounds = timings[i].rounds;
    const bool compared = i < comparison.contenders.size();
    row.method = compared ? comparison.contenders[i].method
                          : others[i - comparison.contenders.size()].method;
    if (compared) row.relative_error = error_of(comparison.contenders[i], comparison);
    rows.push_back(row);
  }
  return rows;
}

Json to_json(const Row& row) {
  Json json = {{"what", row.what},
               {"shape", row.shape},
               {"pass", row.pass},
               {"method", row.method},
               {"rounds", row.rounds},
               {"best_seconds", row.best_seconds},
               {"median_seconds", row.median_seconds}};
  if (row.bytes > 0) {
    json["bytes"] = row.bytes;
    json["bytes_per_second"] = row.bytes / row.median_seconds;
  }
  if (row.share_of_stream > 0) json["share_of_stream"] = row.share_of_stream;
  json["relative_error"] = row.relative_error;
  return json;
}

}  // namespace gril::bench
