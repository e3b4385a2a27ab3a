#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gril::stream {

struct StreamWeights;

/// A model that runs one token at a time without libtorch: GRIL layers, residual ones of them and
/// the layers that look at one token (stream_layer_reader.h). All memory is taken when
/// the model is opened or copied; afterwards a step costs the same time for ever and allocates
/// nothing. Arithmetic is float64, whatever the file stores.
///
/// A copy is a fork: it shares the weights, which never change, and has a state of its own.
/// One object serves one thread at a time; forks may run in different threads.
///
///     StreamModel model("model.safetensors");
///     std::vector<double> output(model.output_size());
///     for (const auto& token : tokens) model.step(token, output);
class StreamModel {
 public:
  /// Opens a model file. Errors: as read_stream_weights (stream_weights.h).
  explicit StreamModel(const std::filesystem::path& path);

  std::size_t input_size() const;   ///< features of a token
  std::size_t output_size() const;  ///< features of an output

  /// One token: writes the output after it and moves the state on. The law of the layers.
  /// token   input_size() numbers; output: output_size() numbers; they may not overlap.
  /// errors  InvalidArgument "[stream_model] …" when a size is wrong; nothing has changed then.
  void step(std::span<const double> token, std::span<double> output);

  /// The output that step would write, with the state left as it was. Costs a copy of the state
  /// more than step.
  void peek(std::span<const double> token, std::span<double> output);

  /// Back to the state before the first token.
  void reset();

  /// The state as bytes (stream_state.h), and back. restore checks the bytes before it changes
  /// anything. Errors: as decode_state.
  std::string save() const;
  void restore(std::string_view bytes);

  /// Whether the states of two halves of a stream add up to the state of the whole: every layer
  /// with a state has window and stride 1, and its values and keys are functions of the current
  /// token alone. So it is for the constructions of gradient descent on windowed, pairs and
  /// constructed tokens, and for no stack that reads a state to write another.
  bool states_add_up() const;
  /// Turns the state after `steps` tokens into the one after the tokens of `earlier` and these.
  /// errors  InvalidArgument "[stream_model] …" unless states_add_up() and both run one model.
  void prepend(const StreamModel& earlier, int64_t steps);

  /// Numbers of the state, for callers that keep it with their own.
  std::span<const double> state() const { return state_; }
  std::span<double> state() { return state_; }
  /// Hash of configuration and weights.
  uint64_t fingerprint() const;

  /// The file's name and its metadata gril_task (JSON text, empty when absent).
  const std::string& name() const;
  const std::string& task() const;

 private:
  void check_sizes(std::size_t token, std::size_t output) const;

  std::shared_ptr<const StreamWeights> weights_;
  std::vector<double> state_;  // of all layers, one after another
  std::vector<double> spare_;  // a second state for peek
  std::vector<double> scratch_;
};

}  // namespace gril::stream
