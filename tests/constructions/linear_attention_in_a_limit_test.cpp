// Linear attention in cells that compute it in a limit: LRU, LSTM, GRU.
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <numbers>
#include <string>

#include "gril/base/check.h"
#include "gril/constructions/certificate.h"
#include "gril/constructions/linear_attention_model.h"
#include "gril/constructions/random_linear_attention.h"
#include "tests/support/error_text.h"

namespace gril {
namespace {

const std::vector<AttentionCell> kSigmoidCells = {
    AttentionCell::kLstm, AttentionCell::kOneLayerLstm, AttentionCell::kGru};

Certificate certificate_of(const LinearAttentionClaim& claim,
                           const CertificateOptions& options = {}) {
  return certify(linear_attention_model(claim, at::kDouble), options, "test");
}

/// The order of the error between the usual parameter and a tenth of it, on one sequence, against
/// the sum written out here.
double measured_order(const LinearAttentionClaim& claim) {
  const c10::AutoGradMode no_grad(false);
  at::manual_seed(0);
  const at::Tensor tokens = at::randn({20, claim.attention.width}, at::kDouble);
  const AttentionMatrices head = attention_matrices(claim.attention, 0);
  at::Tensor expected = at::zeros_like(tokens);
  at::Tensor past = at::zeros({claim.attention.width, claim.attention.width}, at::kDouble);
  for (int64_t t = 0; t < tokens.size(0); ++t) {
    past += at::outer(at::mv(head.value, tokens[t]), at::mv(head.key, tokens[t]));
    expected[t].copy_(at::mv(past, at::mv(head.query, tokens[t])));
  }
  const auto error = [&](double limit) {
    LinearAttentionClaim at_limit = claim;
    at_limit.limit = limit;
    const auto model = exact_model(linear_attention_layers(at_limit), at::kDouble);
    const at::Tensor difference = model->forward(tokens.unsqueeze(0), {}).output[0] - expected;
    return difference.abs().max().item<double>();
  };
  const double usual = cell_limit(claim.cell, 1.0)->usual;
  return std::log10(error(10.0 * usual) / error(usual));
}

TEST(LinearAttentionInALimit, LruErrsInTheFirstOrder) {
  for (int64_t width = 1; width <= 8; ++width) {
    const LinearAttentionClaim claim = {random_linear_attention({.width = width}, 3),
                                        AttentionVariant::kBasic, AttentionCell::kLru};
    EXPECT_NEAR(measured_order(claim), 1.0, 0.25) << width;
    const Certificate certificate = certificate_of(claim);
    EXPECT_TRUE(certificate.holds) << to_text(certificate);
    EXPECT_NEAR(certificate.limit->measured_order, 1.0, 0.25);
    EXPECT_LE(certificate.errors.max_rel_error, 3e-3);
  }
}

TEST(LinearAttentionInALimit, LstmAndGruErrInTheSecondOrder) {
  for (const AttentionCell cell : kSigmoidCells) {
    for (int64_t width = 1; width <= 8; ++width) {
      const LinearAttentionClaim claim = {random_linear_attention({.width = width}, 3),
                                          AttentionVariant::kBasic, cell};
      EXPECT_NEAR(measured_order(claim), 2.0, 0.25) << attention_cell_name(cell) << ' ' << width;
      const Certificate certificate = certificate_of(claim);
      EXPECT_TRUE(certificate.holds) << to_text(certificate);
      EXPECT_NEAR(certificate.limit->measured_order, 2.0, 0.25);
      EXPECT_LE(certificate.errors.max_rel_error, 2e-5);
    }
  }
}

TEST(LinearAttentionInALimit, EveryMemoryFitsIntoEveryCell) {
  for (const AttentionCell cell : {AttentionCell::kLru, AttentionCell::kLstm,
                                   AttentionCell::kOneLayerLstm, AttentionCell::kGru}) {
    for (const auto variant : {AttentionVariant::kSymmetric, AttentionVariant::kSymmetricInverse,
                               AttentionVariant::kLowRank}) {
      const Certificate certificate =
          certificate_of({random_linear_attention({.width = 3}, 1), variant, cell});
      EXPECT_TRUE(certificate.holds) << to_text(certificate);
    }
    const Certificate heads = certificate_of(
        {random_linear_attention({.width = 3, .heads = 3}, 1), AttentionVariant::kSymmetric, cell});
    EXPECT_TRUE(heads.holds) << to_text(heads);
  }
}

TEST(LinearAttentionInALimit, HoldsForLongContexts) {
  for (const AttentionCell cell : kSigmoidCells) {
    const Certificate certificate = certificate_of(
        {random_linear_attention({.width = 4}, 1), AttentionVariant::kSymmetric, cell},
        {.trials = 2, .length = 500});
    EXPECT_TRUE(certificate.holds) << to_text(certificate);
    EXPECT_LE(certificate.errors.max_rel_error, 2e-5);
  }
}

TEST(LinearAttentionInALimit, LruIsExactForAttentionThatDecaysWithOrWithoutRotation) {
  for (int64_t width = 1; width <= 8; ++width) {
    for (const double rotation : {0.0, 0.3, std::numbers::pi}) {
      const Certificate certificate = certificate_of(
          {random_linear_attention({.width = width, .decay = 0.95, .rotation = rotation}, 2),
           AttentionVariant::kSymmetric, AttentionCell::kLru});
      EXPECT_TRUE(certificate.holds) << to_text(certificate);
      EXPECT_FALSE(certificate.limit.has_value());
      EXPECT_LE(certificate.errors.max_rel_error, 1e-12);
    }
  }
}

TEST(LinearAttentionInALimit, LruRotatesWithoutDecayInTheFirstOrder) {
  for (int64_t width = 1; width <= 4; ++width) {
    for (const double rotation : {0.3, 2.0}) {
      const Certificate certificate =
          certificate_of({random_linear_attention({.width = width, .rotation = rotation}, 2),
                          AttentionVariant::kSymmetric, AttentionCell::kLru});
      EXPECT_TRUE(certificate.holds) << to_text(certificate);
      EXPECT_NEAR(certificate.limit->measured_order, 1.0, 0.25) << width << ' ' << rotation;
    }
  }
}

/// A token of age n as the real part of a turning number, multiplied up step by step.
TEST(LinearAttentionInALimit, LruRotatesAsTheDefinitionDoes) {
  for (int64_t width = 1; width <= 4; ++width) {
    const auto attention =
        random_linear_attention({.width = width, .heads = 2, .decay = 0.9, .rotation = 0.7}, 2);
    const ModelFile file = linear_attention_model(
        {attention, AttentionVariant::kSymmetric, AttentionCell::kLru}, at::kDouble);
    const c10::AutoGradMode no_grad(false);
    at::manual_seed(0);
    const at::Tensor tokens = at::randn({20, width}, at::kDouble);
    const std::complex<double> turn = std::polar(0.9, 0.7);
    at::Tensor expected = at::zeros_like(tokens);
    for (int64_t t = 0; t < tokens.size(0); ++t) {
      std::complex<double> weight = 1.0;
      for (int64_t s = t; s >= 0; --s, weight *= turn) {
        for (std::size_t h = 0; h < 2; ++h) {
          const AttentionMatrices head = attention_matrices(attention, h);
          const at::Tensor score =
              at::dot(at::mv(head.key, tokens[s]), at::mv(head.query, tokens[t]));
          expected[t] += weight.real() * score * at::mv(head.output, at::mv(head.value, tokens[s]));
        }
      }
    }
    const at::Tensor answers = file.model->forward(tokens.unsqueeze(0), {}).output[0];
    EXPECT_LE((answers - expected).abs().max().item<double>(),
              1e-12 * expected.abs().max().item<double>())
        << width;
  }
}

TEST(LinearAttentionInALimit, LstmDecaysAtTheRateOfTheAttention) {
  for (const AttentionCell cell : {AttentionCell::kLstm, AttentionCell::kOneLayerLstm}) {
    const Certificate certificate = certificate_of(
        {random_linear_attention({.decay = 0.9}, 2), AttentionVariant::kBasic, cell});
    EXPECT_TRUE(certificate.holds) << to_text(certificate);
    EXPECT_NEAR(certificate.limit->measured_order, 2.0, 0.25);
  }
}

TEST(LinearAttentionInALimit, HasTheUnitsOfTheFormulas) {
  for (int64_t d = 1; d <= 8; ++d) {
    const auto attention = random_linear_attention({.width = d}, 0);
    const auto units = [&](AttentionCell cell, AttentionVariant variant) {
      const LinearAttentionClaim claim = {attention, variant, cell};
      const ModelFile file = linear_attention_model(claim, at::kDouble);
      const auto claimed = linear_attention_model_size(claim).units;
      std::size_t next = 0;
      for (std::size_t i = 0; i < file.model->size(); ++i) {
        const LayerState state = file.model->layer(i).initial_state(1);
        if (state.empty()) continue;
        EXPECT_EQ(state.front().size(1), claimed.at(next++));
      }
      EXPECT_EQ(next, claimed.size());
      return claimed;
    };
    using Units = std::vector<int64_t>;
    const int64_t pairs = d * (d + 1) / 2;
    EXPECT_EQ(units(AttentionCell::kLru, AttentionVariant::kBasic), Units({d * d}));
    EXPECT_EQ(units(AttentionCell::kLstm, AttentionVariant::kBasic),
              Units({2 * d * d + d, 2 * d * d}));
    EXPECT_EQ(units(AttentionCell::kGru, AttentionVariant::kBasic),
              Units({2 * d * d + d, 2 * d * d}));
    EXPECT_EQ(units(AttentionCell::kOneLayerLstm, AttentionVariant::kBasic), Units({4 * d * d}));
    EXPECT_EQ(units(AttentionCell::kGru, AttentionVariant::kSymmetric),
              Units({2 * pairs + d, 2 * d * d}));
  }
}

TEST(LinearAttentionInALimit, ACertificateSeesAWeightThatIsSlightlyOff) {
  for (const AttentionCell cell : {AttentionCell::kLru, AttentionCell::kLstm,
                                   AttentionCell::kOneLayerLstm, AttentionCell::kGru}) {
    const ModelFile file = linear_attention_model(
        {random_linear_attention({.width = 3}, 1), AttentionVariant::kBasic, cell}, at::kDouble);
    EXPECT_TRUE(certify(file, {}, "test").holds);
    const c10::AutoGradMode no_grad(false);
    const std::string readout = concatenate("layers.", file.model->size() - 1, ".map");
    const double off = cell == AttentionCell::kLru ? 0.01 : 1e-4;
    file.model->named_parameters()[readout].mul_(1.0 + off);
    const Certificate certificate = certify(file, {}, "test");
    EXPECT_FALSE(certificate.holds) << to_text(certificate);
    EXPECT_GT(certificate.errors.max_rel_error, certificate.tolerance);
  }
}

TEST(LinearAttentionInALimit, TheClaimHasALimitInPlaceOfATolerance) {
  const ModelFile file = linear_attention_model(
      {random_linear_attention({}, 0), AttentionVariant::kBasic, AttentionCell::kGru, 2e-3},
      at::kDouble);
  EXPECT_EQ(file.claim["limit"].dump(),
            "{\"parameter\":\"epsilon\",\"value\":0.002,\"order\":2.0}");
  EXPECT_FALSE(file.claim.contains("tolerance"));
  const Json certificate = to_json(certify(file, {}, "test"));
  EXPECT_EQ(certificate["limit"]["larger_value"], 0.02);
  EXPECT_FALSE(certificate.contains("error_bound"));
}

TEST(LinearAttentionInALimit, RefusesContradictoryClaims) {
  const auto refusal = [](const RandomAttentionOptions& options, AttentionVariant variant,
                          AttentionCell cell, double limit = 0.0) {
    return error_text<InvalidArgument>([&] {
      linear_attention_model({random_linear_attention(options, 0), variant, cell, limit},
                             at::kDouble);
    });
  };
  EXPECT_EQ(
      refusal({.decay = 0.5}, AttentionVariant::kBasic, AttentionCell::kGru),
      "[linear_attention] a GRU cannot forget at a rate of its own, its keep gate decides what "
      "is written too; got decay 0.5. Use a gated RNN, an LRU or an LSTM.");
  EXPECT_EQ(refusal({.rotation = 0.5}, AttentionVariant::kBasic, AttentionCell::kGru),
            "[linear_attention] rotation needs complex eigenvalues, those of an LRU; got rotation "
            "0.5 for a GRU.");
  EXPECT_EQ(refusal({.rotation = 0.5}, AttentionVariant::kBasic, AttentionCell::kOneLayerLstm),
            "[linear_attention] rotation needs complex eigenvalues, those of an LRU; got rotation "
            "0.5 for an LSTM.");
  EXPECT_EQ(refusal({}, AttentionVariant::kSideGated, AttentionCell::kLstm),
            "[linear_attention] the variant side-gated is one of the cell gated-rnn; got the cell "
            "lstm.");
  EXPECT_EQ(
      refusal({}, AttentionVariant::kBasic, AttentionCell::kGatedRnn, 0.1),
      "[linear_attention] the cell gated-rnn computes this attention exactly and has no limit; "
      "got limit 0.1.");
  EXPECT_EQ(refusal({}, AttentionVariant::kBasic, AttentionCell::kLru, 0.1),
            "[linear_attention] the limit of the cell lru, delta, must lie in [1e-10, 0.001]; got "
            "0.1.");
  EXPECT_EQ(error_text<InvalidArgument>([] {
              linear_attention_model(
                  {random_linear_attention({}, 0), AttentionVariant::kBasic, AttentionCell::kGru},
                  at::kFloat);
            }),
            "[linear_attention] the limits of LSTM and GRU live on small differences and need "
            "float64; got Float.");
  EXPECT_EQ(error_text<InvalidArgument>([] { attention_cell_from_name("lsmt"); }),
            "[linear_attention] cell must be one of gated-rnn, lru, lstm, one-layer-lstm, gru; got "
            "\"lsmt\". Did you mean \"lstm\"?");
}

TEST(LinearAttentionInALimit, RefusesDamagedLimits) {
  ModelFile file = linear_attention_model(
      {random_linear_attention({}, 0), AttentionVariant::kBasic, AttentionCell::kLru}, at::kDouble);
  const auto refusal = [&](const Json& limit) {
    file.claim["limit"] = limit;
    return error_text<InvalidFile>([&] { certify(file, {}, "a"); });
  };
  EXPECT_EQ(
      refusal({{"parameter", "epsilon"}, {"value", 1e-4}, {"order", 1}}),
      "[certificate] a: bad claim: [linear_attention] the limit of the cell lru must be one in "
      "delta of order 1; got {\"parameter\":\"epsilon\",\"value\":0.0001,\"order\":1.0}.");
  EXPECT_EQ(refusal(nullptr),
            "[certificate] a: bad claim: [linear_attention] the limit of the cell "
            "lru must be one in delta of order 1; got none.");
  EXPECT_EQ(
      refusal({{"parameter", "delta"}, {"value", 1e-4}}),
      "[certificate] a: bad claim: [config] a: \"gril_claim.limit.order\" must be given; got no "
      "such key.");
}

}  // namespace
}  // namespace gril
