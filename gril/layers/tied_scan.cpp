#include "gril/layers/tied_scan.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/custom_function.h>

#include <vector>

#include "gril/layers/token_window.h"
#include "gril/ops/outer_product_scan/ranked_outer_product_scan.h"

namespace gril {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;
using OptionalTensor = c10::optional<at::Tensor>;

OptionalTensor optional_of(const at::Tensor& tensor) {
  return tensor.defined() ? OptionalTensor(tensor) : c10::nullopt;
}

at::Tensor split_heads(const at::Tensor& mixed, int64_t heads) {
  return mixed.view({mixed.size(0), mixed.size(1), mixed.size(2) * heads, mixed.size(3) / heads});
}

/// The layout of mix_windows again.
at::Tensor join_heads(const at::Tensor& gradient, int64_t heads) {
  return gradient.reshape(
      {gradient.size(0), gradient.size(1), gradient.size(2) / heads, gradient.size(3) * heads});
}

at::Tensor sum_of_defined(const at::Tensor& a, const at::Tensor& b) {
  return b.defined() ? a + b : a;
}

/// Written out as one node because the operations are small: as torch operations most of a training
/// step would go into calls.
class TiedScanFunction : public torch::autograd::Function<TiedScanFunction> {
 public:
  /// Places among the arguments that are there; the values come first of those that may be absent.
  enum Place : std::size_t { kKeys = 0, kQueries = 1, kValues = 5 };

  static variable_list forward(AutogradContext* context, const Variable& key_stream,
                               const Variable& query_stream, const Variable& offset_weights,
                               const Variable& query_offsets, const Variable& decay,
                               const OptionalTensor& value_stream, const OptionalTensor& state,
                               int64_t heads, bool strict, const UpdateSchedule& schedule) {
    const at::Tensor query_row = query_offsets.unsqueeze(0);
    const at::Tensor values =
        value_stream.has_value()
            ? split_heads(copy_windows(*value_stream, offset_weights.size(1), schedule), heads)
            : at::ones({key_stream.size(0), schedule.count, heads, 1}, key_stream.options());
    const at::Tensor keys = split_heads(mix_windows(offset_weights, key_stream, schedule), heads);
    const at::Tensor queries = split_heads(mix_windows(query_row, query_stream, schedule), heads);
    const at::Tensor before = state.value_or(at::Tensor());
    auto [readings, last] =
        ranked_outer_product_scan({values, keys, queries, decay, before, strict});
    context->save_for_backward({values, keys, queries, decay, before, offset_weights, query_row,
                                key_stream, query_stream});
    context->saved_data["heads"] = heads;
    context->saved_data["strict"] = strict;
    context->saved_data["has_values"] = value_stream.has_value();
    context->saved_data["schedule"] = std::vector<int64_t>{
        schedule.length, schedule.stride, (schedule.stride - schedule.first) % schedule.stride};
    context->set_materialize_grads(false);
    return {readings, last, queries};
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    TORCH_CHECK_NOT_IMPLEMENTED(!c10::GradMode::is_enabled(),
                                "[gril] gradients are of first order only; got a request for the "
                                "second.");
    const variable_list saved = context->get_saved_variables();
    const int64_t heads = context->saved_data["heads"].toInt();
    const UpdateSchedule schedule = schedule_of(context);
    const bool of_values =
        context->saved_data["has_values"].toBool() && context->needs_input_grad(kValues);
    const RankedScanGradients scan = scan_gradients(
        {saved[0], saved[1], saved[2], saved[3], saved[4], context->saved_data["strict"].toBool()},
        gradients, of_values);
    const at::Tensor& offset_weights = saved[5];
    const MixGradients keys =
        mix_windows_backward(offset_weights, saved[7], schedule, join_heads(scan.keys, heads),
                             context->needs_input_grad(kKeys));
    const MixGradients queries = mix_windows_backward(
        saved[6], saved[8], schedule, join_heads(sum_of_defined(scan.queries, gradients[2]), heads),
        context->needs_input_grad(kQueries));
    at::Tensor values;
    if (of_values) values = copy_windows_backward(join_heads(scan.values, heads), schedule);
    const at::Tensor state = saved[4].defined() ? scan.initial_state : at::Tensor();
    return {keys.padded, queries.padded, keys.weights, queries.weights.squeeze(0),
            scan.decay,  values,         state,        Variable(),
            Variable(),  Variable()};
  }

 private:
  static UpdateSchedule schedule_of(AutogradContext* context) {
    const auto numbers = context->saved_data["schedule"].toIntVector();
    return {numbers[0], numbers[1], numbers[2]};
  }

  static RankedScanGradients scan_gradients(const RankedScanArguments& arguments,
                                            const variable_list& gradients, bool of_values) {
    const auto& queries = arguments.queries;
    const at::Tensor readings = gradients[0].defined()
                                    ? gradients[0]
                                    : at::zeros({queries.size(0), queries.size(1), queries.size(2),
                                                 arguments.values.size(3)},
                                                queries.options());
    return ranked_outer_product_scan_backward(arguments, readings, gradients[1], of_values);
  }
};

}  // namespace

WindowedScan tied_scan(const TiedScanArguments& arguments, const UpdateSchedule& schedule) {
  const auto results = TiedScanFunction::apply(
      arguments.keys, arguments.queries, arguments.offset_weights, arguments.query_offsets,
      arguments.decay, optional_of(arguments.values), optional_of(arguments.state), arguments.heads,
      arguments.strict, schedule);
  return {results[0], results[1], results[2]};
}

}  // namespace gril
