#include <cstdio>
#include <iostream>
#include <string>
#include <vector>

#include "cli/analyze_command.h"
#include "cli/bench_command.h"
#include "cli/certify_command.h"
#include "cli/command.h"
#include "cli/compare_command.h"
#include "cli/construct_command.h"
#include "cli/data_command.h"
#include "cli/error_report.h"
#include "cli/evaluate_command.h"
#include "cli/generate_command.h"
#include "cli/info_command.h"
#include "cli/list_command.h"
#include "cli/report_command.h"
#include "cli/reproduce_command.h"
#include "cli/sample_command.h"
#include "cli/stream_command.h"
#include "cli/train_command.h"
#include "gril/base/version.h"
#include "gril/ops/blas_kernels.h"

namespace {

using namespace gril::cli;  // the list of commands below stays a list of names

int finish(const ErrorReport& report) {
  if (!report.text.empty()) std::cerr << "gril: " << report.text << '\n';
  return report.exit_code;
}

int run(int argc, char** argv) {
  Program program;
  program.app.name("gril");
  program.app.description("Linear recurrent networks that learn in context.");
  program.app.set_version_flag("--version", "gril " + std::string(gril::version()));
  program.app.require_subcommand(1);
  program.arguments.assign(argv, argv + argc);
  add_analyze_command(program);
  add_bench_command(program);
  add_certify_command(program);
  add_compare_command(program);
  add_construct_command(program);
  add_data_command(program);
  add_evaluate_command(program);
  add_generate_command(program);
  add_info_command(program);
  add_list_command(program);
  add_report_command(program);
  add_reproduce_command(program);
  add_sample_command(program);
  add_stream_command(program);
  add_train_command(program);
  try {
    program.app.parse(argc, argv);
    const int code = program.run();
    std::cout.flush();
    if (!std::cout) return finish({kDamagedFile, "[gril] the output could not be written."});
    return code;
  } catch (const CLI::ParseError& error) {
    return finish(report_parse_error(error, program.app, {argv + 1, argv + argc}));
  } catch (...) {
    return finish(report_exception(std::current_exception()));
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    gril::choose_blas_kernels();
    return run(argc, argv);
  } catch (...) {  // the report itself failed
    std::fputs("gril: [fault] the error could not be reported.\n", stderr);
    return kFault;
  }
}
