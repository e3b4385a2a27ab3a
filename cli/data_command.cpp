#include "cli/data_command.h"

#include "cli/data/check_data.h"
#include "cli/data/make_data.h"

namespace gril::cli {

void add_data_command(Program& program) {
  CLI::App* command = program.app.add_subcommand("data", "Benchmark data on disk.");
  command->require_subcommand(1);
  command->footer("Example:\n  gril data check lra_release");
  add_check_data(*command, program);
  add_make_data(*command, program);
}

}  // namespace gril::cli
