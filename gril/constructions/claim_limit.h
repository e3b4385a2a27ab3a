#pragma once

#include <memory>
#include <optional>
#include <string>

#include "gril/base/json.h"
#include "gril/models/sequence_model.h"

namespace gril {

/// A claim that holds in a limit: the error vanishes as a power of a parameter that the weights
/// were written with. It is stored beside the claim in place of a tolerance,
///
///     "limit": {"parameter": "epsilon", "value": 0.001, "order": 2}
///
/// and the tolerance is a function of the parameter (certificate.h): the same construction is
/// written once more with ten times the value, and its error times 10^-(order - 1/4) is what the
/// model may leave.
struct ClaimLimit {
  std::string parameter;
  double value = 0.0;
  double order = 0.0;
};

/// The limit of a claim; none for an exact one.
/// Errors: InvalidArgument for entries that are missing or of another kind; `where` names the file.
std::optional<ClaimLimit> read_claim_limit(const Json& claim, const std::string& where);
Json to_json(const ClaimLimit& limit);

/// The model of the same claim, float64, written with another value of the parameter. The value may
/// exceed the range in which models are made.
/// Errors: InvalidArgument for a claim that cannot be read or has no limit.
std::shared_ptr<SequenceModel> rewritten_model(const Json& claim, double value,
                                               const std::string& where);

}  // namespace gril
