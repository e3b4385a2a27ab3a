#include "gril/analysis/steps/stack_paths.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include "gril/analysis/steps/step_fit.h"
#include "tests/analysis/steps/stack_example.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

constexpr double kExact = 1e-9;
const PromptSample kSample{.prompts = 40, .seed = 3};

double share_of(const StackPaths& paths, int64_t kind) {
  return paths.shares.shares[kind].sum().item<double>();
}

void expect_steps(const SequenceModel& model, const LinearRegression& task,
                  const std::vector<double>& sizes) {
  const StackPaths paths = stack_paths(model, task, kSample);
  const auto found = step_sizes(paths.polynomial);
  ASSERT_EQ(found.size(), sizes.size());
  double steps = 0.0;
  for (std::size_t k = 0; k < sizes.size(); ++k) {
    EXPECT_NEAR(found[k].real(), sizes[k], kExact);
    EXPECT_NEAR(found[k].imag(), 0.0, kExact);
    EXPECT_NEAR(paths.degrees[k].newest.cosine, 1.0, kExact);
    EXPECT_NEAR(paths.degrees[k].oldest.cosine, 1.0, kExact);
    steps += share_of(paths, static_cast<int64_t>(k) + 1);
  }
  EXPECT_NEAR(steps, 1.0, kExact);
  for (std::size_t kind = sizes.size() + 1; kind < sizes.size() + 4; ++kind) {
    EXPECT_NEAR(share_of(paths, static_cast<int64_t>(kind)), 0.0, kExact);
  }
}

TEST(StackPaths, ReturnTheStepSizesOfAConstruction) {
  for (const TokenLayout layout : {TokenLayout::kWindowed, TokenLayout::kPairs}) {
    const LinearRegression task = stack_task(3, layout);
    for (const auto& sizes : {std::vector<double>{6.0}, {4.0, 11.5}, {2.0, 4.5, 11.0, 14.0}}) {
      expect_steps(*constructed_stack(task, sizes), task, sizes);
    }
  }
}

TEST(StackPaths, AreTheSameInEveryBasis) {
  const LinearRegression task = stack_task(3);
  const std::vector<double> sizes = {2.0, 4.5, 11.0};
  const auto changed = in_another_basis(*constructed_stack(task, sizes), 4);
  expect_steps(*changed, task, sizes);
}

// Nothing in this stack is special: all numbers, not only those of descent, must be invariant.
TEST(StackPaths, OfARandomStackAreTheSameInEveryBasis) {
  const LinearRegression task = stack_task(2);
  const auto model = random_stack(task, 3, 2);
  const auto changed = in_another_basis(*model, 4);
  const torch::Tensor tokens = task.sample(5, 1, torch::kFloat64).tokens;
  ASSERT_TRUE(testing::agrees("outputs", changed->forward(tokens, {}).output,
                              model->forward(tokens, {}).output, kExact));
  const StackPaths a = stack_paths(*model, task, kSample);
  const StackPaths b = stack_paths(*changed, task, kSample);
  for (std::size_t n = 0; n < 3; ++n) {
    EXPECT_NEAR(a.degrees[n].newest.cosine, b.degrees[n].newest.cosine, kExact);
    EXPECT_NEAR(a.degrees[n].coefficient / b.degrees[n].coefficient, 1.0, kExact);
    EXPECT_LT(std::abs(a.degrees[n].newest.cosine), 0.9);
  }
  EXPECT_TRUE(testing::agrees("shares", a.shares.shares, b.shares.shares, kExact));
  EXPECT_TRUE(testing::agrees("sizes", a.shares.layer_sizes, b.shares.layer_sizes, kExact));
}

TEST(StackPaths, SumToThePredictions) {
  for (const TokenLayout layout : {TokenLayout::kWindowed, TokenLayout::kPairs}) {
    const LinearRegression task = stack_task(2, layout);
    const auto model = random_stack(task, 3, 2);
    const torch::Tensor tokens = task.sample(5, 1, torch::kFloat64).tokens;
    const torch::Tensor parts = path_parts(token_stack(*model), tokens).parts;
    EXPECT_TRUE(testing::agrees("sum", parts.sum(at::IntArrayRef{0, 1}),
                                query_predictions(*model, tokens), kExact));
    const torch::Tensor squares = parts.square().mean(at::IntArrayRef{2, 3});
    EXPECT_GT(squares.select(1, 3).narrow(0, 1, 6).min().item<double>(), 0.0)
        << "the last of these layers takes every kind of path";
  }
}

/// A stack whose layers write behind the token: what a later value or key reads of an earlier layer
/// is excluded by written_features.
TEST(StackPaths, OfAppendedLayersThatReadTokensAreDescentAlone) {
  const LinearRegression task = stack_task(2);
  const auto layer = [](int64_t width) {
    return Json{{"kind", "gril"},  {"input_size", width}, {"output_size", 2},
                {"value_size", 3}, {"key_size", 3},       {"written_features", 6}};
  };
  const Json first = {{"kind", "append"}, {"layers", Json::array({layer(6)})}};
  SequenceModel model({{"layers", Json::array({first, layer(8)})}}, "test");
  model.to(torch::kFloat64);
  EXPECT_EQ(step_count(model), 2);
  const StackPaths paths = stack_paths(model, task, kSample);
  EXPECT_NEAR(share_of(paths, 1) + share_of(paths, 2), 1.0, kExact);
  EXPECT_NE(share_of(paths, 2), 0.0);
  EXPECT_EQ(paths.shares.sizes.narrow(0, 3, 3).max().item<double>(), 0.0);
  const torch::Tensor tokens = task.sample(5, 1, torch::kFloat64).tokens;
  EXPECT_TRUE(testing::agrees(
      "sum", path_parts(token_stack(model), tokens).parts.sum(at::IntArrayRef{0, 1}),
      query_predictions(model, tokens), kExact));
}

/// Σ over all tokens at every place of a chain, from the factors alone.
torch::Tensor chain_output(const DescentChain& chain, const torch::Tensor& tokens) {
  const torch::Tensor u = with_constant(tokens).squeeze(0);
  torch::Tensor column = at::mv(chain.query, u[u.size(0) - 1]);
  for (std::size_t i = chain.keys.size(); i-- > 0;) {
    const torch::Tensor keys = at::mm(u, chain.keys[i].t());
    const torch::Tensor links = i > 0 ? chain.links[i - 1] : chain.output.transpose(0, 1);
    column = at::einsum("tp,Ppa,ta,p->P", {keys, links, u, column});
  }
  return column;
}

TEST(DescentChain, IsThePartOfThePredictionThatTakesItsPath) {
  const LinearRegression task = stack_task(2);
  const auto model = random_stack(task, 2, 2);
  const at::NoGradGuard no_gradients;
  for (auto& item : model->named_parameters()) {
    if (item.key().find("log_decay_rate") != std::string::npos) item.value().fill_(-50.0);
  }
  const TokenStack stack = token_stack(*model);
  const torch::Tensor tokens = task.sample(1, 1, torch::kFloat64).tokens;
  const torch::Tensor parts = path_parts(stack, tokens).parts.squeeze(2);
  const torch::Tensor direct = chain_output(descent_chain(stack, {1}, 0), tokens);
  EXPECT_TRUE(testing::agrees("layer 1", direct, parts[1][1], kExact));
  const torch::Tensor twice = chain_output(descent_chain(stack, {1, 2}, 0), tokens);
  EXPECT_TRUE(testing::agrees("layers 1, 2", twice, parts[2][2], kExact));
}

/// The tensor itself, every place averaged over its swap: (m, D', D', …, D').
torch::Tensor symmetric_tensor(const DescentChain& chain) {
  const torch::Tensor two =
      at::einsum("Poa,Pb,PQc,Qd,Qe->oabcde",
                 {chain.output, chain.keys[0], chain.links[0], chain.keys[1], chain.query});
  const torch::Tensor once = 0.5 * (two + two.transpose(1, 2));
  return 0.5 * (once + once.transpose(3, 4));
}

TEST(DescentChain, InnerProductsAreThoseOfTheWholeTensors) {
  const LinearRegression task = stack_task(2);
  const DescentChain a = descent_chain(token_stack(*random_stack(task, 2, 2)), {1, 2}, 3);
  const DescentChain b = ideal_chain(task.options(), 2);
  const auto product = [](const DescentChain& x, const DescentChain& y) {
    return (symmetric_tensor(x) * symmetric_tensor(y)).sum().item<double>();
  };
  EXPECT_NEAR(inner_product(a, a) / product(a, a), 1.0, kExact);
  EXPECT_NEAR(inner_product(a, b) / product(a, b), 1.0, kExact);
  EXPECT_NEAR(inner_product(b, b) / product(b, b), 1.0, kExact);
}

TEST(StackPaths, AValueFromAnEarlierLayerIsNotAStep) {
  const LinearRegression task = stack_task(3);
  const auto model = constructed_stack(task, {4.0, 11.5});
  const at::NoGradGuard no_gradients;
  // Layer 2 also reads, as value, what layer 1 wrote into the channel of the query.
  const int64_t query = task.token_width();
  model->named_parameters()["layers.2.body.layers.0.value_map"][0][0][query] = 0.5;
  const StackPaths paths = stack_paths(*model, task, kSample);
  EXPECT_LT(paths.degrees[0].newest.cosine, 1.0) << "the channel holds the query too";
  EXPECT_GT(std::abs(share_of(paths, 3)), 1e-4);
}

TEST(StackPaths, SayWhereTheyCannotBeFollowed) {
  const LinearRegression task = stack_task(2);
  const auto reason = [&](const Json& layers, const LinearRegression& of) {
    return stack_paths_obstacle(SequenceModel({{"layers", layers}}, "test"), of).value_or("");
  };
  const Json gril = {{"kind", "gril"}, {"input_size", 6}, {"output_size", 2}, {"window", 2}};
  EXPECT_EQ(reason(Json::array({gril}), task),
            "a gril layer has window 2 and stride 1; the paths are followed for one token");
  const Json divided = {{"kind", "gril"},
                        {"input_size", 6},
                        {"output_size", 2},
                        {"decay", "fixed"},
                        {"normalisation", "count"}};
  EXPECT_EQ(reason(Json::array({divided}), task),
            "a gril layer divides its readings by count, which is no product of tokens");
  const Json lstm = {{"kind", "lstm"}, {"input_size", 6}, {"state_size", 2}};
  EXPECT_EQ(reason(Json::array({lstm}), task),
            "a layer of kind lstm is none of gril, linear, residual and append");
  const Json linear = {{"kind", "linear"}, {"input_size", 6}, {"output_size", 2}};
  EXPECT_EQ(reason(Json::array({linear}), task), "the model has no gril layer");
  EXPECT_EQ(reason(Json::array({gril}), stack_task(2, TokenLayout::kBlocks)),
            "tokens in layout blocks do not show a whole example; the paths are followed for one "
            "token");
  LinearRegressionOptions minibatches = task.options();
  minibatches.segments = 2;
  EXPECT_EQ(reason(Json::array({gril}), LinearRegression(minibatches)),
            "tokens also name the segment of an example; the paths are followed for examples "
            "alone");
}

}  // namespace
}  // namespace gril
