#include "gril/constructions/linear_attention_as_gated_rnn.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "gril/base/check.h"
#include "gril/constructions/basic_memory.h"
#include "gril/constructions/certificate.h"
#include "gril/constructions/linear_attention_model.h"
#include "gril/constructions/random_linear_attention.h"
#include "gril/layers/linear_attention.h"
#include "tests/support/error_text.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

constexpr int64_t kLargestWidth = 8;

const std::vector<AttentionVariant> kVariants = {
    AttentionVariant::kBasic,     AttentionVariant::kSymmetric,          AttentionVariant::kLowRank,
    AttentionVariant::kSideGated, AttentionVariant::kSymmetricSideGated,
};

/// Certifies the model of a claim and returns its error.
double certified_error(const LinearAttentionClaim& claim, int64_t length) {
  const ModelFile file = linear_attention_model(claim, at::kDouble);
  const Certificate certificate = certify(file, {.trials = 5, .length = length}, "test");
  EXPECT_TRUE(certificate.holds) << to_text(certificate);
  EXPECT_GT(certificate.errors.error_bound, 0.0);
  return certificate.errors.max_rel_error;
}

TEST(LinearAttentionAsGatedRnn, EveryVariantEqualsTheExplicitSumForEveryWidthAndDecay) {
  for (const AttentionVariant variant : kVariants) {
    double worst = 0.0;
    for (int64_t width = 1; width <= kLargestWidth; ++width) {
      for (const double decay : {1.0, 0.8}) {
        const auto attention = random_linear_attention({.width = width, .decay = decay}, 3);
        worst = std::max(worst, certified_error({attention, variant}, 40));
      }
    }
    EXPECT_LE(worst, 1e-12) << attention_variant_name(variant);
    EXPECT_GT(worst, 0.0) << "nothing was compared";
  }
}

TEST(LinearAttentionAsGatedRnn, HoldsForEveryLength) {
  const auto attention = random_linear_attention({.width = 5}, 3);
  for (const int64_t length : {1, 2, 63, 257}) {
    for (const AttentionVariant variant : kVariants) {
      EXPECT_LE(certified_error({attention, variant}, length), 1e-12);
    }
  }
}

TEST(LinearAttentionAsGatedRnn, InversionHoldsForEveryWidth) {
  for (int64_t width = 1; width <= kLargestWidth; ++width) {
    const auto attention = random_linear_attention({.width = width}, 1);
    EXPECT_LE(certified_error({attention, AttentionVariant::kSymmetricInverse}, 40), 1e-10);
  }
}

TEST(LinearAttentionAsGatedRnn, SymmetricMemoryHoldsForASingularValueMatrix) {
  for (int64_t width = 2; width <= kLargestWidth; ++width) {
    const auto attention = random_linear_attention({.width = width, .value_rank = width - 1}, 2);
    EXPECT_LE(certified_error({attention, AttentionVariant::kSymmetric}, 40), 1e-12);
  }
}

TEST(LinearAttentionAsGatedRnn, AnyNumberOfHeadsShareOneMemory) {
  for (int64_t width = 1; width <= kLargestWidth; ++width) {
    for (const int64_t heads : {2, 3}) {
      const auto attention =
          random_linear_attention({.width = width, .heads = heads, .decay = 0.9}, 4);
      for (const AttentionVariant variant :
           {AttentionVariant::kBasic, AttentionVariant::kSymmetric, AttentionVariant::kSideGated,
            AttentionVariant::kSymmetricSideGated}) {
        EXPECT_LE(certified_error({attention, variant}, 20), 1e-12);
      }
    }
  }
}

TEST(LinearAttentionAsGatedRnn, Float32WeightsHoldAtTheirOwnTolerance) {
  const LinearAttentionClaim claim = {random_linear_attention({.width = 4}, 0),
                                      AttentionVariant::kSymmetric};
  const ModelFile file = linear_attention_model(claim, at::kFloat);
  const Certificate certificate = certify(file, {}, "test");
  EXPECT_TRUE(certificate.holds) << to_text(certificate);
  EXPECT_EQ(certificate.tolerance, 1e-5);
  EXPECT_GT(certificate.errors.max_rel_error, 1e-12) << "float32 rounding must be seen";
}

TEST(LinearAttentionAsGatedRnn, EqualsTheLayerLinearAttention) {
  const auto weights = random_linear_attention({.width = 4, .heads = 2, .decay = 0.7}, 8);
  LinearAttention layer({.input_size = 4,
                         .output_size = 4,
                         .heads = 2,
                         .value_size = 4,
                         .key_size = 4,
                         .output_map = true,
                         .fixed_decay = 0.7});
  layer.to(at::kDouble);
  layer.initialize(0);
  const c10::AutoGradMode no_grad(false);
  const AttentionMatrices first = attention_matrices(weights, 0);
  const AttentionMatrices second = attention_matrices(weights, 1);
  auto parameters = layer.named_parameters();
  parameters["value_map"].copy_(at::cat({first.value, second.value}));
  parameters["key_map"].copy_(at::cat({first.key, second.key}));
  parameters["query_map"].copy_(at::cat({first.query, second.query}));
  parameters["output_map"].copy_(at::cat({first.output, second.output}, 1));
  const at::Tensor input = at::linspace(-1.0, 1.0, 3 * 7 * 4, at::kDouble).view({3, 7, 4});
  const ModelFile file =
      linear_attention_model({weights, AttentionVariant::kSymmetric}, at::kDouble);
  EXPECT_TRUE(testing::agrees("output", file.model->forward(input, {}).output,
                              layer.forward(input, {}).output, 1e-12));
}

TEST(LinearAttentionAsGatedRnn, HasTheRowsOfTheWorkedInstance) {
  const auto attention = random_linear_attention({.width = 2}, 5);
  const AttentionMatrices head = attention_matrices(attention, 0);
  const auto model =
      exact_model({linear_attention_as_gated_rnn(basic_memory(attention))}, at::kDouble);
  const auto parameters = model->named_parameters();
  const at::Tensor nothing = at::zeros({1}, at::kDouble);
  const at::Tensor one = at::tensor({0.0, 0.0, 1.0}, at::kDouble);
  const auto row = [&](const at::Tensor& matrix, int64_t i) {
    return at::cat({matrix[i], nothing});
  };
  EXPECT_TRUE(at::equal(parameters["layers.0.input_map"],
                        at::stack({row(head.value, 0), row(head.value, 0), row(head.value, 1),
                                   row(head.value, 1), row(head.query, 0), row(head.query, 1)})));
  EXPECT_TRUE(at::equal(parameters["layers.0.input_gate"],
                        at::stack({row(head.key, 0), row(head.key, 1), row(head.key, 0),
                                   row(head.key, 1), one, one})));
  EXPECT_TRUE(at::equal(parameters["layers.0.eigenvalues"],
                        at::tensor({1.0, 1.0, 1.0, 1.0, 0.0, 0.0}, at::kDouble)));
}

TEST(LinearAttentionAsGatedRnn, RefusesWhatItCannotHold) {
  const auto refusal = [](const LinearAttentionClaim& claim) {
    return error_text<InvalidArgument>([&] { linear_attention_model(claim, at::kDouble); });
  };
  const auto rotating = random_linear_attention({.width = 2, .rotation = 0.5}, 0);
  const std::string cannot_rotate =
      "[linear_attention] rotation needs complex eigenvalues, those of an LRU; got rotation 0.5 "
      "for "
      "a gated linear RNN.";
  EXPECT_EQ(refusal({rotating, AttentionVariant::kBasic}), cannot_rotate);
  EXPECT_EQ(refusal({rotating, AttentionVariant::kSideGated}), cannot_rotate);
  const auto heads = random_linear_attention({.width = 2, .heads = 2}, 0);
  for (const auto variant : {AttentionVariant::kSymmetricInverse, AttentionVariant::kLowRank}) {
    EXPECT_EQ(refusal({heads, variant}),
              "[linear_attention] this construction holds one head; got 2. The variant symmetric "
              "holds any number.");
  }
  const auto singular = random_linear_attention({.width = 3, .value_rank = 2}, 0);
  EXPECT_EQ(refusal({singular, AttentionVariant::kSymmetricInverse})
                .rfind("[linear_attention] the value matrix must be invertible, with a condition "
                       "number of at most 100000; got ",
                       0),
            0U);
  LinearAttentionWeights tall = random_linear_attention({.width = 2}, 0);
  tall.value_size = tall.outputs = 1;
  tall.heads[0].value_weights = {1.0, 2.0};
  EXPECT_EQ(refusal({tall, AttentionVariant::kSymmetricInverse}),
            "[linear_attention] only a square value matrix can be inverted; got 1 x 2. The "
            "variant symmetric needs no inverse.");
  EXPECT_EQ(error_text<InvalidArgument>([] { attention_variant_from_name("symetric"); }),
            "[linear_attention] variant must be one of basic, symmetric, symmetric-inverse, "
            "low-rank, side-gated, symmetric-side-gated; got \"symetric\". Did you mean "
            "\"symmetric\"?");
}

}  // namespace
}  // namespace gril
