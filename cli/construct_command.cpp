#include "cli/construct_command.h"

#include "cli/construct/construct_associative_recall.h"
#include "cli/construct/construct_gradient_descent.h"
#include "cli/construct/construct_linear_attention.h"

namespace gril::cli {

void add_construct_command(Program& program) {
  CLI::App* command = program.app.add_subcommand(
      "construct",
      "Writes a model with exact weights, an ordinary model that trains, analyzes and streams, and "
      "prints its certificate: how far it is from the algorithm it claims.");
  command->require_subcommand(1);
  command->footer("Example:\n  gril construct gradient-descent -o gd.safetensors");
  add_construct_gradient_descent(*command, program);
  add_construct_linear_attention(*command, program);
  add_construct_associative_recall(*command, program);
}

}  // namespace gril::cli
