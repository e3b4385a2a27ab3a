#include "cli/data/make_data.h"

#include "cli/data/make_listops.h"
#include "cli/data/make_pathfinder.h"

namespace gril::cli {

void add_make_data(CLI::App& data, Program& program) {
  CLI::App* command = data.add_subcommand(
      "make",
      "Generates benchmark data in the format of the released sets, from a seed: the same bytes on "
      "every machine. They are new draws by the same rules, not the released sets themselves.");
  command->require_subcommand(1);
  command->footer(
      "Example:\n  gril data make pathfinder --size 32 --count 6000 --out pathfinder32");
  add_make_listops(*command, program);
  add_make_pathfinder(*command, program);
}

}  // namespace gril::cli
