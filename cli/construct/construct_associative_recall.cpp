#include "cli/construct/construct_associative_recall.h"

#include <memory>
#include <string>

#include "cli/construct/construction_output.h"
#include "cli/integer_option.h"
#include "gril/base/check.h"
#include "gril/constructions/associative_recall_as_gated_rnn.h"

namespace gril::cli {
namespace {

struct AssociativeRecallCommand {
  OutputOptions output;
  AssociativeRecallClaim claim;
  std::string layout = "interleaved";
};

SizeDescription size_of(const AssociativeRecallClaim& claim, const SequenceModel& model) {
  const int64_t memory = claim.keys * claim.values;
  const bool interleaved = claim.layout == RecallLayout::kInterleaved;
  const int64_t delay = interleaved ? model.initial_state(1).front().numel() : 0;
  std::string text = concatenate(memory, " memory neurons, ", claim.keys, " query neurons");
  if (interleaved) text += concatenate(", ", delay, " neurons that delay by one token");
  return {{{"memory_neurons", memory}, {"query_neurons", claim.keys}, {"delay_neurons", delay}},
          text};
}

int construct_associative_recall(AssociativeRecallCommand options) {
  check_output(options.output);
  options.claim.layout = recall_layout_from_name(options.layout);
  const ModelFile file =
      associative_recall_as_gated_rnn(options.claim, options.output.torch_dtype());
  return finish(file, options.output, size_of(options.claim, *file.model));
}

}  // namespace

void add_construct_associative_recall(CLI::App& construct, Program& program) {
  CLI::App* command = construct.add_subcommand(
      "associative-recall",
      "Recall of the value that was shown with a key, as gated linear RNNs: linear attention from "
      "the query to the pairs; for interleaved tokens behind a layer that delays by one token. The "
      "certificate counts wrong answers and compares the scores.");
  auto options = std::make_shared<AssociativeRecallCommand>();
  add_integer(*command, "--keys", options->claim.keys, "Different keys K", 1)
      ->capture_default_str();
  add_integer(*command, "--values", options->claim.values, "Different values V", 1)
      ->capture_default_str();
  add_integer(*command, "--pairs", options->claim.pairs, "Pairs shown before the query", 1)
      ->capture_default_str();
  command
      ->add_option("--layout", options->layout,
                   "joint: a pair per token; interleaved: a key or a value per token")
      ->check(CLI::IsMember(recall_layout_names()))
      ->capture_default_str();
  add_output_options(*command, options->output);
  command->footer(
      "Example:\n  gril construct associative-recall --keys 9 --values 9 -o recall.safetensors");
  command->callback([&program, options] {
    program.run = [options] { return construct_associative_recall(*options); };
  });
}

}  // namespace gril::cli
