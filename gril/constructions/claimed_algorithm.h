#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gril/base/json.h"

namespace gril {

/// One fresh task: what the model sees, and what the algorithm answers where it speaks.
struct ClaimTrial {
  int64_t length = 0;                   ///< T
  std::vector<double> tokens;           ///< (T, width), row-major
  std::vector<int64_t> positions;       ///< P tokens after which the answers count
  std::vector<long double> answers;     ///< (P, outputs), the algorithm in long double
  std::vector<long double> magnitudes;  ///< (P, outputs), the algorithm on absolute values
  /// (P), the output that must exceed all others; empty where answers are numbers only.
  std::vector<int64_t> choices;
  /// The most roundings that any number can pass on its way to an answer of the model.
  double roundings = 0.0;
};

/// An algorithm that a model can claim to compute, written as plain loops: no layer, no operator
/// and no tensor takes part.
class ClaimedAlgorithm {
 public:
  virtual ~ClaimedAlgorithm() = default;
  virtual int64_t width() const = 0;           ///< features of a token
  virtual int64_t outputs() const = 0;         ///< features of an answer
  virtual int64_t default_length() const = 0;  ///< see draw
  virtual std::string sentence() const = 0;    ///< the claim in words
  /// Task number `index` of `seed`. length: context examples (gradient descent) or tokens.
  virtual ClaimTrial draw(int64_t length, uint64_t seed, int64_t index) const = 0;
};

/// The algorithm of a claim. Errors: InvalidFile "[certificate] …" for an unknown algorithm, or a
/// claim with missing, unknown or impossible entries; `where` names the file.
std::unique_ptr<ClaimedAlgorithm> claimed_algorithm(const Json& claim, const std::string& where);

}  // namespace gril
