#include "gril/tasks/sequence_classification/pixel_files.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstring>
#include <istream>
#include <memory>

#include "gril/base/check.h"
#include "gril/base/idx_file.h"
#include "gril/base/unpacked_file.h"

namespace gril {
namespace {

constexpr int64_t kRecordSide = 32;
constexpr int64_t kPlane = kRecordSide * kRecordSide;
constexpr int64_t kImagesAtOnce = 1000;

/// What all readers must know.
struct Request {
  std::filesystem::path folder;
  int64_t classes;
  std::string where;
};

bool is_there(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

/// The file of this name, or with ".gz" behind it.
std::filesystem::path file_of(const Request& request, const std::string& name) {
  std::filesystem::path path = request.folder / name;
  const std::filesystem::path packed = path.string() + ".gz";
  return !is_there(path) && is_there(packed) ? packed : path;
}

void check_label(int64_t label, std::size_t record, const std::filesystem::path& path,
                 const Request& request) {
  require_file(label >= 0 && label < request.classes, request.where, path.string(),
               ": labels must be 0 … ", request.classes - 1, "; got ", label, " in record ",
               record + 1, ".");
}

PixelImages read_idx_images(const Request& request, const std::string& start) {
  const std::filesystem::path images = file_of(request, start + "-images-idx3-ubyte");
  const std::filesystem::path labels = file_of(request, start + "-labels-idx1-ubyte");
  const IdxBytes pictures = read_idx_bytes(images, 3, request.where);
  const IdxArray numbers = read_idx_labels(labels, 1, request.where);
  require_file(numbers.sizes[0] == pictures.sizes[0], request.where, labels.string(),
               ": must have one label for each of the ", pictures.sizes[0], " images of ",
               images.string(), "; got ", numbers.sizes[0], ". Give the labels of these images.");
  PixelImages result;
  result.columns = pictures.sizes[2];
  result.pixels =
      at::empty({pictures.sizes[0], pictures.sizes[1] * pictures.sizes[2], 1}, at::kByte);
  std::memcpy(result.pixels.data_ptr<uint8_t>(), pictures.numbers.data(), pictures.numbers.size());
  for (std::size_t i = 0; i < numbers.numbers.size(); ++i) {
    check_label(numbers.numbers[i], i, labels, request);
    result.labels.push_back(numbers.numbers[i]);
  }
  return result;
}

/// Records of a label and `channels` planes.
PixelImages read_records(const Request& request, const std::string& name, int64_t channels) {
  const std::filesystem::path path = file_of(request, name);
  const std::unique_ptr<std::istream> file = open_unpacked(path, request.where);
  std::vector<char> record(static_cast<std::size_t>(1 + channels * kPlane));
  PixelImages result;
  std::vector<uint8_t> planes;
  while (true) {
    const auto size = static_cast<std::streamsize>(record.size());
    const std::streamsize count = file->rdbuf()->sgetn(record.data(), size);
    if (count == 0) break;
    require_file(count == size, request.where, path.string(), ": must hold whole records of ", size,
                 " bytes; got ", count, " bytes in record ", result.labels.size() + 1,
                 ". Copy the file again.");
    const auto label = static_cast<uint8_t>(record.front());
    check_label(label, result.labels.size(), path, request);
    result.labels.push_back(label);
    planes.insert(planes.end(), record.begin() + 1, record.end());
  }
  const auto count = static_cast<int64_t>(result.labels.size());
  require_file(count > 0, request.where, path.string(), ": must hold images; got an empty file.");
  result.columns = kRecordSide;
  result.pixels = at::from_blob(planes.data(), {count, channels, kPlane}, at::kByte)
                      .transpose(1, 2)
                      .clone(at::MemoryFormat::Contiguous);
  return result;
}

PixelSet read_colour_records(const Request& request) {
  PixelSet set;
  std::vector<torch::Tensor> parts;
  for (const char* number : {"1", "2", "3", "4", "5"}) {
    PixelImages part = read_records(request, concatenate("data_batch_", number, ".bin"), 3);
    parts.push_back(part.pixels);
    set.training.labels.insert(set.training.labels.end(), part.labels.begin(), part.labels.end());
  }
  set.training.pixels = at::cat(parts);
  set.training.columns = kRecordSide;
  set.test = read_records(request, "test_batch.bin", 3);
  return set;
}

PixelSet read_any(const Request& request) {
  const auto has = [&](const char* name) { return is_there(file_of(request, name)); };
  if (has("train-images-idx3-ubyte")) {
    return {read_idx_images(request, "train"), read_idx_images(request, "t10k")};
  }
  if (has("data_batch_1.bin")) return read_colour_records(request);
  require(has("train.bin"), request.where, request.folder.string(),
          ": must be a folder of images; got none of train-images-idx3-ubyte (IDX), "
          "data_batch_1.bin (CIFAR-10) and train.bin (gray records) in it.");
  return {read_records(request, "train.bin", 1), read_records(request, "test.bin", 1)};
}

}  // namespace

PixelSet read_pixel_set(const std::filesystem::path& folder, int64_t classes,
                        const std::string& where) {
  PixelSet set = read_any({folder, classes, where});
  require_file(set.training.columns == set.test.columns && set.training.rows() == set.test.rows(),
               where, folder.string(), ": training and test images must have one size; got ",
               set.training.rows(), " x ", set.training.columns, " and ", set.test.rows(), " x ",
               set.test.columns, ".");
  return set;
}

torch::Tensor gray_of(const torch::Tensor& pixels) {
  const torch::Tensor weights = at::tensor({19595, 38470, 7471}, at::kInt);
  torch::Tensor gray = at::empty({pixels.size(0), pixels.size(1), 1}, at::kByte);
  for (int64_t first = 0; first < pixels.size(0); first += kImagesAtOnce) {
    const int64_t count = std::min(kImagesAtOnce, pixels.size(0) - first);
    const torch::Tensor sums =
        (pixels.narrow(0, first, count).to(at::kInt) * weights).sum(2, true, at::kInt) + 32768;
    gray.narrow(0, first, count).copy_(sums.div(65536, "floor"));
  }
  return gray;
}

}  // namespace gril
