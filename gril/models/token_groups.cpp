#include "gril/models/token_groups.h"

#include <ATen/ATen.h>

#include <iterator>
#include <utility>

#include "gril/base/check.h"
#include "gril/base/seed.h"
#include "gril/layers/padded_sequences.h"
#include "gril/layers/parameter_initialization.h"
#include "gril/layers/whole_sequence.h"
#include "gril/models/inner_parameters.h"

namespace gril {
namespace {

constexpr const char* kWhere = "token_groups";
constexpr int64_t kTime = 1;
constexpr int64_t kMostNumbers = int64_t{1} << 40;  ///< of a group: their count must not overflow
/// Places in the state; that of the body stands behind them.
constexpr std::size_t kWaiting = 0;  ///< tokens of the group that is not complete
constexpr std::size_t kCount = 1;    ///< their number
constexpr std::size_t kLatest = 2;   ///< output for the last complete group
constexpr std::ptrdiff_t kOwn = 3;

TokenGroupsOptions read_options(ConfigSection& section) {
  TokenGroupsOptions options;
  for (const char* key : {"input_size", "group_size"}) section.need(key);
  options.input_size = section.integer("input_size", options.input_size, 1);
  options.group_size = section.integer("group_size", options.group_size, 2);
  require(options.input_size <= kMostNumbers / options.group_size, kWhere, section.name(),
          ": a group may have ", kMostNumbers, " numbers; got ", options.group_size, " tokens of ",
          options.input_size, ".");
  return options;
}

/// The tokens that wait for the rest of their group, in every sequence.
int64_t waiting_tokens(const at::Tensor& count, int64_t group_size) {
  if (count.numel() == 0) return 0;
  const auto lowest = count.min().item<int64_t>();
  const auto highest = count.max().item<int64_t>();
  TORCH_CHECK_VALUE(lowest == highest && lowest >= 0 && highest < group_size, "[", kWhere,
                    "] the tokens of a group that is not complete must be one number in 0 … ",
                    group_size - 1, " for all sequences; got ", lowest, " … ", highest,
                    ". Give sequences that stand at different places of their groups one by one.");
  return lowest;
}

/// Tokens (B, n, D) with zeros behind them, `length` in all.
at::Tensor filled_up(const at::Tensor& tokens, int64_t length) {
  return at::constant_pad_nd(tokens, {0, 0, 0, length - tokens.size(kTime)}, 0);
}

}  // namespace

TokenGroups::TokenGroups(ConfigSection& section)
    : options_(read_options(section)),
      body_(std::make_shared<SequenceModel>(section, section.name())) {
  require(body_->input_symbols() == 0, kWhere, section.name(),
          ": the layers must take the features of a group; got layers that take symbols.");
  const int64_t group_features = options_.group_size * options_.input_size;
  group_map_ =
      register_parameter("group_map", parameter_zeros({body_->input_size(), group_features}));
  register_module("body", body_);
  TokenGroups::initialize(0);
}

void TokenGroups::initialize(uint64_t seed) {
  draw_map(group_map_, seed, "group_map");
  body_->initialize(child_seed(seed, "body"));
}

torch::Tensor TokenGroups::groups_of(const torch::Tensor& tokens) const {
  const int64_t groups = tokens.size(kTime) / options_.group_size;
  return at::linear(tokens.reshape({tokens.size(0), groups, group_map_.size(1)}), group_map_);
}

torch::Tensor TokenGroups::for_each_token(const torch::Tensor& outputs) const {
  const int64_t batch = outputs.size(0);
  const int64_t groups = outputs.size(kTime);
  return outputs.unsqueeze(2)
      .expand({batch, groups, options_.group_size, output_size()})
      .reshape({batch, groups * options_.group_size, output_size()});
}

SequenceOutput TokenGroups::forward(const torch::Tensor& input, const LayerState& state) const {
  check_sequence_input(input, input_size(), group_map_, kWhere);
  const int64_t length = input.size(kTime);
  if (!causal()) {
    return {forward_padded({input, {}}).tokens,
            whole_sequence_end(state, initial_state(input.size(0)), length, kWhere)};
  }
  const LayerState zeros = initial_state(input.size(0));
  const LayerState& before = state.empty() ? zeros : state;
  TORCH_CHECK_VALUE(before.size() == zeros.size(), "[", kWhere, "] state must hold ", zeros.size(),
                    " tensors; got ", before.size(),
                    ". Pass initial_state(batch) or the state of an earlier call.");
  check_layer_state({before.begin(), before.begin() + kOwn}, {zeros.begin(), zeros.begin() + kOwn},
                    kWhere);
  const int64_t waiting = waiting_tokens(before[kCount], options_.group_size);
  const at::Tensor tokens = at::cat({before[kWaiting].narrow(kTime, 0, waiting), input}, kTime);
  const int64_t complete = (waiting + length) / options_.group_size;
  const int64_t rest = (waiting + length) % options_.group_size;
  SequenceOutput inner{{}, {before.begin() + kOwn, before.end()}};
  at::Tensor outputs = before[kLatest].unsqueeze(kTime);
  if (complete > 0) {
    const int64_t in_groups = complete * options_.group_size;
    inner = body_->forward(groups_of(tokens.narrow(kTime, 0, in_groups)), inner.state);
    outputs = at::cat({outputs, inner.output}, kTime);
  }
  LayerState after = {
      filled_up(tokens.narrow(kTime, waiting + length - rest, rest), options_.group_size - 1),
      at::full_like(before[kCount], rest), outputs.select(kTime, complete).clone()};
  after.insert(after.end(), std::make_move_iterator(inner.state.begin()),
               std::make_move_iterator(inner.state.end()));
  return {for_each_token(outputs).narrow(kTime, waiting + 1, length), std::move(after)};
}

SequenceOutput TokenGroups::step(const torch::Tensor& input, const LayerState& state) const {
  if (!causal()) refuse_single_token(kWhere);
  return SequenceLayer::step(input, state);
}

PaddedSequences TokenGroups::forward_padded(const PaddedSequences& sequences) const {
  if (causal()) return SequenceLayer::forward_padded(sequences);
  check_sequence_input(sequences.tokens, input_size(), group_map_, kWhere);
  const int64_t length = sequences.tokens.size(kTime);
  const int64_t group_size = options_.group_size;
  const int64_t groups = (length + group_size - 1) / group_size;
  PaddedSequences grouped = sequences;
  if (sequences.lengths.defined()) {
    // A group may begin inside a sequence and end in its padding.
    grouped = clear_padding(sequences);
    grouped.lengths = at::floor_divide(sequences.lengths + (group_size - 1), group_size);
  }
  grouped.tokens = groups_of(filled_up(grouped.tokens, groups * group_size));
  const PaddedSequences inner = body_->forward_cleared(std::move(grouped));
  return {for_each_token(inner.tokens).narrow(kTime, 0, length), sequences.lengths};
}

LayerState TokenGroups::initial_state(int64_t batch) const {
  if (!causal()) return whole_sequence_start(batch, *this);
  const auto zeros = [&](at::IntArrayRef sizes) { return at::zeros(sizes, group_map_.options()); };
  LayerState state = {
      zeros({batch, options_.group_size - 1, options_.input_size}),
      at::zeros({batch}, group_map_.options().dtype(at::kLong).requires_grad(false)),
      zeros({batch, output_size()})};
  for (at::Tensor& part : body_->initial_state(batch)) state.push_back(std::move(part));
  return state;
}

std::vector<std::string> TokenGroups::recurrence_parameters() const {
  return inner_recurrence_parameters(*body_, "body");
}

double TokenGroups::operations_per_token() const {
  const double map =
      static_cast<double>(options_.input_size) * static_cast<double>(body_->input_size());
  return 2.0 * map + body_->operations_per_token() / static_cast<double>(options_.group_size);
}

Json to_json(const TokenGroups& layer) {
  Json json = {{"input_size", layer.options().input_size},
               {"group_size", layer.options().group_size}};
  json.update(layer.body().config());
  return json;
}

}  // namespace gril
