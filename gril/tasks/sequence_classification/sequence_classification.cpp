#include "gril/tasks/sequence_classification/sequence_classification.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "gril/base/check.h"
#include "gril/base/random_order.h"
#include "gril/base/seed.h"
#include "gril/tasks/language/vocabulary.h"
#include "gril/tasks/scale_check.h"
#include "gril/tasks/sequence_classification/training_order.h"

namespace gril {
namespace {

torch::Tensor row_of(const std::vector<double>& numbers) {
  return at::tensor(numbers, at::kDouble).to(at::kFloat);
}

/// The tokens of every item, those of its longest document.
std::vector<int64_t> item_lengths(const LabelledSequences& set) {
  if (set.documents == 1) return set.lengths;
  std::vector<int64_t> longest;
  for (auto first = set.lengths.begin(); first != set.lengths.end(); first += set.documents) {
    longest.push_back(*std::max_element(first, first + set.documents));
  }
  return longest;
}

}  // namespace

SequenceClassification::SequenceClassification(SequenceClassificationData data)
    : data_(std::move(data)) {
  require(data_.training.size() > 0 && data_.evaluation.size() > 0, where(),
          "there must be sequences for training and for evaluation; got ", data_.training.size(),
          " and ", data_.evaluation.size(), ".");
  check_vocabulary();
  if (data_.symbols > 0) return;
  const auto width = static_cast<std::size_t>(token_width());
  for (const auto* numbers : {&data_.mean, &data_.deviation}) {
    require(numbers->size() == 1 || numbers->size() == width, where(),
            "mean and deviation must have 1 number or the ", width, " of a token; got ",
            numbers->size(), ".");
  }
  for (const double deviation : data_.deviation) {
    check_scale(deviation, "deviation", where().c_str());
  }
  for (const double mean : data_.mean) {
    require(std::abs(mean) <= kLargestScale, where(), "mean must lie in [-", kLargestScale, ", ",
            kLargestScale, "]; got ", mean, ".");
  }
}

std::vector<std::string> SequenceClassification::splits() const {
  // Where validation has a file of its own there is no such key.
  if (data_.config.value("validation_share", 1.0) == 0.0) return {"test"};
  return {"validation", "test"};
}

void SequenceClassification::check_vocabulary() {
  if (data_.vocabulary.empty()) return;
  const std::string checksum = Vocabulary(TextLevel::kToken, data_.vocabulary).checksum();
  const std::string stated = data_.config.value("vocabulary_checksum", "");
  require(stated.empty() || stated == checksum, where(),
          "the vocabulary must be the one of the model, with checksum ", stated, "; got ", checksum,
          ". Use the training data, the length and the split of the training.");
  data_.config["vocabulary_checksum"] = checksum;
}

std::string SequenceClassification::where() const {
  return data_.config.at("kind").get<std::string>();
}

Batch SequenceClassification::batch_of(const LabelledSequences& set,
                                       const std::vector<int64_t>& items,
                                       torch::Dtype dtype) const {
  const at::NoGradGuard no_grad;
  PaddedItems padded = padded_items(set, items, data_.symbols > 0 ? at::kLong : at::kFloat);
  if (data_.symbols == 0) {
    padded.values = padded.values.div_(255).sub_(row_of(data_.mean)).div_(row_of(data_.deviation));
    padded.values = padded.values.to(dtype);
  }
  return {
      .tokens = padded.values, .targets = padded.labels, .marked = {}, .lengths = padded.lengths};
}

Batch SequenceClassification::sample(int64_t batch, uint64_t seed, torch::Dtype dtype) const {
  check_sample_request(batch, dtype, where().c_str());
  std::vector<int64_t> items;
  for (int64_t b = 0; b < batch; ++b) {
    const uint64_t draw = child_seed(seed, "sequence", static_cast<uint64_t>(b));
    items.push_back(static_cast<int64_t>(draw % static_cast<uint64_t>(data_.training.size())));
  }
  return batch_of(data_.training, items, dtype);
}

Batch SequenceClassification::training_batch(int64_t step, int64_t batch, uint64_t seed,
                                             torch::Dtype dtype) const {
  check_sample_request(batch, dtype, where().c_str());
  require(batch <= data_.training.size(), where(), "a batch must be at most the ",
          data_.training.size(), " training sequences; got ", batch, ".");
  const std::vector<int64_t> lengths = item_lengths(data_.training);
  return batch_of(data_.training, training_items(lengths, batch, step, seed), dtype);
}

Batch SequenceClassification::evaluation_batch(int64_t sequences, uint64_t seed,
                                               torch::Dtype dtype) const {
  check_sample_request(sequences, dtype, where().c_str());
  return evaluation_sequences(evaluation_items(sequences, seed), dtype);
}

std::vector<int64_t> SequenceClassification::evaluation_items(int64_t sequences,
                                                              uint64_t seed) const {
  const LabelledSequences& set = data_.evaluation;
  std::vector<int64_t> items = random_order(set.size(), evaluation_seed(seed));
  if (sequences < set.size()) items.resize(static_cast<std::size_t>(sequences));
  const std::vector<int64_t> lengths = item_lengths(set);
  std::stable_sort(items.begin(), items.end(), [&lengths](int64_t a, int64_t b) {
    return lengths[static_cast<std::size_t>(a)] < lengths[static_cast<std::size_t>(b)];
  });
  return items;
}

std::vector<int64_t> SequenceClassification::evaluation_lengths(
    const std::vector<int64_t>& items) const {
  return item_lengths(chosen_items(data_.evaluation, items));
}

Batch SequenceClassification::evaluation_sequences(const std::vector<int64_t>& items,
                                                   torch::Dtype dtype) const {
  return batch_of(data_.evaluation, items, dtype);
}

int64_t SequenceClassification::token_width() const {
  return data_.training.documents * data_.training.values.size(1);
}

Scoring SequenceClassification::scoring() const {
  return {.loss = LossKind::kCrossEntropy, .positions = Positions::kLast};
}

ExampleLabels SequenceClassification::labels(const Batch& example) const {
  ExampleLabels labels;
  labels.title = data_.title;
  labels.picture = data_.picture;
  const torch::Tensor tokens = example.tokens[0];
  for (int64_t t = 0; t < tokens.size(0); ++t) {
    labels.tokens.push_back({{.name = "x_" + std::to_string(t + 1), .begin = 0, .size = 1}});
    std::vector<TokenPart>& parts = labels.tokens.back();
    if (data_.vocabulary.empty()) {
      parts.front().size = tokens.size(1);
      continue;
    }
    parts.clear();
    for (int64_t document = 0; document < tokens.size(1); ++document) {
      const auto symbol = static_cast<std::size_t>(tokens[t][document].item<int64_t>());
      parts.push_back({.name = data_.vocabulary[symbol], .begin = document, .size = 1});
    }
    if (t > 0) labels.text += data_.word_gap;
    labels.text += parts.front().name;
  }
  labels.targets.resize(labels.tokens.size());
  const auto label = static_cast<std::size_t>(example.targets[0].item<int64_t>());
  labels.targets.back() = "class " + data_.classes[label];
  return labels;
}

}  // namespace gril
