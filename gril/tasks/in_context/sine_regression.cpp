#include "gril/tasks/in_context/sine_regression.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include <cmath>
#include <numbers>

#include "gril/base/check.h"
#include "gril/tasks/in_context/batch_tokens.h"
#include "gril/tasks/in_context/token_parts.h"
#include "gril/tasks/in_context/uniform_inputs.h"
#include "gril/tasks/scale_check.h"

namespace gril {
namespace {

constexpr const char* kWhere = "sine_regression";
constexpr const char* kKind = "sine_regression";
constexpr const char* kIndependent = "independent";
constexpr const char* kCorrelated = "correlated";
constexpr double kLeastAmplitude = 0.1;
constexpr double kAmplitudeRange = 0.4;

const char* phase_name(SinePhase phase) {
  return phase == SinePhase::kIndependent ? kIndependent : kCorrelated;
}

}  // namespace

SineRegression::SineRegression(const SineRegressionOptions& options) : options_(options) {
  require(options.examples >= 1, kWhere, "examples must be at least 1; got ", options.examples,
          ".");
  check_scale(options.input_range, "input_range", kWhere);
  check_scale(options.scale, "scale", kWhere);
}

Prompts SineRegression::sample_prompts(int64_t batch, uint64_t seed, torch::Dtype dtype) const {
  check_sample_request(batch, dtype, kWhere);
  const at::NoGradGuard no_grad;
  const at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(seed);
  const torch::Tensor x = uniform_inputs({.inputs = 1, .input_range = options_.input_range},
                                         generator, batch, options_.examples + 1)
                              .to(dtype);
  const torch::Tensor draws = at::empty({batch, 2}, at::kFloat).uniform_(0, 1, generator).to(dtype);
  const bool independent = options_.phase == SinePhase::kIndependent;
  const torch::Tensor size_draw = draws.select(1, 0).reshape({batch, 1, 1});
  const torch::Tensor phase_draw = draws.select(1, independent ? 1 : 0).reshape({batch, 1, 1});
  const torch::Tensor amplitude = (kLeastAmplitude + kAmplitudeRange * size_draw) * options_.scale;
  const torch::Tensor phase = std::numbers::pi * options_.scale * phase_draw;
  return regression_prompts(options_.layout, x, amplitude * (x + phase).sin());
}

Scoring SineRegression::scoring() const {
  return {.loss = LossKind::kHalfSquaredError, .positions = Positions::kLast};
}

ExampleLabels SineRegression::labels(const Batch& /*example*/) const {
  return regression_labels(options_.layout, 1, 1, options_.examples);
}

Json SineRegression::config() const { return to_json(options_); }

SineRegressionOptions read_sine_regression_options(ConfigSection& section) {
  SineRegressionOptions options;
  section.choice("kind", kKind, {kKind});
  options.examples = section.integer("examples", options.examples, 1);
  options.layout = token_layout_from_name(
      section.choice("layout", token_layout_name(options.layout), token_layout_names()));
  options.input_range = section.number("input_range", options.input_range);
  options.scale = section.number("scale", options.scale);
  const std::string phase =
      section.choice("phase", phase_name(options.phase), {kIndependent, kCorrelated});
  options.phase = phase == kCorrelated ? SinePhase::kCorrelated : SinePhase::kIndependent;
  section.finish();
  return options;
}

Json to_json(const SineRegressionOptions& options) {
  return Json{{"kind", kKind},
              {"examples", options.examples},
              {"layout", token_layout_name(options.layout)},
              {"input_range", options.input_range},
              {"scale", options.scale},
              {"phase", phase_name(options.phase)}};
}

}  // namespace gril
