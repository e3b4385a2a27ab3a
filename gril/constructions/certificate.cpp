#include "gril/constructions/certificate.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <limits>
#include <sstream>

#include "gril/base/check.h"
#include "gril/constructions/claimed_algorithm.h"

namespace gril {
namespace {

constexpr const char* kWhere = "certificate";

/// The same model with float64 weights.
SequenceModel float64_copy(const SequenceModel& model, const std::string& where) {
  SequenceModel copy(model.config(), where);
  copy.to(at::kDouble);
  const c10::AutoGradMode no_grad(false);
  const auto parameters = model.named_parameters();
  for (auto& item : copy.named_parameters()) item.value().copy_(parameters[item.key()]);
  const auto buffers = model.named_buffers();
  for (auto& item : copy.named_buffers()) item.value().copy_(buffers[item.key()]);
  return copy;
}

/// Half the distance from 1 to the next number of the dtype the weights are stored in.
double unit_roundoff(const SequenceModel& model) {
  const bool single = model.parameters().front().scalar_type() == at::kFloat;
  return 0.5 * (single ? static_cast<double>(std::numeric_limits<float>::epsilon())
                       : std::numeric_limits<double>::epsilon());
}

at::Tensor run(const SequenceModel& model, const ClaimTrial& trial) {
  const c10::AutoGradMode no_grad(false);
  const at::Tensor tokens =
      at::tensor(trial.tokens, at::kDouble).view({1, trial.length, model.input_size()});
  return model.forward(tokens, {}).output.contiguous();
}

/// Adds the errors of one trial.
void compare(const at::Tensor& output, const ClaimTrial& trial, double roundoff,
             Certificate& certificate) {
  const double spread = trial.roundings * roundoff;
  const double gamma =
      spread < 1.0 ? spread / (1.0 - spread) : std::numeric_limits<double>::infinity();
  const auto width = static_cast<std::size_t>(output.size(2));
  const auto* numbers = output.data_ptr<double>();
  double largest_answer = 0.0;
  double largest_error = 0.0;
  double largest_bound = 0.0;
  for (std::size_t i = 0; i < trial.answers.size(); ++i) {
    const auto token = static_cast<std::size_t>(trial.positions[i / width]);
    const long double actual = numbers[token * width + i % width];
    // NaN must count as an error.
    const auto error = static_cast<double>(std::fabs(actual - trial.answers[i]));
    const double bound = gamma * static_cast<double>(trial.magnitudes[i]);
    if (!(error <= bound)) certificate.within_bound = false;
    largest_error = std::isnan(error) ? std::numeric_limits<double>::infinity()
                                      : std::max(largest_error, error);
    largest_bound = std::max(largest_bound, bound);
    largest_answer = std::max(largest_answer, static_cast<double>(std::fabs(trial.answers[i])));
  }
  const auto relative = [&](double error) { return error == 0.0 ? 0.0 : error / largest_answer; };
  certificate.max_abs_error = std::max(certificate.max_abs_error, largest_error);
  certificate.max_rel_error = std::max(certificate.max_rel_error, relative(largest_error));
  certificate.error_bound = std::max(certificate.error_bound, relative(largest_bound));
}

void check_fit(const ClaimedAlgorithm& algorithm, const SequenceModel& model,
               const std::string& where) {
  require_file(
      algorithm.width() == model.input_size() && algorithm.outputs() == model.output_size(), kWhere,
      where, ": claim must fit the model: it speaks of tokens of width ", algorithm.width(),
      " and ", algorithm.outputs(), " outputs; got a model of ", model.input_size(), " and ",
      model.output_size(), ".");
}

}  // namespace

Certificate certify(const ModelFile& file, const CertificateOptions& options,
                    const std::string& where) {
  require(!file.claim.is_null(), kWhere, where,
          ": the model must claim an algorithm; got no claim. Trained models are compared by "
          "gril analyze.");
  require(options.trials >= 1 && options.length >= 0, kWhere,
          "trials must be at least 1 and length at least 0; got ", options.trials, " and ",
          options.length, ".");
  const auto algorithm = claimed_algorithm(file.claim, where);
  check_fit(*algorithm, *file.model, where);
  const SequenceModel model = float64_copy(*file.model, where);
  const double roundoff = unit_roundoff(*file.model);

  Certificate certificate;
  certificate.sentence = algorithm->sentence();
  certificate.claim = file.claim;
  certificate.trials = options.trials;
  certificate.length = options.length > 0 ? options.length : algorithm->default_length();
  certificate.tolerance = file.claim.at("tolerance").get<double>();
  for (int64_t trial = 0; trial < options.trials; ++trial) {
    const ClaimTrial task = algorithm->draw(certificate.length, options.seed, trial);
    compare(run(model, task), task, roundoff, certificate);
  }
  certificate.holds =
      certificate.within_bound && certificate.max_rel_error <= certificate.tolerance;
  return certificate;
}

Json to_json(const Certificate& certificate) {
  return {{"holds", certificate.holds},
          {"claim", certificate.claim},
          {"sentence", certificate.sentence},
          {"trials", certificate.trials},
          {"length", certificate.length},
          {"max_abs_error", certificate.max_abs_error},
          {"max_rel_error", certificate.max_rel_error},
          {"error_bound", certificate.error_bound},
          {"within_bound", certificate.within_bound},
          {"tolerance", certificate.tolerance}};
}

std::string to_text(const Certificate& certificate) {
  std::ostringstream text;
  text << std::setprecision(3);
  text << certificate.sentence << '\n'
       << "  compared in float64 on " << certificate.trials << " fresh tasks of length "
       << certificate.length << ", at every position where the algorithm speaks\n"
       << "  largest error            " << certificate.max_abs_error << '\n'
       << "  over the largest answer  " << certificate.max_rel_error << "  (tolerance "
       << certificate.tolerance << ")\n"
       << "  rounding allows          " << certificate.error_bound << "  over the largest answer\n"
       << (certificate.holds ? "  the claim holds\n" : "  THE CLAIM DOES NOT HOLD\n");
  return text.str();
}

}  // namespace gril
