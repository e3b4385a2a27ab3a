#include "gril/ops/outer_product_scan/chunked_scan_composition.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "gril/ops/outer_product_scan/carried_state.h"

namespace gril {
namespace {

/// Steps per chunk, n: products of n × n matrices keep a GPU busy and cost as much as the state.
constexpr int64_t kSteps = 64;

/// How a sequence of T steps becomes C chunks of n.
struct ChunkShape {
  explicit ChunkShape(int64_t all)
      : length(all), steps(std::min(kSteps, all)), count((all + steps - 1) / steps) {}

  /// (B, T, H, X) as (B, C, H, n, X), with `filling` in the steps behind the end.
  at::Tensor cut(const at::Tensor& sequence, double filling) const {
    const int64_t missing = count * steps - length;
    const at::Tensor whole =
        missing == 0 ? sequence : at::constant_pad_nd(sequence, {0, 0, 0, 0, 0, missing}, filling);
    return whole.reshape({whole.size(0), count, steps, whole.size(2), whole.size(3)})
        .transpose(2, 3)
        .contiguous();
  }

  at::Tensor join(const at::Tensor& chunks) const {
    return chunks.transpose(2, 3)
        .reshape({chunks.size(0), count * steps, chunks.size(2), chunks.size(4)})
        .narrow(1, 0, length)
        .contiguous();
  }

  int64_t length, steps, count;
};

/// (·, T, H, 1), · being 1 or B.
at::Tensor decay_per_step(const at::Tensor& decay, int64_t length) {
  if (decay.dim() > 1) return decay.reshape({decay.size(0), length, decay.size(2), 1});
  return decay.view({1, 1, -1, 1}).expand({1, length, -1, 1});
}

/// G(i, j) = a_{j+1} … a_i for 0 ≤ j ≤ i ≤ n, zeros elsewhere, from a, (·, C, H, n, 1). By
/// multiplication only: a decay may be 0, and a product may underflow.
at::Tensor decay_products(const at::Tensor& decay) {
  const int64_t size = decay.size(3) + 1;
  const at::Tensor on_or_above = at::ones({size, size}, decay.options().dtype(at::kBool)).triu();
  const at::Tensor from_zero = at::constant_pad_nd(decay, {0, 0, 1, 0}, 1.0);
  auto shape = from_zero.sizes().vec();
  shape.back() = size;
  return from_zero.expand(shape).masked_fill(on_or_above, 1.0).cumprod(-2).tril();
}

/// The letters of README.md, for all chunks at once. Steps behind the end have decay 1 and no
/// update, so they leave the state as it is.
struct ChunkedScan {
  explicit ChunkedScan(const RankedScanArguments& arguments)
      : shape(arguments.queries.size(1)),
        values(shape.cut(arguments.values, 0.0)),
        keys(shape.cut(arguments.keys, 0.0)),
        queries(shape.cut(arguments.queries, 0.0)),
        products(decay_products(shape.cut(decay_per_step(arguments.decay, shape.length), 1.0))),
        // A strict read at step i is one of the state after step i - 1.
        read(products.narrow(-2, arguments.strict ? 0 : 1, shape.steps)),
        weights(read.narrow(-1, 1, shape.steps)),
        from_start(read.narrow(-1, 0, 1)),
        to_end(products.select(-2, shape.steps).narrow(-1, 1, shape.steps).unsqueeze(-1)),
        whole(products.select(-2, shape.steps).narrow(-1, 0, 1).unsqueeze(-1)) {
    const at::Tensor first =
        arguments.initial_state.defined()
            ? arguments.initial_state
            : at::zeros({values.size(0), values.size(2), values.size(4), keys.size(4)},
                        values.options());
    const at::Tensor updates = (to_end * values).mT().matmul(keys);
    states = carry_between_chunks(whole, updates, first, /*backward=*/false);
  }

  ChunkShape shape;
  at::Tensor values, keys, queries;  ///< V, K, Q: (B, C, H, n, ·)
  at::Tensor products;               ///< G: (·, C, H, n + 1, n + 1)
  at::Tensor read;                   ///< the rows of G at which outputs read
  at::Tensor weights;                ///< W: (·, C, H, n, n)
  at::Tensor from_start;             ///< c: (·, C, H, n, 1)
  at::Tensor to_end;                 ///< G(n, ·): (·, C, H, n, 1)
  at::Tensor whole;                  ///< c_n: (·, C, H, 1, 1)
  CarriedState states;               ///< S
};

at::Tensor dot_rows(const at::Tensor& a, const at::Tensor& b) { return (a * b).sum(-1, true); }

/// What the gradient of the decay is made of: R of README.md in four parts.
struct DecayTerms {
  at::Tensor within;          ///< A ∘ B: (B, C, H, n, n)
  at::Tensor from_state;      ///< (dY S)_i · q_i: (B, C, H, n, 1)
  at::Tensor into_state;      ///< (V D)_j · k_j: (B, C, H, n, 1)
  at::Tensor state_to_state;  ///< ⟨D, S⟩: (B, C, H, 1, 1)
};

/// ∂L/∂a, (·, C, H, n, 1): u = Gᵀ R row by row, then ∂L/∂a_t = Σ_j u_t[j] G(t - 1, j).
at::Tensor decay_gradient_of(const ChunkedScan& scan, const DecayTerms& terms) {
  at::Tensor pairs = at::cat({at::cat({terms.from_state, terms.within}, -1),
                              at::cat({terms.state_to_state, terms.into_state.mT()}, -1)},
                             -2);
  if (scan.products.size(0) == 1) pairs = pairs.sum(0, true);
  const int64_t steps = scan.shape.steps;
  const at::Tensor reached = at::cat({scan.read, scan.products.narrow(-2, steps, 1)}, -2);
  const at::Tensor later = reached.mT().matmul(pairs).narrow(-2, 1, steps);
  return dot_rows(later, scan.products.narrow(-2, 0, steps));
}

/// (·, T, H, 1) in the shape of the decay.
at::Tensor summed_like(const at::Tensor& per_step, const at::Tensor& decay) {
  return decay.dim() == 1 ? per_step.sum(at::IntArrayRef{0, 1, 3}) : per_step.view(decay.sizes());
}

}  // namespace

std::tuple<at::Tensor, at::Tensor> chunked_scan_composition(const RankedScanArguments& arguments) {
  const ChunkedScan scan(arguments);
  const at::Tensor scores = scan.queries.matmul(scan.keys.mT()) * scan.weights;
  const at::Tensor outputs =
      scan.from_start * scan.queries.matmul(scan.states.before.mT()) + scores.matmul(scan.values);
  return {scan.shape.join(outputs), scan.states.last};
}

RankedScanGradients chunked_scan_composition_backward(const RankedScanArguments& arguments,
                                                      const at::Tensor& outputs,
                                                      const at::Tensor& final_state) {
  const ChunkedScan scan(arguments);
  const auto& [shape, values, keys, queries, products, read, weights, from_start, to_end, whole,
               states] = scan;
  const at::Tensor gradient = shape.cut(outputs, 0.0);
  const CarriedState adjoints = carry_between_chunks(
      whole, (from_start * gradient).mT().matmul(queries),
      final_state.defined() ? final_state : at::zeros_like(states.last), /*backward=*/true);
  const at::Tensor scores = queries.matmul(keys.mT());
  const at::Tensor score_gradients = gradient.matmul(values.mT());
  const at::Tensor weighted = score_gradients * weights;
  const at::Tensor read_back = gradient.matmul(states.before);
  const at::Tensor written_back = values.matmul(adjoints.before);
  const at::Tensor values_gradient =
      to_end * keys.matmul(adjoints.before.mT()) + (scores * weights).mT().matmul(gradient);
  const at::Tensor decay_gradient = decay_gradient_of(
      scan, {scores * score_gradients, dot_rows(read_back, queries), dot_rows(written_back, keys),
             (adjoints.before * states.before).sum(at::IntArrayRef{-2, -1}, true)});
  return {shape.join(values_gradient),
          shape.join(to_end * written_back + weighted.mT().matmul(queries)),
          shape.join(from_start * read_back + weighted.matmul(keys)),
          summed_like(shape.join(decay_gradient), arguments.decay), adjoints.last};
}

}  // namespace gril
