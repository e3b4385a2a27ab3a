#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "gril/base/json.h"
#include "gril/constructions/claim_limit.h"
#include "gril/constructions/trial_comparison.h"
#include "gril/models/checkpoint.h"

namespace gril {

/// How a claim is tested.
struct CertificateOptions {
  int64_t trials = 25;  ///< fresh random tasks; five scales take turns
  int64_t length = 0;   ///< context examples or tokens of a task; 0 stands for that of the claim
  uint64_t seed = 0;
};

/// The measurement of a claim in a limit (claim_limit.h).
struct LimitMeasurement {
  ClaimLimit claimed;
  double larger_value = 0.0;    ///< ten times the value of the model
  double larger_error = 0.0;    ///< max_rel_error of the same construction with that value
  double measured_order = 0.0;  ///< log10(larger_error / max_rel_error)
};

/// What the comparison of a model with the algorithm it claims came to.
struct Certificate {
  std::string sentence;  ///< the claim in words
  Json claim;            ///< the claim as stored in the model
  int64_t trials = 0;
  int64_t length = 0;
  /// Errors, and for exact claims the a priori bound on rounding errors: γ_k times the algorithm
  /// evaluated on absolute values, γ_k = k u / (1 - k u), u the unit roundoff of the stored
  /// weights, k the number of roundings on the longest path.
  TrialErrors errors;
  /// Of a claim in a limit; none for an exact one.
  std::optional<LimitMeasurement> limit;
  /// Of max_rel_error. Exact: that of the claim. Limit: larger_error · 10^-(order - 1/4).
  double tolerance = 0.0;
  /// max_rel_error ≤ tolerance, both finite, and no wrong choice; exact claims: and
  /// errors.within_bound; limits: and measured_order ≤ order + 1/4.
  bool holds = false;
};

/// Compares the model, its weights converted to float64, with an independent implementation of its
/// claim, at every position where the algorithm speaks.
/// errors  InvalidArgument "[certificate] …" for a model that claims nothing, or trials or length
///         below their range; InvalidFile "[certificate] …" for a claim that cannot be read or does
///         not fit the model. `where` names the model.
Certificate certify(const ModelFile& file, const CertificateOptions& options,
                    const std::string& where);

/// One object with every field; error_bound and within_bound of exact claims, limit of the others,
/// choices and wrong_choices where answers are choices.
Json to_json(const Certificate& certificate);
/// Lines for a person.
std::string to_text(const Certificate& certificate);

}  // namespace gril
