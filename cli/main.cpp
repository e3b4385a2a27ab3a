#include <c10/util/Exception.h>

#include <exception>
#include <iostream>

#include "cli/command.h"
#include "gril/base/error.h"

namespace {

int report(const std::string& text, int code) {
  std::cerr << "gril: " << text << '\n';
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  gril::cli::Program program;
  program.app.description("Linear recurrent networks that learn in context.");
  program.app.require_subcommand(1);
  try {
    program.app.parse(argc, argv);
    return program.run();
  } catch (const CLI::ParseError& error) {
    return program.app.exit(error) == 0 ? gril::cli::kDone : gril::cli::kCallersMistake;
  } catch (const gril::InvalidFile& error) {
    return report(error.what(), gril::cli::kDamagedFile);
  } catch (const gril::InvalidArgument& error) {
    return report(error.what(), gril::cli::kCallersMistake);
  } catch (const c10::ValueError& error) {
    return report(error.what_without_backtrace(), gril::cli::kCallersMistake);
  }
}
