#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gril/base/token_layout.h"
#include "gril/stream/stream_model.h"

namespace gril::stream {

/// A model that learns in context, as a regressor for a stream without end: predict(x) from the
/// examples observed so far, observe(x, y) to add one. The token layout comes from the model's
/// gril_task, and the tokens are those that the layout writes for the same examples
/// (gril/base/prompt_tokens.h), so after N examples the prediction is the one of the prompt.
///
/// layout        predict(x) peeks at            observe(x, y) steps
/// windowed      [x_prev, y_prev, x]            [x_prev, y_prev, x], then remembers (x, y)
/// constructed   [y_prev·x_prev, x]             [y_prev·x_prev, x], then remembers (x, y)
/// pairs         [x, 0]                         [x, y]
/// interleaved   x                              x, then [0…0, y]
/// blocks        [x, 0]                         [x, 0], then [0, y]
/// (Before the first example x_prev and y_prev are 0, and observe only remembers: no token of the
/// layout lacks an example.)
///
/// predict changes nothing that later calls can see: it may be called for any number of x, or not
/// at all. Time and memory per call are constant; nothing is allocated.
class InContextRegressor {
 public:
  /// errors  those of StreamModel; InvalidArgument "[stream] path: …" when the file names no task,
  ///         a task other than regression, or one with segments; InvalidFile when the task does not
  ///         fit the model.
  explicit InContextRegressor(const std::filesystem::path& path);

  std::size_t inputs() const { return inputs_; }    ///< d, features of x
  std::size_t outputs() const { return outputs_; }  ///< m, features of y
  TokenLayout layout() const { return layout_; }
  /// File name of the model.
  const std::string& name() const { return model_.name(); }

  /// ŷ for x. prediction: m numbers. Errors: InvalidArgument when a size is wrong.
  void predict(std::span<const double> x, std::span<double> prediction);
  /// Adds the example (x, y). Errors: InvalidArgument when a size is wrong.
  void observe(std::span<const double> x, std::span<const double> y);

  /// Turns the state after `examples` observed examples into the one after those of `earlier` and
  /// these: S = λ^n S_earlier + S. Exact to rounding.
  /// errors  InvalidArgument, as StreamModel::prepend; layouts with windows of several tokens
  ///         (interleaved, blocks) never qualify.
  void prepend(const InContextRegressor& earlier, int64_t examples);

  /// Forgets every example.
  void reset();
  /// The state as bytes and back, as StreamModel; a copy of the object is a fork.
  std::string save() const;
  void restore(std::string_view bytes);
  /// The same state as numbers, for callers that keep it with their own; set_state checks their
  /// count. Errors: InvalidFile "[stream_state] …".
  std::vector<double> state() const;
  void set_state(std::span<const double> numbers);
  /// Of the model.
  uint64_t fingerprint() const { return model_.fingerprint(); }

 private:
  void read_task();
  bool remembers_example() const;
  void observe_with_next(std::span<const double> x, std::span<const double> y);
  void write_query_token(std::span<const double> x);
  void write_target_token(std::span<const double> y);

  StreamModel model_;
  TokenLayout layout_ = TokenLayout::kWindowed;
  std::size_t inputs_ = 0;
  std::size_t outputs_ = 0;
  std::vector<double> previous_;  // x and y of the last example, and 1 once there is one
  std::vector<double> token_;
  std::vector<double> ignored_;  // outputs that nobody asks for
};

}  // namespace gril::stream
