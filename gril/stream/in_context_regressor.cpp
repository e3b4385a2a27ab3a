#include "gril/stream/in_context_regressor.h"

#include <algorithm>

#include "gril/base/check.h"
#include "gril/base/config_section.h"
#include "gril/base/json_text.h"
#include "gril/stream/stream_state.h"

namespace gril::stream {
namespace {

constexpr std::string_view kWhere = "stream";

std::ptrdiff_t distance(std::size_t count) { return static_cast<std::ptrdiff_t>(count); }

}  // namespace

InContextRegressor::InContextRegressor(const std::filesystem::path& path) : model_(path) {
  read_task();
  previous_.assign(inputs_ + outputs_ + 1, 0.0);
  token_.assign(model_.input_size(), 0.0);
  ignored_.assign(model_.output_size(), 0.0);
}

void InContextRegressor::read_task() {
  constexpr int64_t kLargest = 1 << 20;
  require(!model_.task().empty(), kWhere, name(),
          ": must name its task to be a regressor; got a model without one. Make one with: gril "
          "construct gradient-descent.");
  const Json tree = parse_json<Json>(model_.task(), kWhere, name() + ": metadata gril_task");
  require_file(tree.is_object(), kWhere, name(), ": metadata gril_task must be an object; got ",
               tree.type_name(), ". Write the model anew.");
  const std::string kind = tree.contains("kind") && tree["kind"].is_string() ? tree["kind"] : "";
  require(kind.ends_with("regression"), kWhere, name(), ": the task must be a regression; got \"",
          kind, "\". Make a model with: gril construct gradient-descent.");
  TokenShape shape{};
  int64_t segments = 1;
  try {
    ConfigSection task(tree, name() + " (gril_task)");
    task.need("inputs");
    task.need("outputs");
    task.need("layout");
    inputs_ = static_cast<std::size_t>(task.integer("inputs", 1, 1, kLargest));
    outputs_ = static_cast<std::size_t>(task.integer("outputs", 1, 1, kLargest));
    layout_ = token_layout_from_name(task.text("layout", ""));
    segments = task.integer("segments", segments, 1);
    shape = token_shape(layout_, static_cast<int64_t>(inputs_), static_cast<int64_t>(outputs_));
  } catch (const InvalidArgument& error) {
    throw InvalidFile(error.what());
  }
  require(segments == 1, kWhere, name(),
          ": the examples must come in one segment, because a table marks none; got a task of ",
          segments, " segments. Use a model of a task without segments.");
  require_file(static_cast<std::size_t>(shape.width) == model_.input_size() &&
                   outputs_ == model_.output_size(),
               kWhere, name(), ": the model must take tokens of ", shape.width, " and give ",
               outputs_, " features to fit its task; got ", model_.input_size(), " and ",
               model_.output_size(), ". Write the model anew.");
}

bool InContextRegressor::remembers_example() const {
  return layout_ == TokenLayout::kWindowed || layout_ == TokenLayout::kConstructed;
}

void InContextRegressor::predict(std::span<const double> x, std::span<double> prediction) {
  require(x.size() == inputs_ && prediction.size() == outputs_, "regressor",
          "x and prediction must have ", inputs_, " and ", outputs_, " features; got ", x.size(),
          " and ", prediction.size(), ". Use the sizes of the model.");
  write_query_token(x);
  model_.peek(token_, prediction);
}

void InContextRegressor::observe(std::span<const double> x, std::span<const double> y) {
  require(x.size() == inputs_ && y.size() == outputs_, "regressor", "x and y must have ", inputs_,
          " and ", outputs_, " features; got ", x.size(), " and ", y.size(),
          ". Use the sizes of the model.");
  if (remembers_example()) {
    observe_with_next(x, y);
    return;
  }
  write_query_token(x);
  if (layout_ == TokenLayout::kPairs) {
    std::copy(y.begin(), y.end(), token_.begin() + distance(inputs_));
  }
  model_.step(token_, ignored_);
  if (layout_ == TokenLayout::kPairs) return;
  write_target_token(y);
  model_.step(token_, ignored_);
}

// The token of an example holds the next input, so it is complete one example later.
void InContextRegressor::observe_with_next(std::span<const double> x, std::span<const double> y) {
  if (previous_.back() != 0.0) {
    write_query_token(x);
    model_.step(token_, ignored_);
  }
  auto place = std::copy(x.begin(), x.end(), previous_.begin());
  place = std::copy(y.begin(), y.end(), place);
  *place = 1.0;
}

// The token whose output is the prediction for x.
void InContextRegressor::write_query_token(std::span<const double> x) {
  std::fill(token_.begin(), token_.end(), 0.0);
  auto query = token_.begin();
  if (layout_ == TokenLayout::kWindowed) {
    query = std::copy(previous_.begin(), previous_.end() - 1, token_.begin());
  } else if (layout_ == TokenLayout::kConstructed) {
    const double target = previous_[inputs_];
    query = std::transform(previous_.begin(), previous_.begin() + distance(inputs_), token_.begin(),
                           [target](double feature) { return target * feature; });
  }
  std::copy(x.begin(), x.end(), query);
}

// The token that shows y after x, its features last.
void InContextRegressor::write_target_token(std::span<const double> y) {
  std::fill(token_.begin(), token_.end(), 0.0);
  std::copy(y.begin(), y.end(), token_.end() - distance(outputs_));
}

void InContextRegressor::prepend(const InContextRegressor& earlier, int64_t examples) {
  InContextRegressor first = earlier;
  if (examples == 0) {
    model_.prepend(first.model_, 0);
    previous_ = first.previous_;
    return;
  }
  // The last example of `earlier` is complete in the token that shows the first input of this one.
  const bool shared_token = remembers_example() && first.previous_.back() != 0.0;
  if (shared_token) {
    first.write_query_token(std::vector<double>(inputs_, 0.0));
    first.model_.step(first.token_, first.ignored_);
  }
  model_.prepend(first.model_, remembers_example() ? examples - 1 : examples);
}

void InContextRegressor::reset() {
  model_.reset();
  std::fill(previous_.begin(), previous_.end(), 0.0);
}

std::vector<double> InContextRegressor::state() const {
  std::vector<double> numbers(model_.state().begin(), model_.state().end());
  numbers.insert(numbers.end(), previous_.begin(), previous_.end());
  return numbers;
}

void InContextRegressor::set_state(std::span<const double> numbers) {
  const std::size_t model_numbers = model_.state().size();
  require_file(numbers.size() == model_numbers + previous_.size(), "stream_state",
               "the state of the model must hold ", model_numbers + previous_.size(),
               " numbers; got ", numbers.size(), ". Save the state anew.");
  const auto middle = numbers.begin() + distance(model_numbers);
  std::copy(numbers.begin(), middle, model_.state().begin());
  std::copy(middle, numbers.end(), previous_.begin());
}

std::string InContextRegressor::save() const { return encode_state(model_.fingerprint(), state()); }

void InContextRegressor::restore(std::string_view bytes) {
  const std::size_t count = model_.state().size() + previous_.size();
  set_state(decode_state(bytes, model_.fingerprint(), count).numbers);
}

}  // namespace gril::stream
