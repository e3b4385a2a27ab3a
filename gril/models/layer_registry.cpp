#include "gril/models/layer_registry.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "gril/layers/deep_gril.h"
#include "gril/layers/dropout.h"
#include "gril/layers/embedding.h"
#include "gril/layers/gated_activation.h"
#include "gril/layers/gated_linear_rnn.h"
#include "gril/layers/gated_linear_unit.h"
#include "gril/layers/gril_layer.h"
#include "gril/layers/gru.h"
#include "gril/layers/linear_attention.h"
#include "gril/layers/linear_layer.h"
#include "gril/layers/linear_recurrent_unit.h"
#include "gril/layers/lstm.h"
#include "gril/layers/multilayer_perceptron.h"
#include "gril/layers/normalization.h"
#include "gril/layers/positional_embedding.h"
#include "gril/layers/running_mean.h"
#include "gril/layers/selective_state_space.h"
#include "gril/layers/softmax_attention.h"
#include "gril/models/append.h"
#include "gril/models/bidirectional.h"
#include "gril/models/document_pair.h"
#include "gril/models/residual.h"
#include "gril/models/tied_embedding.h"
#include "gril/models/token_groups.h"

namespace gril {
namespace {

using Factory = std::function<ConfiguredLayer(ConfigSection&)>;
using Line = std::pair<std::string, Factory>;

template <typename Layer, typename Options>
Line line(const char* kind, Options (*read_options)(ConfigSection&)) {
  return {kind, [read_options](ConfigSection& section) -> ConfiguredLayer {
            const Options options = read_options(section);
            return {std::make_shared<Layer>(options), to_json(options)};
          }};
}

/// Two stacks inside the stack: the options are those of their layers.
ConfiguredLayer make_bidirectional(ConfigSection& section) {
  auto layer = std::make_shared<Bidirectional>(section);
  Json options = {{"forward", layer->forward_body().config()},
                  {"backward", layer->backward_body().config()}};
  return {std::move(layer), std::move(options)};
}

/// A stack inside the stack: its options are those of its layers.
template <typename Layer>
ConfiguredLayer make_stack(ConfigSection& section) {
  auto layer = std::make_shared<Layer>(section);
  Json options = layer->body().config();
  return {std::move(layer), std::move(options)};
}

/// A stack inside the stack, and options beside it.
template <typename Layer>
ConfiguredLayer make_stack_with_options(ConfigSection& section) {
  auto layer = std::make_shared<Layer>(section);
  Json options = to_json(*layer);
  return {std::move(layer), std::move(options)};
}

/// One line per layer.
const std::vector<Line>& registry() {
  static const std::vector<Line> table = {
      {"append", make_stack<Append>},
      {"bidirectional", make_bidirectional},
      line<DeepGril>("deep_gril", read_deep_gril_options),
      {"document_pair", make_stack<DocumentPair>},
      line<Dropout>("dropout", read_dropout_options),
      line<Embedding>("embedding", read_embedding_options),
      line<GatedActivation>("gated_activation", read_gated_activation_options),
      line<GatedLinearRnn>("gated_linear_rnn", read_gated_linear_rnn_options),
      line<GatedLinearUnit>("gated_linear_unit", read_gated_linear_unit_options),
      line<GrilLayer>("gril", read_gril_layer_options),
      line<Gru>("gru", read_recurrent_cell_options),
      line<LinearLayer>("linear", read_linear_layer_options),
      line<LinearAttention>("linear_attention", read_linear_attention_options),
      line<LinearRecurrentUnit>("linear_recurrent_unit", read_linear_recurrent_unit_options),
      line<Lstm>("lstm", read_recurrent_cell_options),
      line<MultilayerPerceptron>("multilayer_perceptron", read_multilayer_perceptron_options),
      line<Normalization>("normalization", read_normalization_options),
      line<PositionalEmbedding>("positional_embedding", read_positional_embedding_options),
      {"residual", make_stack<Residual>},
      line<RunningMean>("running_mean", read_running_mean_options),
      line<SelectiveStateSpace>("selective_state_space", read_selective_state_space_options),
      line<SoftmaxAttention>("softmax_attention", read_softmax_attention_options),
      {"tied_embedding", make_stack_with_options<TiedEmbedding>},
      {"token_groups", make_stack_with_options<TokenGroups>},
  };
  return table;
}

std::vector<std::string> registered_names() {
  std::vector<std::string> names;
  for (const auto& [name, factory] : registry()) names.push_back(name);
  return names;
}

}  // namespace

const std::vector<std::string>& layer_kinds() {
  static const std::vector<std::string> names = registered_names();
  return names;
}

ConfiguredLayer make_layer(ConfigSection& section) {
  section.need("kind");
  const std::string kind = section.choice("kind", "", layer_kinds());
  const auto found = std::find_if(registry().begin(), registry().end(),
                                  [&](const Line& entry) { return entry.first == kind; });
  ConfiguredLayer result = found->second(section);
  Json options = {{"kind", kind}};
  options.update(result.options);
  result.options = std::move(options);
  return result;
}

}  // namespace gril
