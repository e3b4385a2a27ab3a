#include "cli/report_command.h"

#include <filesystem>
#include <iostream>
#include <memory>

#include "gril/report/run_report.h"
#include "gril/report/stream_report.h"

namespace gril::cli {

void add_report_command(Program& program) {
  auto root = std::make_shared<std::filesystem::path>();
  CLI::App* command = program.app.add_subcommand(
      "report",
      "Draws the analysis of a run as one self-contained HTML page, RUN/report.html: what the "
      "network does in one sentence, figures with the numbers behind them, and where everything "
      "comes from. Of a curve that gril stream wrote it draws the regret, as CURVE.html beside it. "
      "Needs the program gnuplot. Prints the page's path.");
  command
      ->add_option("run", *root,
                   "a run directory that gril analyze has seen, or a file of gril stream --curve")
      ->required();
  command->footer(
      "Example:\n"
      "  gril analyze runs/one_step_regression\n"
      "  gril report runs/one_step_regression\n"
      "  gril stream MODEL TABLE.csv --target COLUMN --curve curve.json && gril report curve.json");
  command->callback([&program, root] {
    program.run = [root] {
      if (std::filesystem::is_regular_file(*root)) {
        std::cout << write_stream_report(*root).string() << '\n';
        return kDone;
      }
      const RunDirectory run = RunDirectory::open(*root);
      write_run_report(run);
      std::cout << run.report().string() << '\n';
      return kDone;
    };
  });
}

}  // namespace gril::cli
