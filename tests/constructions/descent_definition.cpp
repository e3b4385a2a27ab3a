#include "tests/constructions/descent_definition.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include "gril/base/token_layout.h"
#include "tests/constructions/descent_prompt.h"
#include "tests/support/tensor_compare.h"

namespace gril::testing {

std::vector<double> descended_prediction(const GradientDescentClaim& claim, const double* inputs,
                                         const double* targets, int64_t examples) {
  const auto d = static_cast<std::size_t>(claim.inputs);
  const auto m = static_cast<std::size_t>(claim.outputs);
  std::vector<double> weights = claim.initial_weights;
  weights.resize(m * d, 0.0);
  double divisor = claim.normalisation == "none" ? static_cast<double>(claim.examples) : 0.0;
  for (std::size_t j = 0; j < static_cast<std::size_t>(examples); ++j) {
    double part = claim.normalisation == "count" ? 1.0 : 0.0;
    for (std::size_t c = 0; claim.normalisation == "power" && c < d; ++c) {
      part += inputs[j * d + c] * inputs[j * d + c];
    }
    divisor +=
        part * std::pow(claim.decay, static_cast<double>(examples - 1) - static_cast<double>(j));
  }
  for (const double rate : claim.learning_rates) {
    std::vector<double> gradient(m * d, 0.0);
    for (std::size_t j = 0; j < static_cast<std::size_t>(examples); ++j) {
      const double importance =
          std::pow(claim.decay, static_cast<double>(examples - 1) - static_cast<double>(j));
      for (std::size_t o = 0; o < m; ++o) {
        double error = -targets[j * m + o];
        for (std::size_t c = 0; c < d; ++c) error += weights[o * d + c] * inputs[j * d + c];
        for (std::size_t c = 0; c < d; ++c) {
          gradient[o * d + c] += importance * error * inputs[j * d + c] / divisor;
        }
      }
    }
    for (std::size_t k = 0; k < weights.size(); ++k) weights[k] -= rate * gradient[k];
  }
  std::vector<double> prediction(m, 0.0);
  for (std::size_t o = 0; o < m; ++o) {
    for (std::size_t c = 0; c < d; ++c) {
      prediction[o] += weights[o * d + c] * inputs[static_cast<std::size_t>(examples) * d + c];
    }
  }
  return prediction;
}

void expect_descent_at_every_prefix(const GradientDescentClaim& claim, const SequenceModel& model) {
  const DescentPrompt prompt = draw_prompt(claim);
  const at::Tensor output = model.forward(prompt.tokens, {}).output[0];
  const std::vector<int64_t> positions = prediction_positions(claim.layout, claim.examples);
  for (int64_t i = 1; i <= claim.examples; ++i) {
    const at::Tensor expected =
        at::tensor(descended_prediction(claim, prompt.inputs.data_ptr<double>(),
                                        prompt.targets.data_ptr<double>(), i),
                   at::kDouble);
    const int64_t position = positions[static_cast<std::size_t>(i - 1)];
    EXPECT_TRUE(agrees("prediction", output[position], expected, 1e-12))
        << sentence(claim) << " after " << i << " examples";
  }
}

}  // namespace gril::testing
