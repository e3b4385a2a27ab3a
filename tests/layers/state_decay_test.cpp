#include "gril/layers/state_decay.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/nn/module.h>

#include <cmath>

#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

/// r of λ = exp(-r).
at::Tensor starting_rates(DecayKind kind, const DecayStart& start, uint64_t seed) {
  torch::nn::Module owner;
  StateDecay decay(owner, kind, {6, 5, 2}, 1.0);
  owner.to(at::kDouble);
  decay.initialize(seed, start);
  return owner.named_parameters()["log_decay_rate"].detach().exp();
}

TEST(StateDecay, StartsInTheRangeOfDiagonalStateSpaceModels) {
  const at::Tensor rates = starting_rates(DecayKind::kElementwise, {}, 1);
  EXPECT_GE(rates.min().item<double>(), 5e-4);
  EXPECT_LE(rates.max().item<double>(), 5e-2);
  // One rate per row of the state, differing from row to row.
  EXPECT_TRUE(at::equal(rates.select(2, 0), rates.select(2, 1)));
  EXPECT_FALSE(at::equal(rates.select(1, 0), rates.select(1, 1)));
}

TEST(StateDecay, SpreadHeadsHaveAPartOfTheRangeEach) {
  const DecayStart start{.lowest_rate = 1e-4, .highest_rate = 1e2, .spread_over_heads = true};
  for (const uint64_t seed : {1U, 2U, 3U}) {
    const at::Tensor rates = starting_rates(DecayKind::kPerHead, start, seed);
    for (int64_t h = 0; h < 6; ++h) {
      EXPECT_GE(rates[h].item<double>(), std::pow(10.0, h - 4) * (1.0 - 1e-12));
      EXPECT_LE(rates[h].item<double>(), std::pow(10.0, h - 3) * (1.0 + 1e-12));
    }
  }
  EXPECT_FALSE(at::equal(starting_rates(DecayKind::kPerHead, start, 1),
                         starting_rates(DecayKind::kPerHead, start, 2)));
}

TEST(StateDecay, TheValueIsTheExponentialOfTheRate) {
  torch::nn::Module owner;
  StateDecay decay(owner, DecayKind::kPerHead, {3, 1, 1}, 1.0);
  owner.to(at::kDouble);
  decay.initialize(4);
  const at::Tensor rates = owner.named_parameters()["log_decay_rate"].detach().exp();
  EXPECT_TRUE(testing::agrees("value", decay.value().detach(), rates.neg().exp(), 1e-15));
}

}  // namespace
}  // namespace gril
