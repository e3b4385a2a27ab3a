#include "gril/ops/outer_product_scan/elementwise_scan_composition.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "gril/ops/outer_product_scan/carried_state.h"

namespace gril {
namespace {

/// Steps per chunk, n: one after the other, each for all chunks at once.
constexpr int64_t kSteps = 32;

/// The arguments with time first: for each of n steps, the C chunks of every sequence side by side.
/// Steps behind the end have no update and no reading; what the decay does to the state there is
/// never looked at.
class ElementwiseScan {
 public:
  explicit ElementwiseScan(const RankedScanArguments& arguments)
      : batch_(arguments.queries.size(0)),
        length_(arguments.queries.size(1)),
        heads_(arguments.queries.size(2)),
        steps_(std::min(kSteps, length_)),
        chunks_((length_ + steps_ - 1) / steps_),
        strict_(arguments.strict),
        values_(columns(arguments.values)),
        keys_(columns(arguments.keys)),
        queries_(columns(arguments.queries)),
        decay_(arguments.decay),
        first_(
            arguments.initial_state.defined()
                ? arguments.initial_state
                : at::zeros({batch_, heads_, decay_.size(1), decay_.size(2)}, decay_.options())) {}

  std::tuple<at::Tensor, at::Tensor> forward() const;
  RankedScanGradients backward(const at::Tensor& outputs, const at::Tensor& final_state,
                               bool values_gradient) const;

 private:
  /// The state of all chunks, and how it changes with the decay: S and Z of README.md.
  struct Sensitive {
    at::Tensor state;        ///< (B, C, H, V, K)
    at::Tensor sensitivity;  ///< ∂S/∂Λ, likewise; undefined where nobody asks
  };

  /// (B, T, R·H, X) as (n, B·C·H, X, R).
  at::Tensor columns(const at::Tensor& sequence) const;
  /// The way back.
  at::Tensor sequence(const at::Tensor& columns) const;
  /// (B, C, H, V, K) as (B·C·H, V, K), the same memory.
  static at::Tensor flat(const at::Tensor& states) {
    return states.view({-1, states.size(3), states.size(4)});
  }
  at::Tensor zero_states() const {
    return at::zeros({batch_, chunks_, heads_, decay_.size(1), decay_.size(2)}, decay_.options());
  }
  /// Whether the sequence ends with this step of its last chunk.
  bool ends_at(int64_t step) const { return step == length_ - 1 - (chunks_ - 1) * steps_; }
  at::Tensor last_chunk(const at::Tensor& states) const { return states.select(1, chunks_ - 1); }

  /// Λ^power, once per chunk.
  at::Tensor decay_power(int64_t power) const {
    return decay_.pow(power).expand({1, chunks_, -1, -1, -1});
  }
  /// One step of all chunks, in place.
  void advance(const Sensitive& now, int64_t step) const;
  /// What enters each chunk, from the last to the last but one.
  Sensitive entering(bool sensitive) const;
  /// Visits the steps from the last to the first with the gradient of S_step in `adjoint`, which
  /// ends as the gradient of the state before the chunk.
  template <class Visit>
  void retreat(const at::Tensor& adjoint, const at::Tensor& gradient, const at::Tensor& final_state,
               const Visit& visit) const;
  /// The gradients of queries and decay, which need the states.
  std::tuple<at::Tensor, at::Tensor> gradients_of_reading(const at::Tensor& gradient,
                                                          const at::Tensor& final_state) const;

  int64_t batch_, length_, heads_, steps_, chunks_;
  bool strict_;
  at::Tensor values_, keys_, queries_, decay_, first_;
};

at::Tensor ElementwiseScan::columns(const at::Tensor& sequence) const {
  const int64_t missing = chunks_ * steps_ - length_;
  const at::Tensor whole =
      missing == 0 ? sequence : at::constant_pad_nd(sequence, {0, 0, 0, 0, 0, missing}, 0.0);
  const int64_t ranks = sequence.size(2) / heads_;
  return whole.reshape({batch_, chunks_, steps_, ranks, heads_, sequence.size(3)})
      .permute({2, 0, 1, 4, 5, 3})
      .reshape({steps_, batch_ * chunks_ * heads_, sequence.size(3), ranks})
      .contiguous();
}

at::Tensor ElementwiseScan::sequence(const at::Tensor& columns) const {
  const int64_t width = columns.size(2);
  const int64_t ranks = columns.size(3);
  return columns.view({steps_, batch_, chunks_, heads_, width, ranks})
      .permute({1, 2, 0, 5, 3, 4})
      .reshape({batch_, chunks_ * steps_, ranks * heads_, width})
      .narrow(1, 0, length_)
      .contiguous();
}

void ElementwiseScan::advance(const Sensitive& now, int64_t step) const {
  if (now.sensitivity.defined()) now.sensitivity.mul_(decay_).add_(now.state);
  now.state.mul_(decay_);
  flat(now.state).baddbmm_(values_.select(0, step), keys_.select(0, step).mT());
}

ElementwiseScan::Sensitive ElementwiseScan::entering(bool sensitive) const {
  if (chunks_ == 1) {
    return {first_.unsqueeze(1).clone(at::MemoryFormat::Contiguous),
            sensitive ? zero_states() : at::Tensor()};
  }
  const Sensitive own{zero_states(), sensitive ? zero_states() : at::Tensor()};
  for (int64_t step = 0; step < steps_; ++step) advance(own, step);
  const at::Tensor whole = decay_power(steps_);
  const at::Tensor states = carry_between_chunks(whole, own.state, first_, false).before;
  if (!sensitive) return {states, at::Tensor()};
  const at::Tensor terms =
      own.sensitivity.addcmul_(decay_power(steps_ - 1), states, static_cast<double>(steps_));
  return {states, carry_between_chunks(whole, terms, at::zeros_like(first_), false).before};
}

std::tuple<at::Tensor, at::Tensor> ElementwiseScan::forward() const {
  const Sensitive now = entering(false);
  const at::Tensor outputs =
      at::empty({steps_, queries_.size(1), decay_.size(1), 1}, decay_.options());
  at::Tensor final_state;
  for (int64_t step = 0; step < steps_; ++step) {
    at::Tensor output = outputs.select(0, step);
    if (strict_) at::bmm_out(output, flat(now.state), queries_.select(0, step));
    advance(now, step);
    if (!strict_) at::bmm_out(output, flat(now.state), queries_.select(0, step));
    if (ends_at(step)) final_state = last_chunk(now.state).clone();
  }
  return {sequence(outputs), final_state};
}

std::tuple<at::Tensor, at::Tensor> ElementwiseScan::gradients_of_reading(
    const at::Tensor& gradient, const at::Tensor& final_state) const {
  const Sensitive now = entering(true);
  const at::Tensor queries_gradient = at::empty_like(queries_);
  const at::Tensor decay_gradient = zero_states();
  const at::Tensor reading = zero_states();
  at::Tensor flat_reading = flat(reading);
  const auto read = [&](int64_t step) {
    at::Tensor place = queries_gradient.select(0, step);
    const at::Tensor row = gradient.select(0, step);
    at::bmm_out(place, flat(now.state).mT(), row);
    at::bmm_out(flat_reading, row, queries_.select(0, step).mT());
    decay_gradient.addcmul_(reading, now.sensitivity);
  };
  for (int64_t step = 0; step < steps_; ++step) {
    if (strict_) read(step);
    advance(now, step);
    if (!strict_) read(step);
    if (ends_at(step) && final_state.defined()) {
      last_chunk(decay_gradient).addcmul_(final_state, last_chunk(now.sensitivity));
    }
  }
  return {sequence(queries_gradient), decay_gradient.sum(at::IntArrayRef{0, 1})};
}

template <class Visit>
void ElementwiseScan::retreat(const at::Tensor& adjoint, const at::Tensor& gradient,
                              const at::Tensor& final_state, const Visit& visit) const {
  for (int64_t step = steps_ - 1; step >= 0; --step) {
    const auto read = [&] {
      flat(adjoint).baddbmm_(gradient.select(0, step), queries_.select(0, step).mT());
    };
    if (ends_at(step) && final_state.defined()) last_chunk(adjoint).add_(final_state);
    if (!strict_) read();
    visit(step);
    adjoint.mul_(decay_);
    if (strict_) read();
  }
}

RankedScanGradients ElementwiseScan::backward(const at::Tensor& outputs,
                                              const at::Tensor& final_state,
                                              bool values_gradient) const {
  const at::Tensor gradient = columns(outputs);
  at::Tensor adjoint = zero_states();
  if (chunks_ > 1) {
    retreat(adjoint, gradient, final_state, [](int64_t) {});
    adjoint =
        carry_between_chunks(decay_power(steps_), adjoint, at::zeros_like(first_), true).before;
  }
  RankedScanGradients gradients;
  const at::Tensor values = values_gradient ? at::empty_like(values_) : at::Tensor();
  const at::Tensor keys = at::empty_like(keys_);
  retreat(adjoint, gradient, final_state, [&](int64_t step) {
    at::Tensor keys_now = keys.select(0, step);
    at::bmm_out(keys_now, flat(adjoint).mT(), values_.select(0, step));
    if (!values_gradient) return;
    at::Tensor values_now = values.select(0, step);
    at::bmm_out(values_now, flat(adjoint), keys_.select(0, step));
  });
  gradients.initial_state = adjoint.select(1, 0).contiguous();
  gradients.keys = sequence(keys);
  if (values_gradient) gradients.values = sequence(values);
  std::tie(gradients.queries, gradients.decay) = gradients_of_reading(gradient, final_state);
  return gradients;
}

}  // namespace

std::tuple<at::Tensor, at::Tensor> elementwise_scan_composition(
    const RankedScanArguments& arguments) {
  return ElementwiseScan(arguments).forward();
}

RankedScanGradients elementwise_scan_composition_backward(const RankedScanArguments& arguments,
                                                          const at::Tensor& outputs,
                                                          const at::Tensor& final_state,
                                                          bool values_gradient) {
  return ElementwiseScan(arguments).backward(outputs, final_state, values_gradient);
}

}  // namespace gril
