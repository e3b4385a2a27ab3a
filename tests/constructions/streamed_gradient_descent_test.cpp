// A constructed model, saved and run as a regressor without libtorch, on a stream longer than its
// N.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "gril/constructions/gradient_descent_as_gril.h"
#include "gril/stream/in_context_regressor.h"
#include "tests/support/temporary_folder.h"

namespace gril {
namespace {

constexpr double kTolerance = 1e-12;  // relative to the largest prediction
constexpr std::size_t kInputs = 5;
constexpr int kRows = 60;

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
  for (int row = 0; row < kRows; ++row) {
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

}  // namespace
}  // namespace gril
