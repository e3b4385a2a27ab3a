#include "gril/constructions/claimed_algorithm.h"

#include "gril/base/check.h"
#include "gril/constructions/associative_recall_algorithm.h"
#include "gril/constructions/gradient_descent_algorithm.h"
#include "gril/constructions/linear_attention_algorithm.h"

namespace gril {

std::unique_ptr<ClaimedAlgorithm> claimed_algorithm(const Json& claim, const std::string& where) {
  const Json name = claim.is_object() ? claim.value("algorithm", Json(nullptr)) : Json(nullptr);
  try {
    if (name == "gradient-descent") {
      return std::make_unique<GradientDescentAlgorithm>(read_gradient_descent_claim(claim, where));
    }
    if (name == "linear-attention") {
      return std::make_unique<LinearAttentionAlgorithm>(read_linear_attention_claim(claim, where));
    }
    if (name == "associative-recall") {
      return std::make_unique<AssociativeRecallAlgorithm>(
          read_associative_recall_claim(claim, where));
    }
  } catch (const InvalidArgument& error) {
    throw InvalidFile(concatenate("[certificate] ", where, ": bad claim: ", error.what()));
  }
  throw InvalidFile(concatenate("[certificate] ", where,
                                ": claim must name the algorithm associative-recall, "
                                "gradient-descent or linear-attention; got ",
                                name.dump(), "."));
}

}  // namespace gril
