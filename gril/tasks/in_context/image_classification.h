#pragma once

#include <cstdint>
#include <string>

#include "gril/base/config_section.h"
#include "gril/tasks/in_context/class_examples.h"
#include "gril/tasks/in_context/image_set.h"
#include "gril/tasks/in_context/in_context_task.h"

namespace gril {

/// Settings of the task ImageClassification, the keys of the section [task]. Relative paths are in
/// $GRIL_DATA (data/); files may be packed with gzip.
struct ImageClassificationOptions {
  std::string images;             ///< training images, IDX
  std::string labels;             ///< their labels, IDX
  std::string evaluation_images;  ///< images of the evaluation classes; "" splits the classes above
  std::string evaluation_labels;  ///< their labels; given with evaluation_images
  double evaluation_share = 0.2;  ///< of the classes, kept for evaluation; only without
                                  ///< evaluation_images; above 0 and below 1
  uint64_t split_seed = 0;  ///< which classes those are; in a configuration, where it is absent,
                            ///< the seed of the experiment
  int64_t classes_per_prompt = 5;  ///< C, at least 2
  int64_t examples = 5;            ///< N, context examples of a prompt; at least C
  int64_t pixels = 0;      ///< side of an image as the model sees it; 0 is that of the files
  bool rotations = false;  ///< whether images turned by 90, 180 and 270 degrees are further classes
  TokenLayout layout = TokenLayout::kWindowed;
};

/// Few-shot classification of images of classes that no training ever showed: Omniglot, or any
/// labelled IDX images. With files of their own for evaluation the caller sees to that: MNIST's two
/// have the same classes, so it needs evaluation_share. N = C K examples are C-way K-shot. Source:
/// the task of Lake et al. 2015 as Vinyals et al. 2016 pose it, one query a prompt.
///
///     classes   of the evaluation files, or a share of the classes of the only files, drawn by
///               split_seed: training prompts never show them, evaluation prompts show no others
///     x         pixels row by row in [0, 1], as bright as the file has them; smaller images are
///               averages over areas
///     prompt    C classes under new names 0 … C - 1, N examples and a query (class_examples.h)
///
/// One prompt, C = 2, N = 2 as pairs, time from left to right:
///
///     x_1 (beth)   x_2 (aleph)   x_q (aleph)
///     1  0         0  1          0  0            target: class 1
///
/// Because names are new in every prompt, nothing about a class can be remembered: without a look
/// at the context the cross-entropy is ln C. Outputs are logits, scored at the last token. IDX is
/// the one format that is read; the .npz files of some sources must be converted.
class ImageClassification : public InContextTask {
 public:
  /// Reads the files. Errors: "[image_classification] …": InvalidArgument for a value outside its
  /// rule, too few classes or images of a class, and a layout that cannot hold C numbers per label;
  /// those of read_image_set.
  explicit ImageClassification(const ImageClassificationOptions& options);

  /// Prompts of training classes.
  Prompts sample_prompts(int64_t batch, uint64_t seed, torch::Dtype dtype) const override;
  /// Prompts of evaluation classes.
  Prompts evaluation_prompts(int64_t prompts, uint64_t seed, torch::Dtype dtype) const override;
  int64_t token_width() const override;
  int64_t output_size() const override { return options_.classes_per_prompt; }
  TokenLayout layout() const override { return options_.layout; }
  /// Cross-entropy at the last token.
  Scoring scoring() const override;
  ExampleLabels labels(const Batch& example) const override;
  Json config() const override;

  const ImageClassificationOptions& options() const { return options_; }

 private:
  int64_t pixels() const;
  Prompts draw(const ImageSet& set, int64_t batch, uint64_t seed, torch::Dtype dtype) const;

  ImageClassificationOptions options_;
  ImageSet training_;
  ImageSet evaluation_;
};

/// Reads the options from a configuration ("kind" may be there and must be "image_classification";
/// "images" and "labels" must be given); finishes the section. Errors: InvalidArgument.
ImageClassificationOptions read_image_classification_options(ConfigSection& section,
                                                             uint64_t experiment_seed);

/// Every option with its value, "kind" first.
Json to_json(const ImageClassificationOptions& options);

}  // namespace gril
