#include "gril/analysis/decay_spectrum.h"

#include <ATen/ATen.h>

#include "gril/analysis/layer_maps.h"
#include "gril/analysis/tensor_json.h"

namespace gril {
namespace {

Json layer_spectrum(const GrilLayer& layer) {
  const torch::Tensor decay = layer_decay(layer);
  Json heads = Json::array();
  for (int64_t head = 0; head < decay.size(0); ++head) {
    heads.push_back(matrix_json(decay.select(0, head)));
  }
  return {{"applies", true},
          {"trained", layer.options().decay != DecayKind::kFixed},
          {"lowest", decay.min().item<double>()},
          {"highest", decay.max().item<double>()},
          {"mean", decay.mean().item<double>()},
          {"decay", heads}};
}

}  // namespace

Json decay_spectrum(const SequenceModel& model) {
  Json layers = Json::array();
  for (std::size_t index = 0; index < model.size(); ++index) {
    Json entry = {{"layer", index}, {"kind", model.config().at("layers").at(index).at("kind")}};
    if (const auto* layer = dynamic_cast<const GrilLayer*>(&model.layer(index))) {
      entry.update(layer_spectrum(*layer));
    } else {
      entry["applies"] = false;
      entry["reason"] = "the layer has no diagonal matrix state";
    }
    layers.push_back(entry);
  }
  return {{"layers", layers}};
}

}  // namespace gril
