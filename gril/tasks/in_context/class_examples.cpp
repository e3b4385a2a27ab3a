#include "gril/tasks/in_context/class_examples.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "gril/base/check.h"
#include "gril/base/seed.h"

namespace gril {
namespace {

/// Draws from one generator, one prompt after the other.
class Draw {
 public:
  explicit Draw(uint64_t seed) : generator_(at::make_generator<at::CPUGeneratorImpl>(seed)) {}

  /// 0 … end - 1, uniform: the remainder of 64 bits is uneven by end / 2⁶⁴.
  std::size_t below(std::size_t end) {
    return at::check_generator<at::CPUGeneratorImpl>(generator_)->random64() % end;
  }

  /// Puts `count` elements drawn without repetition, in random order, to the front.
  template <typename Value>
  void shuffle(std::vector<Value>& values, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      std::swap(values[i], values[i + below(values.size() - i)]);
    }
  }

 private:
  at::Generator generator_;
};

struct Example {
  int64_t item;
  int64_t label;
};

/// The context of one prompt, then its query. `order` is a permutation of the classes.
std::vector<Example> draw_prompt(const ClassItems& context, const ClassItems& queries,
                                 const ClassPromptOptions& options, std::vector<std::size_t>& order,
                                 Draw& draw) {
  const auto classes = static_cast<std::size_t>(options.classes);
  const auto examples = static_cast<std::size_t>(options.examples);
  draw.shuffle(order, classes);
  std::vector<std::size_t> shown(classes, examples / classes);
  for (std::size_t i = 0; i < examples % classes; ++i) ++shown[i];
  draw.shuffle(shown, classes);
  std::vector<Example> prompt;
  for (std::size_t label = 0; label < classes; ++label) {
    std::vector<int64_t> items = context[order[label]];
    draw.shuffle(items, shown[label]);
    for (std::size_t i = 0; i < shown[label]; ++i) {
      prompt.push_back({.item = items[i], .label = static_cast<int64_t>(label)});
    }
  }
  draw.shuffle(prompt, examples);
  const std::size_t asked = draw.below(classes);
  const std::vector<int64_t>& candidates = queries[order[asked]];
  const auto is_shown = [&](int64_t item) {
    return std::any_of(prompt.begin(), prompt.end(),
                       [item](const Example& example) { return example.item == item; });
  };
  int64_t query = candidates[draw.below(candidates.size())];
  while (is_shown(query)) query = candidates[draw.below(candidates.size())];
  prompt.push_back({.item = query, .label = static_cast<int64_t>(asked)});
  return prompt;
}

}  // namespace

ItemSplit split_items(const ClassItems& items, double share, uint64_t seed) {
  ItemSplit split{items, ClassItems(items.size())};
  for (std::size_t k = 0; k < items.size(); ++k) {
    const std::size_t count = items[k].size();
    if (count < 2) continue;
    const auto wanted = static_cast<std::size_t>(std::llround(share * static_cast<double>(count)));
    const auto size = std::clamp<std::size_t>(wanted, 1, count - 1);
    Draw draw(child_seed(seed, "split", k));
    std::vector<int64_t>& kept = split.kept[k];
    draw.shuffle(kept, size);
    const auto end = kept.begin() + static_cast<std::ptrdiff_t>(size);
    split.taken[k].assign(kept.begin(), end);
    kept.erase(kept.begin(), end);
    std::sort(split.taken[k].begin(), split.taken[k].end());
    std::sort(kept.begin(), kept.end());
  }
  return split;
}

void check_class_items(const ClassItems& context, const ClassItems& queries,
                       const ClassPromptOptions& options, const ItemWords& words) {
  require(options.classes >= 2, words.where, "classes_per_prompt must be at least 2; got ",
          options.classes, ".");
  require(options.examples >= options.classes, words.where,
          "examples must be at least classes_per_prompt, so that every class is shown; got ",
          options.examples, " and ", options.classes, ".");
  require(static_cast<std::size_t>(options.classes) <= context.size(), words.where,
          "classes_per_prompt must be at most the number of classes with ", words.items, "; got ",
          options.classes, " and ", context.size(), ".");
  const int64_t most_shown = (options.examples + options.classes - 1) / options.classes;
  for (std::size_t k = 0; k < context.size(); ++k) {
    const int64_t needed = most_shown + (context[k] == queries[k] ? 1 : 0);
    const auto available = static_cast<int64_t>(context[k].size());
    require(available >= needed && !queries[k].empty(), words.where, "class \"", words.classes[k],
            "\" must have at least ", needed, ' ', words.items, " for prompts of ",
            options.examples, " examples of ", options.classes, " classes; got ", available,
            ". Show fewer examples.");
  }
}

ClassExamples draw_class_examples(const ClassItems& context, const ClassItems& queries,
                                  const ClassPromptOptions& options, int64_t batch, uint64_t seed) {
  Draw draw(seed);
  std::vector<std::size_t> order(context.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const int64_t rows = options.examples + 1;
  ClassExamples examples{at::empty({batch, rows}, at::kLong), at::empty({batch, rows}, at::kLong)};
  auto* item = examples.items.data_ptr<int64_t>();
  auto* label = examples.labels.data_ptr<int64_t>();
  for (int64_t b = 0; b < batch; ++b) {
    for (const Example& example : draw_prompt(context, queries, options, order, draw)) {
      *item++ = example.item;
      *label++ = example.label;
    }
  }
  return examples;
}

}  // namespace gril
