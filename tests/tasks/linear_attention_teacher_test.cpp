#include "gril/tasks/in_context/linear_attention_teacher.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <tuple>

namespace gril {
namespace {

torch::Tensor normal_tokens(int64_t batch, int64_t length, int64_t width) {
  at::manual_seed(7);
  return at::randn({batch, length, width}, at::kDouble);
}

/// Σ_h Σ_{s≤t} λ^{t-s} cos(θ(t-s)) (W_V x_s) (W_K x_s · W_Q x_t), term by term.
torch::Tensor summed_output(const LinearAttentionTeacher& teacher, const torch::Tensor& tokens,
                            int64_t t) {
  torch::Tensor sum = at::zeros({tokens.size(1)}, at::kDouble);
  for (int64_t head = 0; head < teacher.value_map.size(0); ++head) {
    const torch::Tensor query = teacher.query_map[head].mv(tokens[t]);
    for (int64_t s = 0; s <= t; ++s) {
      const auto age = static_cast<double>(t - s);
      const torch::Tensor match = teacher.key_map[head].mv(tokens[s]).dot(query);
      sum += std::pow(teacher.decay, age) * std::cos(teacher.rotation * age) * match *
             teacher.value_map[head].mv(tokens[s]);
    }
  }
  return sum;
}

void expect_the_definition(const TeacherLaw& law) {
  const LinearAttentionTeacher teacher = draw_teacher(law, 3);
  const torch::Tensor tokens = normal_tokens(11, 9, law.width);
  const torch::Tensor outputs = teacher_outputs(teacher, tokens);
  for (int64_t b = 0; b < tokens.size(0); ++b) {
    for (int64_t t = 0; t < tokens.size(1); ++t) {
      EXPECT_TRUE(at::allclose(outputs[b][t], summed_output(teacher, tokens[b], t), 1e-11, 1e-12))
          << b << ' ' << t;
    }
  }
}

TEST(TeacherOutputs, AreTheSumOverThePast) {
  expect_the_definition({.width = 3, .value_rank = 3, .key_query_rank = 3, .overlap = 3});
}

TEST(TeacherOutputs, AreTheSumOverHeadsWithDecayAndRotation) {
  TeacherLaw law{.width = 5, .heads = 3, .value_rank = 2, .key_query_rank = 3, .overlap = 1};
  law.decay = 0.9;
  expect_the_definition(law);
  law.rotation = 0.7;
  expect_the_definition(law);
}

TEST(TeacherOutputs, ReadTokensInAnyMemoryOrder) {
  const LinearAttentionTeacher teacher = draw_teacher({}, 3);
  const torch::Tensor tokens = normal_tokens(6, 5, 4);
  const torch::Tensor turned = tokens.transpose(0, 1).contiguous().transpose(0, 1);
  EXPECT_TRUE(at::equal(teacher_outputs(teacher, turned), teacher_outputs(teacher, tokens)));
}

/// rank W_V, rank M and the singular values between rowspace W_V and colspace M.
std::tuple<int64_t, int64_t, torch::Tensor> geometry(const LinearAttentionTeacher& teacher) {
  const auto rank = [](const torch::Tensor& values) {
    return values.gt(1e-9 * values.max().item<double>()).sum().item<int64_t>();
  };
  const auto [value_left, value_sizes, value_rows] = at::linalg_svd(teacher.value_map[0]);
  const auto [columns, sizes, right] = at::linalg_svd(teacher.key_query_map()[0]);
  const int64_t value_rank = rank(value_sizes);
  const int64_t key_query_rank = rank(sizes);
  const torch::Tensor cosines = at::linalg_svdvals(
      at::mm(value_rows.narrow(0, 0, value_rank), columns.narrow(1, 0, key_query_rank)));
  return {value_rank, key_query_rank, cosines};
}

TEST(DrawTeacher, HasTheRanksAndTheOverlapAskedFor) {
  // width, value rank, key-query rank, overlap
  const int64_t patterns[][4] = {{4, 4, 4, 4}, {6, 3, 3, 0}, {6, 3, 3, 2}, {6, 4, 3, 1},
                                 {5, 1, 5, 1}, {5, 2, 2, 2}, {1, 1, 1, 1}};
  for (const auto& [width, value_rank, key_query_rank, overlap] : patterns) {
    const TeacherLaw law{.width = width,
                         .value_rank = value_rank,
                         .key_query_rank = key_query_rank,
                         .overlap = overlap};
    const auto [found_value, found_key_query, cosines] = geometry(draw_teacher(law, 11));
    EXPECT_EQ(found_value, value_rank);
    EXPECT_EQ(found_key_query, key_query_rank);
    // Shared directions have cosine 1, all others 0.
    EXPECT_EQ(cosines.gt(1 - 1e-9).sum().item<int64_t>(), overlap);
    EXPECT_EQ(cosines.lt(1e-7).sum().item<int64_t>(), cosines.size(0) - overlap);
  }
}

TEST(DrawTeacher, EntriesAtFullRankAreIndependentNormalWithVarianceOneOverTheWidth) {
  const LinearAttentionTeacher teacher = draw_teacher({.heads = 4000}, 5);
  for (const torch::Tensor& map : {teacher.value_map, teacher.key_map, teacher.query_map}) {
    const torch::Tensor scaled = map * 2.0;  // √d = 2
    // 64000 entries: standard errors 0.004, 0.006 and 0.04.
    EXPECT_NEAR(scaled.mean().item<double>(), 0, 0.02);
    EXPECT_NEAR(scaled.square().mean().item<double>(), 1, 0.03);
    EXPECT_NEAR(scaled.pow(4).mean().item<double>(), 3, 0.2);
  }
  const auto correlation = [](const torch::Tensor& a, const torch::Tensor& b) {
    return (4 * a * b).mean().item<double>();
  };
  EXPECT_NEAR(correlation(teacher.value_map, teacher.key_map), 0, 0.02);
  EXPECT_NEAR(correlation(teacher.key_map, teacher.query_map), 0, 0.02);
}

TEST(DrawTeacher, HeadsAreThoseOfTheirSeedAndIndex) {
  const LinearAttentionTeacher one = draw_teacher({.heads = 1}, 5);
  const LinearAttentionTeacher two = draw_teacher({.heads = 2}, 5);
  const LinearAttentionTeacher other = draw_teacher({.heads = 1}, 6);
  EXPECT_TRUE(at::equal(one.value_map[0], two.value_map[0]));
  EXPECT_TRUE(at::equal(one.key_map[0], two.key_map[0]));
  EXPECT_TRUE(at::equal(one.query_map[0], two.query_map[0]));
  EXPECT_FALSE(at::equal(two.value_map[0], two.value_map[1]));
  EXPECT_FALSE(at::equal(one.value_map, other.value_map));
}

/// E|y_t|² of one head on standard normal tokens, in closed form: the fourth moments of the past
/// (k tokens), of the token itself and between them; gated_rnn_attention_check.py, check P4.
double expected_square(const LinearAttentionTeacher& teacher, double past) {
  const torch::Tensor m = teacher.key_query_map()[0];
  const torch::Tensor v = teacher.value_map[0];
  const torch::Tensor a = v.t().mm(v);
  const torch::Tensor symmetric = 0.5 * (m + m.t());
  const torch::Tensor b = m.t().mm(a);
  const auto trace = [](const torch::Tensor& matrix) { return matrix.trace().item<double>(); };
  const torch::Tensor spread =
      (past * past + past) * a + past * trace(a) * at::eye(a.size(0), at::kDouble);
  return trace(m.t().mm(spread).mm(m)) +
         2 * past * (trace(b) * trace(m) + trace(b.mm(m)) + trace(b.mm(m.t()))) +
         trace(m) * trace(m) * trace(a) + 2 * trace(symmetric.mm(symmetric)) * trace(a) +
         4 * trace(m) * trace(symmetric.mm(a)) + 8 * trace(symmetric.mm(symmetric).mm(a));
}

TEST(TeacherOutputs, HaveTheVarianceOfTheClosedForm) {
  const LinearAttentionTeacher teacher = draw_teacher({}, 1);
  const torch::Tensor outputs = teacher_outputs(teacher, normal_tokens(40000, 8, 4));
  for (const int64_t t : {0, 3, 7}) {
    const double found = outputs.select(1, t).square().sum(1).mean().item<double>();
    EXPECT_NEAR(found / expected_square(teacher, static_cast<double>(t)), 1, 0.04) << t;
  }
}

/// Of the tokens, taken linearly, only the current one says anything about the output, by
/// W_V ((t-1) M + M + Mᵀ + tr(M) I): all that is left to a network whose memory is linear in the
/// tokens. gated_rnn_attention.md, claim 14 and check P4.
TEST(TeacherOutputs, LeaveALinearPredictorTheFloorOfTheClosedForm) {
  constexpr int64_t kLength = 8;
  const LinearAttentionTeacher teacher = draw_teacher({}, 1);
  const torch::Tensor tokens = normal_tokens(40000, kLength, 4);
  const torch::Tensor outputs = teacher_outputs(teacher, tokens);
  const torch::Tensor m = teacher.key_query_map()[0];
  double left = 0.0;
  double variance = 0.0;
  double expected_left = 0.0;
  for (int64_t t = 0; t < kLength; ++t) {
    const torch::Tensor seen = tokens.narrow(1, 0, t + 1).flatten(1);
    const torch::Tensor wanted = outputs.select(1, t);
    const torch::Tensor best = std::get<0>(at::linalg_lstsq(seen, wanted));
    left += (wanted - seen.mm(best)).square().sum().item<double>();
    variance += wanted.square().sum().item<double>();
    const auto past = static_cast<double>(t);
    const torch::Tensor predictor =
        teacher.value_map[0].mm(past * m + m + m.t() + m.trace() * at::eye(4, at::kDouble));
    expected_left +=
        40000 * (expected_square(teacher, past) - predictor.square().sum().item<double>());
    const torch::Tensor of_the_token = best.narrow(0, 4 * t, 4).t();
    EXPECT_LT((of_the_token - predictor).norm().item<double>(),
              0.05 * predictor.norm().item<double>())
        << t;
  }
  EXPECT_NEAR(left / expected_left, 1, 0.04);
  EXPECT_GT(left / variance, 0.1) << "far above what a gated input leaves";
}

}  // namespace
}  // namespace gril
