#include "gril/constructions/linear_attention_weights.h"

#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "gril/base/check.h"
#include "gril/constructions/linear_attention_claim.h"
#include "gril/constructions/random_linear_attention.h"
#include "tests/support/error_text.h"

namespace gril {
namespace {

TEST(LinearAttentionWeights, SurviveBeingStored) {
  for (const int64_t heads : {1, 3}) {
    const auto attention =
        random_linear_attention({.width = 3, .heads = heads, .decay = 0.75, .rotation = 0.25}, 1);
    const auto read = read_linear_attention_weights(to_json(attention), "a", "attention");
    EXPECT_EQ(to_json(read), to_json(attention));
    EXPECT_EQ(read.heads.back().query_weights, attention.heads.back().query_weights);
    EXPECT_EQ(read.heads.front().output_weights.empty(), heads == 1);
  }
}

TEST(LinearAttentionWeights, SentenceSaysHeadsDecayAndRotation) {
  EXPECT_EQ(sentence(random_linear_attention({.width = 3}, 0)),
            "Causal linear self-attention of width 3 with 1 head: y_t = sum over s <= t of v_s "
            "(k_s . q_t)");
  EXPECT_EQ(sentence(random_linear_attention(
                {.width = 3, .heads = 2, .decay = 0.5, .rotation = 0.25}, 0)),
            "Causal linear self-attention of width 3 with 2 heads: y_t = sum over s <= t of "
            "0.5^(t-s) cos(0.25 (t-s)) v_s (k_s . q_t)");
}

TEST(LinearAttentionWeights, RefusesWhatIsNoAttention) {
  const auto refusal = [](const std::function<void(LinearAttentionWeights&)>& damage) {
    LinearAttentionWeights attention = random_linear_attention({.width = 2}, 0);
    damage(attention);
    return error_text<InvalidArgument>([&] { check(attention); });
  };
  EXPECT_EQ(refusal([](auto& a) { a.key_size = 0; }),
            "[linear_attention] width, outputs, value_size and key_size must be at least 1; got 2, "
            "2, 2 and 0.");
  EXPECT_EQ(refusal([](auto& a) { a.heads.clear(); }),
            "[linear_attention] heads must be at least 1; got 0.");
  EXPECT_EQ(refusal([](auto& a) { a.decay = 1.5; }),
            "[linear_attention] decay must lie in (0, 1]; got 1.5.");
  EXPECT_EQ(refusal([](auto& a) { a.rotation = -1.0; }),
            "[linear_attention] rotation must lie in [0, pi]; got -1.");
  EXPECT_EQ(refusal([](auto& a) { a.heads[0].key_weights.pop_back(); }),
            "[linear_attention] key_weights must hold 2 * 2 numbers; got 3.");
  EXPECT_EQ(refusal([](auto& a) {
              a.heads[0].query_weights[0] = std::numeric_limits<double>::infinity();
            }),
            "[linear_attention] query_weights must hold finite numbers; got one that is not.");
  EXPECT_EQ(refusal([](auto& a) { a.outputs = 3; }),
            "[linear_attention] outputs must be value_size without output_weights; got 3 and 2.");
  EXPECT_EQ(refusal([](auto& a) { a.heads[0].output_weights = {1.0}; }),
            "[linear_attention] output_weights must hold 2 * 2 numbers; got 1.");
}

TEST(LinearAttentionClaim, SurvivesBeingStored) {
  const LinearAttentionClaim claim = {random_linear_attention({.width = 2}, 0),
                                      AttentionVariant::kLowRank};
  const LinearAttentionClaim read = read_linear_attention_claim(to_json(claim, 0.1), "a");
  EXPECT_EQ(to_json(read, 0.1), to_json(claim, 0.1));
  EXPECT_EQ(read.variant, AttentionVariant::kLowRank);
}

TEST(LinearAttentionClaim, RefusesDamagedClaims) {
  const Json good = to_json({random_linear_attention({.width = 2}, 0)}, 0.1);
  const auto refusal = [&](const char* pointer, const Json& value) {
    Json claim = good;
    claim[Json::json_pointer(pointer)] = value;
    return error_text<InvalidArgument>([&] { read_linear_attention_claim(claim, "a"); });
  };
  EXPECT_EQ(refusal("/variant", "compact"),
            "[config] a: \"gril_claim.variant\" must be one of basic, symmetric, "
            "symmetric-inverse, low-rank, side-gated, symmetric-side-gated; got \"compact\".");
  EXPECT_EQ(refusal("/width", 2),
            "[config] a: unknown key \"gril_claim.width\". Known keys: "
            "algorithm, attention, cell, tolerance, variant.");
  EXPECT_EQ(refusal("/attention", 2),
            "[config] a: \"gril_claim.attention\" must be a table; got 2.");
  EXPECT_EQ(refusal("/attention/heads/0/value_weights", "x"),
            "[linear_attention] value_weights must be 2 rows of 2 finite numbers; got \"x\".");
  EXPECT_EQ(refusal("/attention/heads/0/bias", 0),
            "[config] a: unknown key \"gril_claim.attention.heads.0.bias\". Known keys: "
            "key_weights, output_weights, query_weights, value_weights.");
}

}  // namespace
}  // namespace gril
