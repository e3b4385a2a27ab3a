#include "gril/constructions/certificate.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <cmath>
#include <iomanip>
#include <limits>
#include <sstream>

#include "gril/base/check.h"
#include "gril/constructions/claimed_algorithm.h"
#include "gril/models/parameter_options.h"

namespace gril {
namespace {

constexpr const char* kWhere = "certificate";
constexpr double kOrderTolerance = 0.25;

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
  const bool single = parameter_dtype(model) == at::kFloat;
  return 0.5 * (single ? static_cast<double>(std::numeric_limits<float>::epsilon())
                       : std::numeric_limits<double>::epsilon());
}

void check_fit(const ClaimedAlgorithm& algorithm, const SequenceModel& model,
               const std::string& where) {
  require_file(
      algorithm.width() == model.input_size() && algorithm.outputs() == model.output_size(), kWhere,
      where, ": claim must fit the model: it speaks of tokens of width ", algorithm.width(),
      " and ", algorithm.outputs(), " outputs; got a model of ", model.input_size(), " and ",
      model.output_size(), ".");
}

/// Writes the construction once more with ten times the parameter and measures the order.
void measure_limit(const ClaimLimit& limit, const ClaimedAlgorithm& algorithm, const TrialSet& set,
                   const std::string& where, Certificate& certificate) {
  constexpr double kFactor = 10.0;
  LimitMeasurement measured{.claimed = limit, .larger_value = kFactor * limit.value};
  const auto model = rewritten_model(certificate.claim, measured.larger_value, where);
  measured.larger_error = compare_with_algorithm(*model, algorithm, set, 0.0).max_rel_error;
  measured.measured_order = std::log10(measured.larger_error / certificate.errors.max_rel_error);
  certificate.tolerance = measured.larger_error * std::pow(kFactor, kOrderTolerance - limit.order);
  certificate.limit = measured;
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
  const TrialSet set = {.trials = options.trials,
                        .length = options.length > 0 ? options.length : algorithm->default_length(),
                        .seed = options.seed};

  Certificate certificate;
  certificate.sentence = algorithm->sentence();
  certificate.claim = file.claim;
  certificate.trials = set.trials;
  certificate.length = set.length;
  certificate.errors = compare_with_algorithm(model, *algorithm, set, unit_roundoff(*file.model));
  bool holds = certificate.errors.wrong_choices == 0;
  if (const auto limit = read_claim_limit(file.claim, where)) {
    measure_limit(*limit, *algorithm, set, where, certificate);
    holds = holds && certificate.limit->measured_order <= limit->order + kOrderTolerance;
  } else {
    certificate.tolerance = file.claim.at("tolerance").get<double>();
    holds = holds && certificate.errors.within_bound;
  }
  certificate.holds = holds && std::isfinite(certificate.tolerance) &&
                      certificate.errors.max_rel_error <= certificate.tolerance;
  return certificate;
}

Json to_json(const Certificate& certificate) {
  const TrialErrors& errors = certificate.errors;
  Json tree = {{"holds", certificate.holds},
               {"claim", certificate.claim},
               {"sentence", certificate.sentence},
               {"trials", certificate.trials},
               {"length", certificate.length},
               {"max_abs_error", errors.max_abs_error},
               {"max_rel_error", errors.max_rel_error},
               {"tolerance", certificate.tolerance}};
  if (certificate.limit) {
    Json limit = to_json(certificate.limit->claimed);
    limit["larger_value"] = certificate.limit->larger_value;
    limit["larger_error"] = certificate.limit->larger_error;
    limit["measured_order"] = certificate.limit->measured_order;
    tree["limit"] = limit;
  } else {
    tree["error_bound"] = errors.error_bound;
    tree["within_bound"] = errors.within_bound;
  }
  if (errors.choices > 0) {
    tree["choices"] = errors.choices;
    tree["wrong_choices"] = errors.wrong_choices;
  }
  return tree;
}

std::string to_text(const Certificate& certificate) {
  const TrialErrors& errors = certificate.errors;
  std::ostringstream text;
  text << std::setprecision(3);
  text << certificate.sentence << '\n'
       << "  compared in float64 on " << certificate.trials << " fresh tasks of length "
       << certificate.length << ", at every position where the algorithm speaks\n"
       << "  largest error            " << errors.max_abs_error << '\n'
       << "  over the largest answer  " << errors.max_rel_error << "  (tolerance "
       << certificate.tolerance << ")\n";
  if (const auto& limit = certificate.limit) {
    text << "  with " << limit->claimed.parameter << " = " << limit->claimed.value << "; with "
         << limit->larger_value << " it is " << limit->larger_error << ": order "
         << limit->measured_order << " (claimed " << limit->claimed.order << " +- "
         << kOrderTolerance << ")\n";
  } else {
    text << "  rounding allows          " << errors.error_bound << "  over the largest answer\n";
  }
  if (errors.choices > 0) {
    text << "  wrong choices            " << errors.wrong_choices << " of " << errors.choices
         << '\n';
  }
  text << (certificate.holds ? "  the claim holds\n" : "  THE CLAIM DOES NOT HOLD\n");
  return text.str();
}

}  // namespace gril
