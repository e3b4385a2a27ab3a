#include <algorithm>

#include "gril/base/check.h"
#include "gril/base/nearest_word.h"
#include "gril/layers/gril_layer.h"

namespace gril {
namespace {

void check_sizes(const GrilLayerOptions& options) {
  const auto at_least_one = [](int64_t value, const char* name) {
    require(value >= 1, "gril", name, " must be at least 1; got ", value, ".");
  };
  at_least_one(options.input_size, "input_size");
  at_least_one(options.output_size, "output_size");
  at_least_one(options.window, "window");
  at_least_one(options.stride, "stride");
  at_least_one(options.heads, "heads");
  require(options.value_size >= 0 && options.key_size >= 0, "gril",
          "value_size and key_size must be at least 0; got ", options.value_size, " and ",
          options.key_size, ".");
  require(options.written_features >= 0 && options.written_features <= options.input_size, "gril",
          "written_features must be at most input_size, ", options.input_size,
          ", or 0 for it; got ", options.written_features, ".");
  require(options.multiplicative_readout || !options.initial_weights, "gril",
          "initial_weights need multiplicative_readout, W0 reads its query; got them without it.");
  require(options.fixed_decay > 0.0 && options.fixed_decay <= 1.0, "gril",
          "fixed_decay must lie in (0, 1]; got ", options.fixed_decay, ".");
}

int64_t size_per_head(int64_t size, const GrilLayerOptions& options, const char* name) {
  if (size > 0) return size;
  require(options.input_size % options.heads == 0, "gril", "heads must divide input_size unless ",
          name, " is given; got ", options.heads, " heads and input_size ", options.input_size,
          ".");
  return options.input_size / options.heads;
}

void check_projections(const GrilLayerOptions& options) {
  if (options.projections == "learned") return;
  require(options.projections == "identity", "gril",
          "projections must be learned or identity; got \"", options.projections, "\".");
  const bool tokens_fit = options.written_features == options.input_size &&
                          (options.value_size == options.input_size || !options.cross_product) &&
                          options.key_size == options.input_size;
  require(options.tied && options.heads == 1 && tokens_fit, "gril",
          "identity projections need tied maps, one head and value_size = key_size = "
          "written_features = input_size; got tied ",
          options.tied ? "true" : "false", ", ", options.heads, " heads, value_size ",
          options.value_size, ", key_size ", options.key_size, ", written_features ",
          options.written_features, " and input_size ", options.input_size, ".");
}

void check_normalisation(const GrilLayerOptions& options) {
  const std::string& name = options.normalisation;
  const auto& names = normalisation_names();
  require(std::find(names.begin(), names.end(), name) != names.end(), "gril",
          "normalisation must be one of ", join_words(names), "; got \"", name, "\".",
          suggestion(name, names));
  if (name == "none") return;
  require(options.multiplicative_readout, "gril", "normalisation ", name,
          " needs multiplicative_readout, it divides what a query reads; got none.");
  require(options.decay != DecayKind::kElementwise, "gril", "normalisation ", name,
          " needs one decay per head; got elementwise decay. Use fixed or per_head.");
  require(name != "power" || !options.tied, "gril",
          "normalisation power needs untied maps; got tied ones. Use count.");
}

}  // namespace

GrilLayerOptions resolve(GrilLayerOptions options) {
  check_sizes(options);
  if (options.written_features == 0) options.written_features = options.input_size;
  if (options.cross_product) {
    options.value_size = size_per_head(options.value_size, options, "value_size");
  } else {
    require(options.value_size <= 1, "gril", "value_size must be 1 without cross_product; got ",
            options.value_size, ".");
    options.value_size = 1;
  }
  options.key_size = size_per_head(options.key_size, options, "key_size");
  check_projections(options);
  check_normalisation(options);
  return options;
}

GrilLayerOptions read_gril_layer_options(ConfigSection& section) {
  GrilLayerOptions options;
  section.need("input_size");
  section.need("output_size");
  options.input_size = section.integer("input_size", options.input_size, 1);
  options.output_size = section.integer("output_size", options.output_size, 1);
  options.window = section.integer("window", options.window, 1);
  options.stride = section.integer("stride", options.stride, 1);
  options.heads = section.integer("heads", options.heads, 1);
  options.value_size = section.integer("value_size", options.value_size, 0);
  options.key_size = section.integer("key_size", options.key_size, 0);
  options.projections = section.choice("projections", options.projections, {"learned", "identity"});
  options.tied = section.flag("tied", options.tied);
  options.cross_product = section.flag("cross_product", options.cross_product);
  options.written_features = section.integer("written_features", options.written_features, 0);
  options.multiplicative_readout =
      section.flag("multiplicative_readout", options.multiplicative_readout);
  options.strict = section.flag("strict", options.strict);
  options.decay = decay_kind_from_name(
      section.choice("decay", decay_kind_name(options.decay), decay_kind_names()));
  options.fixed_decay = section.number("fixed_decay", options.fixed_decay);
  options.initial_weights = section.flag("initial_weights", options.initial_weights);
  options.normalisation =
      section.choice("normalisation", options.normalisation, normalisation_names());
  section.finish();
  return resolve(options);
}

Json to_json(const GrilLayerOptions& options) {
  return {{"input_size", options.input_size},
          {"output_size", options.output_size},
          {"window", options.window},
          {"stride", options.stride},
          {"heads", options.heads},
          {"value_size", options.value_size},
          {"key_size", options.key_size},
          {"projections", options.projections},
          {"tied", options.tied},
          {"cross_product", options.cross_product},
          {"written_features", options.written_features},
          {"multiplicative_readout", options.multiplicative_readout},
          {"strict", options.strict},
          {"decay", decay_kind_name(options.decay)},
          {"fixed_decay", options.fixed_decay},
          {"initial_weights", options.initial_weights},
          {"normalisation", options.normalisation}};
}

}  // namespace gril
