#pragma once

#include <torch/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace gril {

/// The numbers of the items of every class, class by class.
using ClassItems = std::vector<std::vector<int64_t>>;

/// Which items of real data the prompts of a classification task show.
struct ClassPromptOptions {
  int64_t classes = 5;   ///< C, classes of one prompt
  int64_t examples = 5;  ///< N, context examples of one prompt; at least C
};

/// Items of B prompts and what they are called there.
struct ClassExamples {
  torch::Tensor items;   ///< (B, N + 1), int64, the query last
  torch::Tensor labels;  ///< (B, N + 1), int64, 0 … C - 1
};

/// The items of every class in two parts.
struct ItemSplit {
  ClassItems kept;
  ClassItems taken;
};

/// Takes a share of every class: of its n items, round(share · n) drawn from `seed`, at least 1 and
/// at most n - 1 (none of a single item). Both parts keep the order of the items.
ItemSplit split_items(const ClassItems& items, double share, uint64_t seed);

/// What messages call the items.
struct ItemWords {
  const char* where;                 ///< the task: "table_classification"
  std::string items;                 ///< "training rows"
  std::vector<std::string> classes;  ///< the names of the classes
};

/// Refuses what draw_class_examples cannot serve: fewer than 2 classes a prompt, fewer examples
/// than classes, fewer classes than C, and classes with too few items. Errors: InvalidArgument
/// "[where] …".
void check_class_items(const ClassItems& context, const ClassItems& queries,
                       const ClassPromptOptions& options, const ItemWords& words);

/// Draws prompts. In every prompt:
///
///     classes   C of the classes, in random order; the j-th one is called j - 1, so that a label
///               means nothing beyond its prompt
///     examples  N / C items of every class, and one more of N mod C classes drawn at
///               random, without repetition and in random order
///     query     a class drawn uniformly from the C, an item of it that the context does not show
///
/// context, queries  items of the same classes, at least as many as check_class_items demands; both
///                   may be the same lists
ClassExamples draw_class_examples(const ClassItems& context, const ClassItems& queries,
                                  const ClassPromptOptions& options, int64_t batch, uint64_t seed);

}  // namespace gril
