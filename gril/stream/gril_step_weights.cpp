#include "gril/stream/gril_step_weights.h"

#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include "gril/base/check.h"

namespace gril::stream {
namespace {

/// The options that decide which tensors there are; sizes stand in the shape.
struct LayerForm {
  GrilStepShape shape;
  std::size_t written_features = 0;
  bool learned = true;
  bool tied = true;
  bool cross_product = true;
  std::string decay;
  bool initial_weights = false;
};

std::size_t needed_size(ConfigSection& section, const std::string& key) {
  constexpr int64_t kLargest = 1 << 20;
  section.need(key);
  return static_cast<std::size_t>(section.integer(key, 1, 1, kLargest));
}

bool needed_flag(ConfigSection& section, const std::string& key) {
  section.need(key);
  return section.flag(key, false);
}

std::string needed_choice(ConfigSection& section, const std::string& key,
                          const std::vector<std::string>& allowed) {
  section.need(key);
  return section.choice(key, allowed.front(), allowed);
}

/// Absent in files from before there was a choice.
Normalisation read_normalisation(ConfigSection& section) {
  const std::string name = section.choice("normalisation", "none", {"none", "count", "power"});
  if (name == "none") return Normalisation::kNone;
  return name == "count" ? Normalisation::kCount : Normalisation::kPower;
}

LayerForm read_form(ConfigSection& section) {
  LayerForm form;
  form.shape.input_size = needed_size(section, "input_size");
  form.shape.output_size = needed_size(section, "output_size");
  form.shape.window = needed_size(section, "window");
  form.shape.stride = needed_size(section, "stride");
  form.shape.heads = needed_size(section, "heads");
  form.shape.value_size = needed_size(section, "value_size");
  form.shape.key_size = needed_size(section, "key_size");
  const auto width = static_cast<int64_t>(form.shape.input_size);
  form.written_features =
      static_cast<std::size_t>(section.integer("written_features", width, 1, width));
  const bool multiplicative = section.flag("multiplicative_readout", true);
  form.shape.strict = needed_flag(section, "strict");
  form.learned = needed_choice(section, "projections", {"learned", "identity"}) == "learned";
  form.tied = needed_flag(section, "tied");
  form.cross_product = needed_flag(section, "cross_product");
  form.decay = needed_choice(section, "decay", {"fixed", "per_head", "elementwise"});
  section.number("fixed_decay", 1.0);  // the tensor `decay` holds its value
  form.initial_weights = needed_flag(section, "initial_weights");
  form.shape.normalisation = read_normalisation(section);
  section.finish();
  require(multiplicative, "config", section.name(),
          ": a streamed gril layer needs multiplicative_readout; got one without. Run it with "
          "libtorch (gril evaluate).");
  const GrilStepShape& shape = form.shape;
  const bool plain = form.tied && shape.heads == 1 && shape.key_size == shape.input_size &&
                     form.written_features == shape.input_size &&
                     (!form.cross_product || shape.value_size == shape.input_size);
  require(form.learned || plain, "config", section.name(),
          ": identity projections need tied, one head and value_size = key_size = input_size; got "
          "another combination.");
  require(form.cross_product || shape.value_size == 1, "config", section.name(),
          ": value_size must be 1 without cross_product; got ", shape.value_size, ".");
  require(shape.normalisation == Normalisation::kNone || form.decay != "elementwise", "config",
          section.name(), ": normalisation needs one decay per head; got elementwise decay.");
  require(shape.normalisation != Normalisation::kPower || !form.tied, "config", section.name(),
          ": normalisation by the power needs untied maps; got tied ones.");
  return form;
}

/// A stored map of the first `features` of a token with zeros for the others: rows of D.
std::vector<double> of_whole_token(const LayerForm& form, std::span<const double> map,
                                   std::size_t features) {
  const std::size_t width = form.shape.input_size;
  std::vector<double> whole(map.size() / features * width, 0.0);
  for (std::size_t i = 0; i < map.size(); ++i) {
    whole[i / features * width + i % features] = map[i];
  }
  return whole;
}

/// A projection W of one token, (rows, D), stored for its first `features`, or the identity.
std::vector<double> token_map(const LayerForm& form, ModelTensors& tensors, const std::string& name,
                              std::size_t rows, std::size_t features) {
  const std::size_t width = form.shape.input_size;
  if (form.learned) {
    return of_whole_token(form, tensors.take(name, {rows, features}), features);
  }
  std::vector<double> identity(width * width, 0.0);
  for (std::size_t i = 0; i < width; ++i) identity[i * width + i] = 1.0;
  return identity;
}

/// Σ_j c_j W u_{t-j} as one map of the window: (rows, w·D) with the blocks c_j W.
WindowMap spread_over_window(const LayerForm& form, std::span<const double> map, std::size_t rows,
                             std::span<const double> offsets) {
  const std::size_t width = form.shape.input_size;
  const std::size_t columns = form.shape.window * width;
  std::vector<double> weights(rows * columns, 0.0);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t j = 0; j < form.shape.window; ++j) {
      for (std::size_t c = 0; c < width; ++c) {
        weights[row * columns + j * width + c] = offsets[j] * map[row * width + c];
      }
    }
  }
  return {rows, columns, weights};
}

/// Σ_j W_j u_{t-j}: the stored (w, rows, D) as (rows, w·D).
WindowMap join_offsets(const LayerForm& form, std::span<const double> maps, std::size_t rows) {
  const std::size_t width = form.shape.input_size;
  const std::size_t columns = form.shape.window * width;
  std::vector<double> weights(rows * columns);
  for (std::size_t i = 0; i < maps.size(); ++i) {
    const std::size_t offset = i / (rows * width);
    const std::size_t row = i / width % rows;
    weights[row * columns + offset * width + i % width] = maps[i];
  }
  return {rows, columns, weights};
}

void read_untied_maps(const LayerForm& form, ModelTensors& tensors, const std::string& prefix,
                      GrilStepWeights& weights) {
  const std::size_t values = form.shape.heads * form.shape.value_size;
  const std::size_t keys = form.shape.heads * form.shape.key_size;
  const auto map = [&](const std::string& name, std::size_t rows, std::size_t features) {
    const std::vector<double> stored =
        tensors.take(prefix + name, {form.shape.window, rows, features});
    return join_offsets(form, of_whole_token(form, stored, features), rows);
  };
  GrilStepWeights::Term term;
  if (form.cross_product) term.value = map("value_map", values, form.written_features);
  term.key = map("key_map", keys, form.written_features);
  weights.terms.push_back(std::move(term));
  weights.query = map("query_map", keys, form.shape.input_size);
}

// Column j of M weighs the value offsets that meet key offset j: one term per column in use.
void read_tied_maps(const LayerForm& form, ModelTensors& tensors, const std::string& prefix,
                    GrilStepWeights& weights) {
  const std::size_t window = form.shape.window;
  const std::size_t values = form.shape.heads * form.shape.value_size;
  const std::size_t keys = form.shape.heads * form.shape.key_size;
  const std::vector<double> key_map =
      token_map(form, tensors, prefix + "key_map", keys, form.written_features);
  const std::vector<double> query_map =
      token_map(form, tensors, prefix + "query_map", keys, form.shape.input_size);
  const auto query_offsets = tensors.take(prefix + "query_offsets", {window});
  weights.query = spread_over_window(form, query_map, keys, query_offsets);
  if (!form.cross_product) {
    const auto key_offsets = tensors.take(prefix + "key_offsets", {window});
    weights.terms.push_back({{}, spread_over_window(form, key_map, keys, key_offsets)});
    return;
  }
  const std::vector<double> value_map =
      token_map(form, tensors, prefix + "value_map", values, form.written_features);
  const auto offset_weights = tensors.take(prefix + "offset_weights", {window, window});
  for (std::size_t j = 0; j < window; ++j) {
    std::vector<double> column(window);
    std::vector<double> only_j(window, 0.0);
    only_j[j] = 1.0;
    bool used = false;
    for (std::size_t i = 0; i < window; ++i) {
      column[i] = offset_weights[i * window + j];
      used = used || column[i] != 0.0;
    }
    if (!used) continue;
    weights.terms.push_back({spread_over_window(form, value_map, values, column),
                             spread_over_window(form, key_map, keys, only_j)});
  }
}

// Λ for every number of the state, (H, dk, dv); stored as (H) or (H, dv, dk).
std::vector<double> read_decay(const LayerForm& form, ModelTensors& tensors,
                               const std::string& prefix) {
  const std::size_t heads = form.shape.heads;
  const std::size_t dv = form.shape.value_size;
  const std::size_t dk = form.shape.key_size;
  const bool elementwise = form.decay == "elementwise";
  const std::vector<std::size_t> shape =
      elementwise ? std::vector<std::size_t>{heads, dv, dk} : std::vector<std::size_t>{heads};
  const bool fixed = form.decay == "fixed";
  std::vector<double> stored = tensors.take(prefix + (fixed ? "decay" : "log_decay_rate"), shape);
  if (!fixed) {
    for (double& number : stored) number = std::exp(-std::exp(number));
  }
  std::vector<double> decay;
  decay.reserve(heads * dk * dv);
  for (std::size_t head = 0; head < heads; ++head) {
    for (std::size_t j = 0; j < dk; ++j) {
      for (std::size_t i = 0; i < dv; ++i) {
        decay.push_back(stored[elementwise ? (head * dv + i) * dk + j : head]);
      }
    }
  }
  return decay;
}

}  // namespace

GrilStepWeights read_gril_step_weights(ConfigSection& section, ModelTensors& tensors,
                                       const std::string& prefix) {
  const LayerForm form = read_form(section);
  const GrilStepShape& shape = form.shape;
  const std::size_t values = shape.heads * shape.value_size;
  const std::size_t keys = shape.heads * shape.key_size;
  GrilStepWeights weights;
  weights.shape = shape;
  // The readout first: it is always stored, so sizes that the file only claims end here.
  weights.readout = WindowMap(shape.output_size, values,
                              tensors.take(prefix + "readout", {shape.output_size, values}));
  if (form.tied) {
    read_tied_maps(form, tensors, prefix, weights);
  } else {
    read_untied_maps(form, tensors, prefix, weights);
  }
  weights.decay = read_decay(form, tensors, prefix);
  if (form.initial_weights) {
    weights.initial_weights =
        WindowMap(shape.output_size, keys,
                  tensors.take(prefix + "initial_weights", {shape.output_size, keys}));
  }
  return weights;
}

}  // namespace gril::stream
