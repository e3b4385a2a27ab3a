#include "cli/data/make_listops.h"

#include <filesystem>
#include <iomanip>
#include <iostream>
#include <memory>

#include "cli/data/make_data.h"
#include "cli/integer_option.h"
#include "gril/base/interrupt.h"
#include "gril/base/progress.h"
#include "gril/synthetic_data/list_operations_files.h"

namespace gril::cli {
namespace {

struct MakeListopsCommand {
  std::filesystem::path out;
  ListOperationsSet set;
  bool force = false;
  bool json = false;
};

Json to_json(const MakeListopsCommand& options, const ListOperationsCounts& counts) {
  return {{"out", options.out.string()}, {"finished", counts.finished}, {"released_set", false},
          {"drawn", counts.drawn},       {"written", counts.written},   {"labels", counts.labels}};
}

void print(const MakeListopsCommand& options, const ListOperationsCounts& counts) {
  if (!counts.finished) {
    std::cout << "Interrupted; nothing was written.\n";
    return;
  }
  const auto all = static_cast<double>(counts.written);
  std::cout << std::setprecision(3) << "Wrote " << options.set.train
            << " expressions for training, " << options.set.validation << " for validation and "
            << options.set.test << " for tests to " << options.out.string() << ": " << counts.drawn
            << " trees were drawn, and " << 100.0 * all / static_cast<double>(counts.drawn)
            << " % kept.\nShares of the labels 0 to 9:" << std::fixed;
  for (const int64_t label : counts.labels) std::cout << ' ' << static_cast<double>(label) / all;
  std::cout << ".\n" << kNotTheReleasedSet;
}

int make_listops(const MakeListopsCommand& options) {
  const ListOperationsSet& set = options.set;
  const InterruptGuard interrupt;
  Progress progress("make listops", "expressions", set.train + set.validation + set.test);
  const ListOperationsCounts counts = write_list_operations(
      options.out, set, options.force ? EarlierData::kReplace : EarlierData::kRefuse,
      [&](int64_t done) {
        progress.update(done);
        return !interrupt.requested();
      });
  progress.finish();
  if (options.json) {
    std::cout << to_json(options, counts) << '\n';
  } else {
    print(options, counts);
  }
  return counts.finished ? kDone : kCheckFailed;
}

void add_law_options(CLI::App& command, ListExpressionLaw& law) {
  add_integer(command, "--min-length", law.min_length,
              "Expressions are longer than this, in tokens", 0)
      ->capture_default_str();
  add_integer(command, "--max-length", law.max_length, "and shorter than this", 1)
      ->capture_default_str();
  add_integer(command, "--max-depth", law.max_depth,
              "Depth at which every node is a digit; the root has 1", 1)
      ->capture_default_str();
  add_integer(command, "--max-arguments", law.max_arguments, "Most arguments of an operator", 1)
      ->capture_default_str();
}

}  // namespace

void add_make_listops(CLI::App& make, Program& program) {
  CLI::App* command = make.add_subcommand(
      "listops",
      "Expressions such as [MAX 4 [MIN 1 2 ] ] with their values, all different: basic_train.tsv, "
      "basic_val.tsv and basic_test.tsv as Long Range Arena has them. The defaults are its sizes.");
  auto options = std::make_shared<MakeListopsCommand>();
  command->add_option("--out", options->out, "Folder of the files")->required();
  add_integer(*command, "--train", options->set.train, "Expressions for training", 0)
      ->capture_default_str();
  add_integer(*command, "--validation", options->set.validation, "Expressions for validation", 0)
      ->capture_default_str();
  add_integer(*command, "--test", options->set.test, "Expressions for tests", 0)
      ->capture_default_str();
  add_integer(*command, "--seed", options->set.seed, "Seed of all of them", 0)
      ->capture_default_str();
  add_law_options(*command, options->set.law);
  command->add_flag("--force", options->force, "Replace what gril made there earlier");
  command->add_flag("--json", options->json, "print one JSON object");
  command->footer("Example:\n  gril data make listops --train 10000 --out listops-1000");
  command->callback(
      [&program, options] { program.run = [options] { return make_listops(*options); }; });
}

}  // namespace gril::cli
