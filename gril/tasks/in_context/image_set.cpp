#include "gril/tasks/in_context/image_set.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstring>
#include <map>

#include "gril/base/check.h"
#include "gril/base/idx_file.h"

namespace gril {
namespace {

constexpr int64_t kImagesAtOnce = 4096;
constexpr int64_t kQuarterTurns = 4;

/// (pixels, side): the share of every old row in the average that makes a new one.
torch::Tensor area_weights(int64_t side, int64_t pixels) {
  const torch::Tensor weights = at::zeros({pixels, side}, at::kFloat);
  const double height = static_cast<double>(side) / static_cast<double>(pixels);
  for (int64_t row = 0; row < pixels; ++row) {
    const double begin = static_cast<double>(row) * height;
    for (int64_t old = 0; old < side; ++old) {
      const double overlap = std::min(begin + height, static_cast<double>(old + 1)) -
                             std::max(begin, static_cast<double>(old));
      if (overlap > 0) weights[row][old] = overlap / height;
    }
  }
  return weights;
}

/// The images of `items`, turned as the items say, (k, side, side), float32 in [0, 1].
torch::Tensor turned_images(const torch::Tensor& images, const torch::Tensor& items) {
  const int64_t count = images.size(0);
  const torch::Tensor turns = items.div(count, "floor");
  torch::Tensor pictures = images.index_select(0, items.remainder(count));
  for (int64_t turn = 1; turn < kQuarterTurns; ++turn) {
    const torch::Tensor turned = turns.eq(turn).nonzero().squeeze(1);
    if (turned.numel() == 0) continue;
    pictures.index_copy_(0, turned, pictures.index_select(0, turned).rot90(turn, {1, 2}));
  }
  return pictures.to(at::kFloat) / 255;
}

}  // namespace

ImageSet read_image_set(const std::filesystem::path& images, const std::filesystem::path& labels,
                        const std::string& where) {
  const IdxBytes pictures = read_idx_bytes(images, 3, where);
  const IdxArray numbers = read_idx_labels(labels, 1, where);
  require_file(pictures.sizes[1] == pictures.sizes[2], where, images.string(),
               ": images must be square; got ", pictures.sizes[1], " x ", pictures.sizes[2], ".");
  require_file(numbers.sizes[0] == pictures.sizes[0], where, labels.string(),
               ": must have one label for each of the ", pictures.sizes[0], " images of ",
               images.string(), "; got ", numbers.sizes[0], ". Give the labels of these images.");
  ImageSet set;
  set.images = at::empty(pictures.sizes, at::kByte);
  std::memcpy(set.images.data_ptr<uint8_t>(), pictures.numbers.data(), pictures.numbers.size());
  std::map<int16_t, std::vector<int64_t>> items;
  for (std::size_t i = 0; i < numbers.numbers.size(); ++i) {
    items[numbers.numbers[i]].push_back(static_cast<int64_t>(i));
  }
  for (auto& [label, of_class] : items) {
    set.classes.push_back(std::move(of_class));
    set.names.push_back(std::to_string(label));
  }
  return set;
}

void add_rotations(ImageSet& set) {
  const std::size_t classes = set.classes.size();
  for (int64_t turn = 1; turn < kQuarterTurns; ++turn) {
    for (std::size_t k = 0; k < classes; ++k) {
      std::vector<int64_t> items = set.classes[k];
      for (int64_t& item : items) item += turn * set.images.size(0);
      set.classes.push_back(std::move(items));
      set.names.push_back(concatenate(set.names[k], ", turned by ", 90 * turn, " degrees"));
    }
  }
}

torch::Tensor image_features(const torch::Tensor& images, const torch::Tensor& items,
                             int64_t pixels) {
  const int64_t side = images.size(1);
  const torch::Tensor weights = area_weights(side, pixels);
  torch::Tensor features = at::empty({items.size(0), pixels * pixels}, at::kFloat);
  for (int64_t first = 0; first < items.size(0); first += kImagesAtOnce) {
    const int64_t count = std::min(kImagesAtOnce, items.size(0) - first);
    torch::Tensor pictures = turned_images(images, items.narrow(0, first, count));
    if (pixels != side) pictures = at::matmul(at::matmul(weights, pictures), weights.t());
    features.narrow(0, first, count).copy_(pictures.reshape({count, pixels * pixels}));
  }
  return features;
}

}  // namespace gril
