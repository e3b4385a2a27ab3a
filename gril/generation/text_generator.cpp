#include "gril/generation/text_generator.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <utility>

#include "gril/base/check.h"
#include "gril/base/seed.h"

namespace gril {
namespace {

constexpr const char* kWhere = "generate";
constexpr int64_t kLongestPiece = 1024;
constexpr int64_t kOutputsAtOnce = 1 << 22;  // 16 MiB of float32, where 1024 tokens would be more

/// In [0, 1), a multiple of 2^-53.
double uniform_number(uint64_t seed, uint64_t index) {
  return static_cast<double>(child_seed(seed, "generated symbol", index) >> 11) * 0x1.0p-53;
}

}  // namespace

TextGenerator::TextGenerator(const SequenceLayer& model, const SamplingOptions& options,
                             uint64_t seed)
    : model_(model), options_(options), seed_(seed) {
  check_sampling(options);
  const int64_t symbols = model.input_symbols();
  require(symbols > 0, kWhere,
          "the tokens of the model must be symbols; got numbers. Give a language model.");
  require(symbols == model.output_size(), kWhere, "the model must have one output per symbol; got ",
          model.output_size(), " outputs for ", symbols, " symbols.");
  require(model.causal(), kWhere,
          "the model must not read later tokens; got one that does. Give a causal model.");
  piece_ = std::clamp<int64_t>(kOutputsAtOnce / symbols, 1, kLongestPiece);
}

void TextGenerator::read(std::span<const int64_t> symbols) {
  read_drawn();
  for (std::size_t first = 0; first < symbols.size(); first += static_cast<std::size_t>(piece_)) {
    const std::size_t left = symbols.size() - first;
    read_piece(symbols.subspan(first, std::min(left, static_cast<std::size_t>(piece_))));
  }
}

void TextGenerator::read_piece(std::span<const int64_t> symbols) {
  const at::NoGradGuard no_grad;
  const auto length = static_cast<int64_t>(symbols.size());
  const torch::Tensor tokens = at::empty({1, length, 1}, at::kLong);
  std::copy(symbols.begin(), symbols.end(), tokens.data_ptr<int64_t>());
  SequenceOutput result = model_.forward(tokens, state_);
  state_ = std::move(result.state);
  logits_ = result.output[0][length - 1].to(at::kDouble, false, /*copy=*/true).contiguous();
}

void TextGenerator::read_drawn() {
  if (!unread_) return;
  const at::NoGradGuard no_grad;
  SequenceOutput result = model_.step(at::full({1, 1}, *unread_, at::kLong), state_);
  state_ = std::move(result.state);
  logits_ = result.output[0].to(at::kDouble).contiguous();
  unread_.reset();
}

int64_t TextGenerator::next() {
  read_drawn();
  require(logits_.defined(), kWhere, "the prompt must have at least 1 symbol; got none.");
  const std::span<const double> logits(logits_.data_ptr<double>(),
                                       static_cast<std::size_t>(logits_.numel()));
  const int64_t symbol =
      symbol_at(symbol_probabilities(logits, options_), uniform_number(seed_, drawn_));
  ++drawn_;
  unread_ = symbol;
  return symbol;
}

}  // namespace gril
