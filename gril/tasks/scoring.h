#pragma once

namespace gril {

/// How an output is compared with its target. The definitions are in evaluation/loss.h.
enum class LossKind {
  kHalfSquaredError,  ///< ½ (ŷ - y)²; targets are numbers
  kMeanSquaredError,  ///< (ŷ - y)²; targets are numbers
  kCrossEntropy,      ///< -log softmax(ŷ)[class]; targets are classes
};

/// At which tokens of a sequence the output counts.
enum class Positions {
  kLast,    ///< the last token
  kEvery,   ///< every token
  kMarked,  ///< the tokens that Batch::marked names
};

/// What a task asks of a model's outputs.
struct Scoring {
  LossKind loss = LossKind::kHalfSquaredError;
  Positions positions = Positions::kLast;
};

}  // namespace gril
