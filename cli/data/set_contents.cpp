#include "cli/data/set_contents.h"

#include <algorithm>
#include <filesystem>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "cli/data/list_labels.h"
#include "gril/base/check.h"
#include "gril/tasks/sequence_classification/document_retrieval.h"
#include "gril/tasks/sequence_classification/image_sequences.h"
#include "gril/tasks/sequence_classification/list_operations.h"
#include "gril/tasks/sequence_classification/pathfinder_files.h"
#include "gril/tasks/sequence_classification/pixel_files.h"
#include "gril/tasks/sequence_classification/text_classification.h"

namespace gril::cli {
namespace {

constexpr const char* kWhere = "data check";
constexpr int64_t kImageClasses = 10;

/// published  sequences of the release
Json part_of(const std::string& name, const LabelledSequences& set, int64_t published) {
  require_file(set.size() > 0, kWhere, "the part \"", name,
               "\" must hold at least one sequence; got none.");
  std::vector<int64_t> classes;
  for (const int64_t label : set.labels) {
    const auto k = static_cast<std::size_t>(label);
    classes.resize(std::max(classes.size(), k + 1));
    ++classes[k];
  }
  const auto [shortest, longest] = std::minmax_element(set.lengths.begin(), set.lengths.end());
  const double tokens = std::accumulate(set.lengths.begin(), set.lengths.end(), 0.0);
  Json part = {{"name", name},
               {"sequences", set.size()},
               {"classes", classes},
               {"shortest", *shortest},
               {"mean", tokens / static_cast<double>(set.lengths.size())},
               {"longest", *longest}};
  if (set.size() != published) part["published"] = published;
  return part;
}

/// Sets of three files, of which a task sees two.
template <typename Options>
Json three_files(Options options, std::unique_ptr<SequenceClassification> (*make)(const Options&),
                 const std::string& folder, const std::vector<int64_t>& published) {
  options.folder = folder;
  options.cache = "none";
  Json parts = Json::array();
  Json symbols;
  for (const char* split : {"validation", "test"}) {
    options.evaluation.split = split;
    const auto task = make(options);
    if (parts.empty()) parts.push_back(part_of("training", task->data().training, published[0]));
    parts.push_back(part_of(split, task->data().evaluation, published[parts.size()]));
    symbols = task->symbols();
  }
  return {{"parts", parts}, {"symbols", symbols}};
}

Json list_contents(const std::string& folder) {
  Json contents =
      three_files(ListOperationsOptions{}, make_list_operations, folder, {96000, 2000, 2000});
  WrongLines wrong;
  for (const char* file : {"basic_train.tsv", "basic_val.tsv", "basic_test.tsv"}) {
    add_wrong_list_labels(wrong, std::filesystem::path(folder) / file);
  }
  contents["wrong"] = wrong.count;
  contents["first_wrong"] = wrong.first;
  return contents;
}

Json text_contents(const std::string& folder) {
  TextClassificationOptions options;
  options.folder = folder;
  options.cache = "none";
  const auto task = make_text_classification(options);
  return {{"parts",
           {part_of("training", task->data().training, 25000),
            part_of("test", task->data().evaluation, 25000)}},
          {"symbols", task->symbols()}};
}

Json image_contents(const std::string& folder) {
  const PixelSet images = read_pixel_set(folder, kImageClasses, kWhere);
  const auto sequences = [](const PixelImages& part) {
    return image_sequences(part.pixels, part.labels);
  };
  return {{"parts",
           {part_of("training", sequences(images.training), 50000),
            part_of("test", sequences(images.test), 10000)}}};
}

Json pathfinder_contents(const std::filesystem::path& folder) {
  const PathfinderImages images = read_pathfinder_images(folder / "curv_contour_length_14", kWhere);
  const LabelledSequences sequences = image_sequences(images.pixels.unsqueeze(2), images.labels);
  return {{"parts", {part_of("images", sequences, 200000)}},
          {"skipped", images.skipped},
          {"first_skipped", images.first_skipped}};
}

Json contents_of(const ArenaSet& set) {
  const std::string folder = std::filesystem::absolute(set.folder).string();
  if (set.task == "listops") return list_contents(folder);
  if (set.task == "retrieval") {
    return three_files(DocumentRetrievalOptions{}, make_document_retrieval, folder,
                       {147086, 18090, 17437});
  }
  if (set.task == "text") return text_contents(folder);
  return set.task == "image" ? image_contents(folder) : pathfinder_contents(folder);
}

}  // namespace

Json set_contents(const ArenaSet& set) {
  try {
    return contents_of(set);
  } catch (const InvalidFile& fault) {
    return {{"fault", fault.what()}};
  } catch (const InvalidArgument& fault) {  // a file that the metadata name is not there
    return {{"fault", fault.what()}};
  }
}

}  // namespace gril::cli
