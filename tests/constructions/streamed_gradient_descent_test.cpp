// A constructed model, saved and run as a regressor without libtorch, on a stream longer than its
// N.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "gril/base/error.h"
#include "gril/constructions/gradient_descent_as_gril.h"
#include "gril/stream/in_context_regressor.h"
#include "tests/support/error_text.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

constexpr double kTolerance = 1e-12;  // relative to the largest prediction
constexpr std::size_t kInputs = 5;
constexpr std::size_t kRows = 60;

/// W after each row: W0 + (η/N) Σ_j λ^{i-j} (y_j - W0 x_j) x_jᵀ.
class ExplicitStep {
 public:
  explicit ExplicitStep(const GradientDescentClaim& claim)
      : claim_(claim),
        start_(static_cast<std::size_t>(claim.outputs) * kInputs, 0.0),
        sum_(start_.size(), 0.0) {
    if (!claim.starts_from_zero()) start_ = claim.initial_weights;
  }

  double predict(const std::vector<double>& x, std::size_t output) const {
    const double rate = claim_.learning_rates.front() / static_cast<double>(claim_.examples);
    double prediction = 0.0;
    for (std::size_t i = 0; i < kInputs; ++i) {
      const std::size_t at = output * kInputs + i;
      prediction += (start_[at] + rate * sum_[at]) * x[i];
    }
    return prediction;
  }

  void observe(const std::vector<double>& x, const std::vector<double>& y) {
    for (std::size_t output = 0; output < y.size(); ++output) {
      double error = y[output];
      for (std::size_t i = 0; i < kInputs; ++i) error -= start_[output * kInputs + i] * x[i];
      for (std::size_t i = 0; i < kInputs; ++i) {
        double& sum = sum_[output * kInputs + i];
        sum = claim_.decay * sum + error * x[i];
      }
    }
  }

 private:
  GradientDescentClaim claim_;
  std::vector<double> start_;
  std::vector<double> sum_;
};

std::vector<double> draw(std::size_t count, std::mt19937_64& generator) {
  std::normal_distribution<double> normal;
  std::vector<double> numbers(count);
  for (double& number : numbers) number = normal(generator);
  return numbers;
}

/// Largest difference between streamed and explicit predictions, relative to the largest one.
double streamed_error(const GradientDescentClaim& claim) {
  const TemporaryFolder folder;
  save_model(folder / "model.safetensors", gradient_descent_as_gril(claim, 1.0, at::kDouble));
  stream::InContextRegressor regressor(folder / "model.safetensors");
  ExplicitStep expected(claim);
  std::mt19937_64 generator(1);
  std::vector<double> prediction(static_cast<std::size_t>(claim.outputs));
  double error = 0.0;
  double scale = 0.0;
  for (std::size_t row = 0; row < kRows; ++row) {
    const std::vector<double> x = draw(kInputs, generator);
    const std::vector<double> y = draw(prediction.size(), generator);
    regressor.predict(x, prediction);
    for (std::size_t output = 0; output < prediction.size(); ++output) {
      const double exact = expected.predict(x, output);
      error = std::max(error, std::abs(prediction[output] - exact));
      scale = std::max(scale, std::abs(exact));
    }
    regressor.observe(x, y);
    expected.observe(x, y);
  }
  return error / scale;
}

TEST(StreamedGradientDescent, IsTheExplicitStepInEveryLayout) {
  for (const std::string& name : token_layout_names()) {
    for (const double decay : {1.0, 0.9}) {
      GradientDescentClaim claim;
      claim.layout = token_layout_from_name(name);
      claim.inputs = kInputs;
      claim.outputs = name == "constructed" ? 1 : 2;
      claim.learning_rates = {0.7};
      claim.decay = decay;
      EXPECT_LT(streamed_error(claim), kTolerance) << name << ' ' << decay;
      if (name == "constructed") continue;
      claim.initial_weights = random_initial_weights(claim.outputs, claim.inputs, 2);
      EXPECT_LT(streamed_error(claim), kTolerance) << name << ' ' << decay << " with W0";
    }
  }
}

/// A stack of three steps as a regressor, against the stack run by libtorch on the same prompt.
TEST(StreamedGradientDescent, SeveralStepsAreThoseOfTheModelAtEveryRow) {
  for (const std::string normalisation : {"none", "count", "power"}) {
    const GradientDescentClaim claim{.inputs = kInputs,
                                     .learning_rates = {0.7, 0.2, 1.1},
                                     .decay = 0.9,
                                     .normalisation = normalisation};
    const ModelFile file = gradient_descent_as_gril(claim, 1.0, at::kDouble);
    const TemporaryFolder folder;
    save_model(folder / "model.safetensors", file);
    stream::InContextRegressor regressor(folder / "model.safetensors");
    std::mt19937_64 generator(1);
    at::Tensor tokens = at::zeros(
        {1, static_cast<int64_t>(kRows), 2 * static_cast<int64_t>(kInputs) + 1}, at::kDouble);
    std::vector<double> predictions(kRows, 0.0);
    std::vector<double> x = draw(kInputs, generator);
    for (std::size_t row = 0; row < kRows; ++row) {
      const std::vector<double> y = draw(1, generator);
      const std::vector<double> next = draw(kInputs, generator);
      regressor.observe(x, y);
      regressor.predict(next, {&predictions[row], 1});
      at::Tensor token = tokens[0][static_cast<int64_t>(row)];
      token.copy_(at::cat(
          {at::tensor(x, at::kDouble), at::tensor(y, at::kDouble), at::tensor(next, at::kDouble)}));
      x = next;
    }
    const at::Tensor expected = file.model->forward(tokens, {}).output.flatten();
    EXPECT_TRUE(
        testing::agrees(normalisation, at::tensor(predictions, at::kDouble), expected, kTolerance));
  }
}

/// Two halves of a stream, put together, against the whole: states and the next prediction.
void expect_halves_are_the_whole(const GradientDescentClaim& claim, std::size_t cut) {
  const TemporaryFolder folder;
  save_model(folder / "model.safetensors", gradient_descent_as_gril(claim, 1.0, at::kDouble));
  stream::InContextRegressor whole(folder / "model.safetensors");
  stream::InContextRegressor earlier = whole;
  stream::InContextRegressor later = whole;
  std::mt19937_64 generator(1);
  for (std::size_t row = 0; row < kRows; ++row) {
    const std::vector<double> x = draw(kInputs, generator);
    const std::vector<double> y = draw(1, generator);
    whole.observe(x, y);
    (row < cut ? earlier : later).observe(x, y);
  }
  later.prepend(earlier, static_cast<int64_t>(kRows - cut));
  const std::vector<double> x = draw(kInputs, generator);
  double expected = 0.0;
  double merged = 0.0;
  whole.predict(x, {&expected, 1});
  later.predict(x, {&merged, 1});
  EXPECT_NEAR(merged, expected, kTolerance * std::abs(expected)) << sentence(claim) << cut;
}

TEST(StreamedGradientDescent, HalvesOfAStreamAddUpToTheWhole) {
  for (const TokenLayout layout :
       {TokenLayout::kWindowed, TokenLayout::kPairs, TokenLayout::kConstructed}) {
    for (const std::string normalisation : {"none", "count", "power"}) {
      for (const std::size_t steps : {std::size_t{1}, std::size_t{3}}) {
        const bool products = layout == TokenLayout::kConstructed;
        if (products && (steps > 1 || normalisation == "power")) continue;
        GradientDescentClaim claim{.layout = layout,
                                   .inputs = kInputs,
                                   .learning_rates = std::vector<double>(steps, 0.6),
                                   .decay = 0.95,
                                   .normalisation = normalisation};
        if (!products) claim.initial_weights = random_initial_weights(1, kInputs, 2);
        for (const std::size_t cut :
             {std::size_t{0}, std::size_t{1}, std::size_t{23}, kRows - 1, kRows}) {
          expect_halves_are_the_whole(claim, cut);
        }
      }
    }
  }
}

TEST(StreamedGradientDescent, StatesThatDoNotAddUpAreRefused) {
  const auto refusal = [](const ModelFile& file) {
    const TemporaryFolder folder;
    save_model(folder / "model.safetensors", file);
    stream::StreamModel model(folder / "model.safetensors");
    EXPECT_FALSE(model.states_add_up());
    return error_text<InvalidArgument>([&] { model.prepend(model, 1); });
  };
  const GradientDescentClaim blocks{.layout = TokenLayout::kBlocks, .inputs = kInputs};
  const std::string text = refusal(gradient_descent_as_gril(blocks, 1.0, at::kDouble));
  EXPECT_NE(text.find(": merging needs sums of the tokens alone; got layers whose window or stride "
                      "is not 1, or whose values or keys depend on earlier states. Stream the "
                      "whole table instead."),
            std::string::npos)
      << text;
  // Errors of the examples that a layer moves: the next layer's values come from a state.
  const Json config = Json::parse(R"({"layers": [
      {"kind": "residual", "layers": [{"kind": "gril", "input_size": 3, "output_size": 3}]},
      {"kind": "gril", "input_size": 3, "output_size": 1}]})");
  refusal({std::make_shared<SequenceModel>(config, "test"), nullptr, nullptr});
}

}  // namespace
}  // namespace gril
