#include "cli/data/make_pathfinder.h"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <thread>

#include "cli/data/make_data.h"
#include "cli/integer_option.h"
#include "gril/base/interrupt.h"
#include "gril/base/progress.h"
#include "gril/synthetic_data/pathfinder_files.h"

namespace gril::cli {
namespace {

struct MakePathfinderCommand {
  std::filesystem::path out;
  PathfinderSet set;
  int64_t jobs = std::max<int64_t>(1, std::thread::hardware_concurrency());
  bool resume = false;
  bool force = false;
  bool json = false;

  EarlierData earlier() const {
    if (force) return EarlierData::kReplace;
    return resume ? EarlierData::kKeep : EarlierData::kRefuse;
  }
};

Json to_json(const MakePathfinderCommand& options, const PathfinderCounts& counts) {
  return {{"out", options.out.string()}, {"finished", counts.finished},
          {"released_set", false},       {"images", counts.images},
          {"drawn", counts.drawn},       {"same_snake", counts.same_snake}};
}

void print(const MakePathfinderCommand& options, const PathfinderCounts& counts) {
  if (!counts.finished) {
    std::cout << "Interrupted; " << counts.images << " of " << options.set.count
              << " images are there, in whole batches. Go on with the same options and --resume.\n";
    return;
  }
  std::cout << "Wrote " << counts.drawn << " images to " << options.out.string() << ", which has "
            << counts.images << " now; of those written, " << counts.same_snake
            << " have label 1.\n"
            << kNotTheReleasedSet;
}

int make_pathfinder(const MakePathfinderCommand& options) {
  const InterruptGuard interrupt;
  std::optional<Progress> progress;  // its clock starts with the first image
  const PathfinderCounts counts = write_pathfinder(
      options.out, options.set, options.earlier(), options.jobs, [&](int64_t done) {
        if (!progress) progress.emplace("make pathfinder", "images", options.set.count, done - 1);
        progress->update(done);
        return !interrupt.requested();
      });
  if (progress) progress->finish();
  if (options.json) {
    std::cout << to_json(options, counts) << '\n';
  } else {
    print(options, counts);
  }
  return counts.finished ? kDone : kCheckFailed;
}

}  // namespace

void add_make_pathfinder(CLI::App& make, Program& program) {
  CLI::App* command = make.add_subcommand(
      "pathfinder",
      "Images of two long dashed curves among short ones, with discs on two ends; the label is 1 "
      "where both discs sit on one curve. A folder for the difficulty with imgs/ and "
      "metadata/ as Long Range Arena has it; 128 is Path-X.");
  auto options = std::make_shared<MakePathfinderCommand>();
  command->add_option("--out", options->out, "Folder that receives that of the difficulty")
      ->required();
  add_integer(*command, "--size", options->set.size, "Pixels of a side: 32, 64, 128 or 256", 1)
      ->capture_default_str();
  command
      ->add_option("--difficulty", options->set.difficulty,
                   "curv_baseline (6 dashes in a long curve), curv_contour_length_9 or "
                   "curv_contour_length_14, that of Long Range Arena")
      ->capture_default_str();
  add_integer(*command, "--count", options->set.count, "Images", 1)->capture_default_str();
  add_integer(*command, "--seed", options->set.seed, "Seed of all of them", 0)
      ->capture_default_str();
  add_integer(*command, "--jobs", options->jobs,
              "Threads, each with a batch of 1,000 images at a time; by default one per "
              "core. No bit depends on them",
              1);
  CLI::Option* resume =
      command->add_flag("--resume", options->resume, "Keep the whole batches that are there");
  command->add_flag("--force", options->force, "Replace what gril made there earlier")
      ->excludes(resume);
  command->add_flag("--json", options->json, "print one JSON object");
  command->footer(
      "Example:\n"
      "  gril data make pathfinder --size 32 --count 6000 --out lra_release/pathfinder32\n"
      "  gril data check lra_release");
  command->callback(
      [&program, options] { program.run = [options] { return make_pathfinder(*options); }; });
}

}  // namespace gril::cli
