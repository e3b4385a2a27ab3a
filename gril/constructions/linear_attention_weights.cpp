#include "gril/constructions/linear_attention_weights.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "gril/base/check.h"
#include "gril/base/config_section.h"
#include "gril/constructions/json_matrix.h"

namespace gril {
namespace {

constexpr const char* kWhere = "linear_attention";

void check_matrix(const std::vector<double>& numbers, int64_t rows, int64_t columns,
                  const char* name) {
  require(numbers.size() == static_cast<std::size_t>(rows * columns), kWhere, name, " must hold ",
          rows, " * ", columns, " numbers; got ", numbers.size(), ".");
  const bool finite =
      std::all_of(numbers.begin(), numbers.end(), [](double x) { return std::isfinite(x); });
  require(finite, kWhere, name, " must hold finite numbers; got one that is not.");
}

void check_head(const LinearAttentionWeights& a, const LinearAttentionHead& head) {
  check_matrix(head.value_weights, a.value_size, a.width, "value_weights");
  check_matrix(head.key_weights, a.key_size, a.width, "key_weights");
  check_matrix(head.query_weights, a.key_size, a.width, "query_weights");
  if (!head.output_weights.empty()) {
    check_matrix(head.output_weights, a.outputs, a.value_size, "output_weights");
    return;
  }
  require(a.outputs == a.value_size, kWhere,
          "outputs must be value_size without output_weights; got ", a.outputs, " and ",
          a.value_size, ".");
}

at::Tensor matrix_of(const std::vector<double>& numbers, int64_t rows, int64_t columns) {
  return at::tensor(numbers, at::kDouble).view({rows, columns});
}

Json head_to_json(const LinearAttentionWeights& a, const LinearAttentionHead& head) {
  return {{"value_weights", matrix_to_json(head.value_weights, a.width)},
          {"key_weights", matrix_to_json(head.key_weights, a.width)},
          {"query_weights", matrix_to_json(head.query_weights, a.width)},
          {"output_weights", head.output_weights.empty()
                                 ? Json(nullptr)
                                 : matrix_to_json(head.output_weights, a.value_size)}};
}

LinearAttentionHead read_head(const LinearAttentionWeights& a, ConfigSection& section) {
  const auto matrix = [&](const char* name, int64_t rows, int64_t columns) {
    return matrix_from_json(section.value(name), rows, columns, kWhere, name);
  };
  LinearAttentionHead head;
  head.value_weights = matrix("value_weights", a.value_size, a.width);
  head.key_weights = matrix("key_weights", a.key_size, a.width);
  head.query_weights = matrix("query_weights", a.key_size, a.width);
  if (!section.value("output_weights").is_null()) {
    head.output_weights = matrix("output_weights", a.outputs, a.value_size);
  }
  section.finish();
  return head;
}

}  // namespace

void check(const LinearAttentionWeights& attention) {
  const auto& a = attention;
  require(a.width >= 1 && a.outputs >= 1 && a.value_size >= 1 && a.key_size >= 1, kWhere,
          "width, outputs, value_size and key_size must be at least 1; got ", a.width, ", ",
          a.outputs, ", ", a.value_size, " and ", a.key_size, ".");
  require(!a.heads.empty(), kWhere, "heads must be at least 1; got 0.");
  require(a.decay > 0.0 && a.decay <= 1.0, kWhere, "decay must lie in (0, 1]; got ", a.decay, ".");
  require(a.rotation >= 0.0 && a.rotation <= std::numbers::pi, kWhere,
          "rotation must lie in [0, pi]; got ", a.rotation, ".");
  for (const LinearAttentionHead& head : a.heads) check_head(a, head);
}

void check_one_head(const LinearAttentionWeights& attention) {
  check(attention);
  require(attention.heads.size() == 1, kWhere, "this construction holds one head; got ",
          attention.heads.size(), ". The variant symmetric holds any number.");
}

AttentionMatrices attention_matrices(const LinearAttentionWeights& attention, std::size_t head) {
  const auto& a = attention;
  const LinearAttentionHead& h = a.heads.at(head);
  return {matrix_of(h.value_weights, a.value_size, a.width),
          matrix_of(h.key_weights, a.key_size, a.width),
          matrix_of(h.query_weights, a.key_size, a.width),
          h.output_weights.empty() ? at::eye(a.outputs, at::kDouble)
                                   : matrix_of(h.output_weights, a.outputs, a.value_size)};
}

int64_t parameter_count(const LinearAttentionWeights& attention) {
  std::size_t count = 0;
  for (const LinearAttentionHead& head : attention.heads) {
    count += head.value_weights.size() + head.key_weights.size() + head.query_weights.size() +
             head.output_weights.size();
  }
  return static_cast<int64_t>(count);
}

std::string sentence(const LinearAttentionWeights& attention) {
  const auto& a = attention;
  std::string weight;
  if (a.decay < 1.0) weight += concatenate(" ", a.decay, "^(t-s)");
  if (a.rotation > 0.0) weight += concatenate(" cos(", a.rotation, " (t-s))");
  return concatenate("Causal linear self-attention of width ", a.width, " with ", a.heads.size(),
                     a.heads.size() == 1 ? " head" : " heads", ": y_t = sum over s <= t of", weight,
                     " v_s (k_s . q_t)");
}

Json to_json(const LinearAttentionWeights& attention) {
  Json heads = Json::array();
  for (const auto& head : attention.heads) heads.push_back(head_to_json(attention, head));
  return {{"width", attention.width},
          {"outputs", attention.outputs},
          {"value_size", attention.value_size},
          {"key_size", attention.key_size},
          {"decay", attention.decay},
          {"rotation", attention.rotation},
          {"heads", heads}};
}

LinearAttentionWeights read_linear_attention_weights(const Json& tree, const std::string& where,
                                                     const std::string& path) {
  ConfigSection section(tree, where, path);
  for (const char* name : {"width", "outputs", "value_size", "key_size", "decay", "rotation"}) {
    section.need(name);
  }
  LinearAttentionWeights attention;
  attention.width = section.integer("width", 1, 1);
  attention.outputs = section.integer("outputs", 1, 1);
  attention.value_size = section.integer("value_size", 1, 1);
  attention.key_size = section.integer("key_size", 1, 1);
  attention.decay = section.number("decay", 1.0);
  attention.rotation = section.number("rotation", 0.0);
  auto heads = section.sections("heads");
  section.finish();
  for (ConfigSection& head : heads) attention.heads.push_back(read_head(attention, head));
  check(attention);
  return attention;
}

}  // namespace gril
