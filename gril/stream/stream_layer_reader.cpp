#include "gril/stream/stream_layer_reader.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "gril/base/check.h"
#include "gril/base/nearest_word.h"
#include "gril/stream/activation_function.h"
#include "gril/stream/append_step.h"
#include "gril/stream/gril_step_weights.h"
#include "gril/stream/residual_step.h"
#include "gril/stream/tokenwise_step.h"

namespace gril::stream {
namespace {

constexpr std::string_view kWhere = "stream";

/// Where a layer is read from.
struct LayerSource {
  ConfigSection& section;
  ModelTensors& tensors;
  std::string prefix;  ///< of its tensors, "layers.0."
  const std::string& path;
};

using Layer = std::unique_ptr<const StreamLayer>;

std::size_t needed_size(ConfigSection& section, const std::string& key) {
  constexpr int64_t kLargest = 1 << 20;
  section.need(key);
  return static_cast<std::size_t>(section.integer(key, 1, 1, kLargest));
}

AffineMap take_map(const LayerSource& source, const std::string& map, const std::string& bias,
                   std::size_t rows, std::size_t columns) {
  AffineMap result;
  result.map = WindowMap(rows, columns, source.tensors.take(source.prefix + map, {rows, columns}));
  if (!bias.empty()) result.bias = source.tensors.take(source.prefix + bias, {rows});
  return result;
}

/// Whether the layer has the biases that `section` promises.
bool has_bias(ConfigSection& section) {
  section.need("bias");
  return section.flag("bias", true);
}

Layer read_gril(const LayerSource& source) {
  return std::make_unique<GrilStep>(
      read_gril_step_weights(source.section, source.tensors, source.prefix));
}

Layer read_linear(const LayerSource& source) {
  const std::size_t inputs = needed_size(source.section, "input_size");
  const std::size_t outputs = needed_size(source.section, "output_size");
  const bool bias = has_bias(source.section);
  source.section.number("initial_bias", 0.0);  // of the start of a training alone
  source.section.finish();
  return std::make_unique<LinearStep>(inputs,
                                      take_map(source, "map", bias ? "bias" : "", outputs, inputs));
}

Layer read_multilayer_perceptron(const LayerSource& source) {
  const std::size_t inputs = needed_size(source.section, "input_size");
  const std::size_t hidden = needed_size(source.section, "hidden_size");
  const std::size_t outputs = needed_size(source.section, "output_size");
  source.section.need("activation");
  const std::string activation =
      source.section.choice("activation", "", activation_function_names());
  const bool bias = has_bias(source.section);
  source.section.finish();
  AffineMap first = take_map(source, "hidden_map", bias ? "hidden_bias" : "", hidden, inputs);
  AffineMap second = take_map(source, "output_map", bias ? "output_bias" : "", outputs, hidden);
  return std::make_unique<MultilayerPerceptronStep>(
      inputs, std::move(first), activation_function(activation), std::move(second));
}

Layer read_gated_linear_unit(const LayerSource& source) {
  constexpr const char* kBilinear = "bilinear";
  const std::size_t inputs = needed_size(source.section, "input_size");
  const std::size_t outputs = needed_size(source.section, "output_size");
  std::vector<std::string> gates = activation_function_names();
  gates.emplace_back(kBilinear);
  source.section.need("gate");
  const std::string gate = source.section.choice("gate", "", gates);
  const bool bias = has_bias(source.section);
  source.section.finish();
  AffineMap gated = take_map(source, "gate_map", bias ? "gate_bias" : "", outputs, inputs);
  AffineMap linear = take_map(source, "linear_map", bias ? "linear_bias" : "", outputs, inputs);
  return std::make_unique<GatedLinearUnitStep>(
      inputs, std::move(gated), gate == kBilinear ? nullptr : activation_function(gate),
      std::move(linear));
}

/// Bodies inside bodies that a file may claim; each costs a few frames of the stack.
constexpr std::size_t kDeepestBody = 16;

std::size_t bodies_in(std::string_view prefix) {
  constexpr std::string_view kBody = "body.";
  std::size_t count = 0;
  for (auto at = prefix.find(kBody); at != prefix.npos; at = prefix.find(kBody, at + 1)) ++count;
  return count;
}

StreamStack read_body(const LayerSource& source) {
  const std::string prefix = source.prefix + "body.";
  require_file(bodies_in(prefix) <= kDeepestBody, kWhere, source.path,
               ": layers may hold one another ", kDeepestBody,
               " deep; got more. Write the model anew.");
  return read_stream_stack(source.section, source.tensors, prefix, source.path);
}

Layer read_append(const LayerSource& source) {
  return std::make_unique<AppendStep>(read_body(source));
}

Layer read_residual(const LayerSource& source) {
  StreamStack body = read_body(source);
  require_file(body.input_size() == body.output_size(), kWhere, source.path, ": ", source.prefix,
               "body must give as many features as it takes; got ", body.input_size(), " and ",
               body.output_size(), ". Write the model anew.");
  return std::make_unique<ResidualStep>(std::move(body));
}

using Reader = Layer (*)(const LayerSource&);

/// One line per kind, in alphabetical order.
const std::vector<std::pair<std::string, Reader>>& readers() {
  static const std::vector<std::pair<std::string, Reader>> table = {
      {"append", read_append},
      {"gated_linear_unit", read_gated_linear_unit},
      {"gril", read_gril},
      {"linear", read_linear},
      {"multilayer_perceptron", read_multilayer_perceptron},
      {"residual", read_residual}};
  return table;
}

std::vector<std::string> kinds() {
  std::vector<std::string> names;
  for (const auto& [name, reader] : readers()) names.push_back(name);
  return names;
}

Layer read_layer(const LayerSource& source) {
  const std::string kind = source.section.text("kind", "");
  const auto found = std::find_if(readers().begin(), readers().end(),
                                  [&](const auto& line) { return line.first == kind; });
  const std::string_view name(source.prefix.data(), source.prefix.size() - 1);
  require(found != readers().end(), kWhere, source.path, ": ", name,
          " must be of a kind that can be streamed; got \"", kind,
          "\". Kinds: ", join_words(kinds()), ".");
  return found->second(source);
}

}  // namespace

StreamStack read_stream_stack(ConfigSection& section, ModelTensors& tensors,
                              const std::string& prefix, const std::string& path) {
  std::vector<ConfigSection> sections = section.sections("layers");
  section.finish();
  require_file(!sections.empty(), kWhere, path,
               ": the model must have at least one layer; got none. Write the model anew.");
  StreamStack::Layers layers;
  for (ConfigSection& part : sections) {
    const std::string layer_prefix = concatenate(prefix, "layers.", layers.size(), '.');
    layers.push_back(read_layer({part, tensors, layer_prefix, path}));
    const bool chained = layers.size() == 1 ||
                         layers[layers.size() - 2]->output_size() == layers.back()->input_size();
    require_file(chained, kWhere, path, ": the input of ", prefix, "layers.", layers.size() - 1,
                 " must be as wide as the output of the layer before it; got ",
                 layers.back()->input_size(), ". Write the model anew.");
  }
  return StreamStack(std::move(layers));
}

}  // namespace gril::stream
