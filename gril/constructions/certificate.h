#pragma once

#include <cstdint>
#include <string>

#include "gril/base/json.h"
#include "gril/models/checkpoint.h"

namespace gril {

/// How a claim is tested.
struct CertificateOptions {
  int64_t trials = 25;  ///< fresh random tasks; five scales take turns
  int64_t length = 0;   ///< context examples or tokens of a task; 0 stands for that of the claim
  uint64_t seed = 0;
};

/// What the comparison of a model with the algorithm it claims came to.
struct Certificate {
  std::string sentence;  ///< the claim in words
  Json claim;            ///< the claim as stored in the model
  int64_t trials = 0;
  int64_t length = 0;
  double max_abs_error = 0.0;  ///< largest |model - algorithm|
  /// Largest ratio of an error to the largest |answer| of the algorithm in the same trial.
  double max_rel_error = 0.0;
  /// A priori bound on rounding errors: the largest γ_k times the algorithm evaluated on absolute
  /// values, γ_k = k u / (1 - k u), u the unit roundoff of the stored weights, k the number of
  /// roundings on the longest path. Divided by the largest |answer| of the trial.
  double error_bound = 0.0;
  bool within_bound = true;  ///< every single error lies under its own bound
  double tolerance = 0.0;    ///< of max_rel_error, from the claim
  bool holds = false;        ///< max_rel_error ≤ tolerance and within_bound
};

/// Compares the model, its weights converted to float64, with an independent implementation of its
/// claim, at every position where the algorithm speaks.
/// errors  InvalidArgument "[certificate] …" for a model that claims nothing, or trials or length
///         below their range; InvalidFile "[certificate] …" for a claim that cannot be read or does
///         not fit the model. `where` names the model.
Certificate certify(const ModelFile& file, const CertificateOptions& options,
                    const std::string& where);

/// One object with every field.
Json to_json(const Certificate& certificate);
/// Lines for a person.
std::string to_text(const Certificate& certificate);

}  // namespace gril
