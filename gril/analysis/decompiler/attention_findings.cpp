#include "gril/analysis/decompiler/attention_findings.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "gril/analysis/tensor_json.h"

namespace gril {
namespace {

HeadOptions head_options(const AnalysisOptions& options, int64_t heads, int64_t width) {
  return {.heads = heads, .width = width, .seed = options.seed};
}

void find_heads(AttentionFindings& found, const torch::Tensor& tensor,
                const AnalysisOptions& options) {
  if (!(tensor != 0).any().item<bool>()) return;
  const int64_t d = tensor.size(1);
  const int64_t most = std::min({options.most_heads, tensor.size(0) * d, d * d});
  for (int64_t heads = 1; heads <= most && found.heads == 0; ++heads) {
    found.nearest.push_back(
        nearest_heads(tensor, head_options(options, heads, options.head_width)));
    if (found.nearest.back().distance <= kNearAttention) found.heads = heads;
  }
}

/// The nearest layer with as many heads as the teacher, beside it.
void match_teacher(TeacherFindings& result, const AttentionFindings& found,
                   const torch::Tensor& tensor, const AttentionWeights& teacher,
                   const AnalysisOptions& options) {
  const AttentionHeads given = heads_of(teacher);
  const int64_t heads = given.values.size(0);
  const int64_t d = tensor.size(1);
  if (found.nearest.empty() || heads > std::min(tensor.size(0) * d, d * d)) {
    result.match_obstacle = "the function has no such heads";
    return;
  }
  constexpr int64_t kMostHeads = 8;
  if (heads > kMostHeads) {
    result.match_obstacle = "the teacher has more than 8 heads";
    return;
  }
  const bool at_hand = heads <= static_cast<int64_t>(found.nearest.size());
  const HeadDecomposition nearest =
      at_hand ? found.nearest[static_cast<std::size_t>(heads) - 1]
              : nearest_heads(tensor, head_options(options, heads, options.head_width));
  result.match = match_heads(nearest.heads, given);
  result.heads = align_heads(nearest.heads, given, *result.match);
}

/// In how many directions the teacher itself remembers and asks.
void measure_modes(TeacherFindings& result, const torch::Tensor& tensor,
                   const SampleSequences& sequences) {
  const PolynomialKernels kernels =
      visible_kernels(attention_kernels(tensor), sequences.read_features);
  result.memory = memory_modes(kernels, result.decay.eigenvalue, sequences);
  result.queries = query_modes(kernels, result.decay.eigenvalue, sequences);
}

TeacherFindings compare(const AttentionFindings& found, const torch::Tensor& tensor,
                        const TeacherAttention& teacher, const StateForms& forms,
                        const SampleSequences& sequences, const AnalysisOptions& options) {
  TeacherFindings result;
  result.source = teacher.source;
  const bool side_gate = forms.eigenvalues.size(0) > forms.neurons;
  result.obstacle =
      representation_obstacle(teacher, tensor.size(1), tensor.size(0), forms.neurons, side_gate);
  result.comparable = teacher.tensor.sizes() == tensor.sizes() &&
                      !(teacher.weights && teacher.weights->rotation != 0.0);
  if (!result.comparable) return result;
  result.tensor = tensor_distance(tensor, teacher.tensor);
  result.trilinear = teacher.tensor;
  result.decay = teacher.decay();
  measure_modes(result, teacher.tensor, sequences);
  if (teacher.weights) {
    match_teacher(result, found, tensor, *teacher.weights, options);
  } else {
    result.match_obstacle = "the teacher is known by its function alone";
  }
  return result;
}

void probe(AttentionFindings& found, const StateForms& forms, const FunctionFindings& function,
           const std::optional<TeacherAttention>& teacher, const SampleSequences& sequences) {
  std::optional<AttentionWeights> weights;
  if (found.teacher && found.teacher->comparable) weights = teacher->weights;
  found.probed = weights ? found.teacher->source : "the nearest head";
  if (!weights && found.heads == 1) weights = factored(found.nearest.front().heads);
  if (!weights) {
    found.key_values.obstacle = found.queries.obstacle =
        "there is no teacher with matrices, and the function is not near one head";
    return;
  }
  found.key_values = key_value_probe(forms, function.decay.eigenvalue, *weights, sequences);
  found.queries = query_probe(forms, *weights, sequences);
}

Json teacher_json(const TeacherFindings& teacher) {
  Json result = {{"source", teacher.source}, {"representable", !teacher.obstacle}};
  if (teacher.obstacle) result["reason"] = *teacher.obstacle;
  result["applies"] = teacher.comparable;
  if (!teacher.comparable) return result;
  result["tensor"] = to_json(teacher.tensor);
  result["trilinear_tensor"] = tensor_json(teacher.trilinear);
  result["memory_decay"] = to_json(teacher.decay);
  result["memory_modes"] = to_json(teacher.memory);
  result["query_modes"] = to_json(teacher.queries);
  result["heads"] = {{"applies", teacher.match.has_value()}};
  if (teacher.match) {
    result["heads"].update(to_json(*teacher.match));
    result["heads"]["found"] = to_json(teacher.heads.found);
    result["heads"]["given"] = to_json(teacher.heads.given);
  } else {
    result["heads"]["reason"] = teacher.match_obstacle;
  }
  return result;
}

}  // namespace

AttentionFindings find_attention(const StateForms& forms, const FunctionFindings& function,
                                 const std::optional<TeacherAttention>& teacher,
                                 const SampleSequences& sequences, const AnalysisOptions& options) {
  AttentionFindings found;
  find_heads(found, function.tensor, options);
  if (teacher) found.teacher = compare(found, function.tensor, *teacher, forms, sequences, options);
  probe(found, forms, function, teacher, sequences);
  return found;
}

Json to_json(const AttentionFindings& attention) {
  Json nearest = Json::array();
  for (const HeadDecomposition& decomposition : attention.nearest) {
    nearest.push_back(to_json(decomposition));
  }
  Json result = {{"applies", true},
                 {"near", kNearAttention},
                 {"heads", attention.heads},
                 {"nearest", nearest},
                 {"probed", attention.probed},
                 {"key_value_probe", to_json(attention.key_values)},
                 {"query_probe", to_json(attention.queries)}};
  if (attention.teacher) {
    result["teacher"] = teacher_json(*attention.teacher);
  } else {
    result["teacher"] = {{"applies", false},
                         {"reason", "neither the model file nor the caller names a teacher"}};
  }
  return result;
}

}  // namespace gril
