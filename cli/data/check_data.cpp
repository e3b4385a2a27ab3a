#include "cli/data/check_data.h"

#include <filesystem>
#include <iostream>
#include <memory>
#include <vector>

#include "gril/base/json.h"
#include "gril/tasks/sequence_classification/arena_sets.h"

namespace gril::cli {
namespace {

struct CheckDataCommand {
  std::filesystem::path folder;
  bool json = false;
};

Json to_json(const ArenaSet& set) {
  return {{"task", set.task},
          {"layout", set.layout},
          {"folder", set.folder.string()},
          {"missing", set.missing}};
}

void print(const ArenaSet& set) {
  std::cout << set.task << "  " << set.folder.string() << " (layout " << set.layout << ")\n";
  for (const std::string& file : set.missing) std::cout << "  missing: " << file << '\n';
}

int check_data(const CheckDataCommand& options) {
  Json sets = Json::array();
  bool whole = true;
  for (const ArenaSet& set : find_arena_sets(options.folder, "data check")) {
    whole = whole && set.missing.empty();
    sets.push_back(to_json(set));
    if (!options.json) print(set);
  }
  if (options.json) std::cout << Json{{"whole", whole}, {"sets", sets}} << '\n';
  return whole ? kDone : kCheckFailed;
}

}  // namespace

void add_check_data(CLI::App& data, Program& program) {
  CLI::App* command = data.add_subcommand(
      "check",
      "Says which sets of Long Range Arena a folder holds, in which of the layouts in circulation, "
      "and what they lack: the archive as unpacked (released), below raw_datasets/ (s5), listops/, "
      "aan/ and pathfinder/ (s4), or the folder of one set.");
  auto options = std::make_shared<CheckDataCommand>();
  command->add_option("folder", options->folder, "the folder of the data")->required();
  command->add_flag("--json", options->json, "print one JSON object");
  command->footer("Example:\n  gril data check lra_release");
  command->callback(
      [&program, options] { program.run = [options] { return check_data(*options); }; });
}

}  // namespace gril::cli
