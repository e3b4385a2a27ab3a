#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gril/base/config_section.h"
#include "gril/models/sequence_model.h"

namespace gril {

/// Two documents read apart by one stack of layers and then compared, kind "document_pair": the
/// first layer of a model that says how two documents are related.
/// Source: the Retrieval task of Long Range Arena (arXiv 2011.04006); these four parts, as the code
/// of S5 (arXiv 2208.04933) has them.
///
///     y = [a ; b ; a - b ; a ⊙ b],  a = f(x¹_1 … x¹_m)_m and b = f(x²_1 … x²_n)_n, f the body
///
/// A token holds one token of each document side by side; each document ends where its own length
/// says. The output is one vector, so the result has T = 1 and no lengths.
///
/// Configuration, a stack inside a stack:
///     [[model.layers]]
///     kind = "document_pair"
///     [[model.layers.layers]]
///     kind = "embedding"     # as in [[model.layers]]
///     ...
/// Parameters: body.layers.<index>.<name>.
///
/// Not causal, so the law of sequence_layer.h about pieces and single tokens cannot hold: forward
/// takes whole sequences only, step is refused.
/// State: the tokens seen (B), int64, which tells a pair that starts from one that goes on.
class DocumentPair : public SequenceLayer {
 public:
  /// Of a section whose "kind" has been read. Starts as initialize(0), float32.
  /// Errors: InvalidArgument as in SequenceModel.
  explicit DocumentPair(const ConfigSection& section);

  /// input   (B, T, 2 w), w the input_size of the body: numbers, or int64 symbols where it takes
  ///         symbols; both documents have T tokens.
  /// returns output (B, 1, 4 m), m the output_size of the body.
  /// errors  c10::ValueError "[document_pair] …" for another shape, a symbol the body does not know
  ///         and a state that has seen tokens.
  SequenceOutput forward(const torch::Tensor& input, const LayerState& state) const override;
  /// errors  c10::ValueError "[document_pair] …", always.
  SequenceOutput step(const torch::Tensor& input, const LayerState& state) const override;
  /// lengths (B, 2), int64, or undefined; those of the result are undefined.
  /// errors  also c10::ValueError "[padding] …" for lengths of another shape.
  PaddedSequences forward_padded(const PaddedSequences& sequences) const override;
  LayerState initial_state(int64_t batch) const override;
  bool causal() const override { return false; }
  int64_t input_size() const override { return 2 * body_->input_size(); }
  int64_t output_size() const override { return 4 * body_->output_size(); }
  int64_t input_symbols() const override { return body_->input_symbols(); }
  void set_noise_seed(std::optional<uint64_t> seed) override { body_->set_noise_seed(seed); }
  void initialize(uint64_t seed) override { body_->initialize(seed); }
  std::vector<std::string> recurrence_parameters() const override;
  /// The body twice, for the two tokens side by side.
  double operations_per_token() const override { return 2.0 * body_->operations_per_token(); }

  const SequenceModel& body() const { return *body_; }

 private:
  std::shared_ptr<SequenceModel> body_;
};

}  // namespace gril
