#include "cli/error_report.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <filesystem>
#include <new>

#include "gril/base/error.h"
#include "gril/base/nearest_word.h"

namespace gril::cli {

namespace {

/// The subcommand the user chose, the innermost one, or the program itself.
const CLI::App& chosen_command(const CLI::App& app) {
  const std::vector<CLI::App*> parsed = app.get_subcommands();
  return parsed.empty() ? app : chosen_command(*parsed.front());
}

/// "construct gradient-descent": the names from the outermost subcommand to this one.
std::string full_name(const CLI::App& command) {
  const CLI::App* parent = command.get_parent();
  const bool nested = parent != nullptr && parent->get_parent() != nullptr;
  return (nested ? full_name(*parent) + " " : "") + command.get_name();
}

std::vector<std::string> option_names(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(command->get_name());
  }
  return names;
}

/// The first argument that looks like an option and is none.
std::string unknown_option(const CLI::App& command, const std::vector<std::string>& arguments) {
  const std::vector<std::string> known = option_names(command);
  for (const std::string& argument : arguments) {
    const std::string name = argument.substr(0, argument.find('='));
    if (name.rfind("--", 0) == 0 && std::find(known.begin(), known.end(), name) == known.end()) {
      return name;
    }
  }
  return "";
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

ErrorReport report_parse_error(const CLI::ParseError& error, const CLI::App& app,
                               const std::vector<std::string>& arguments) {
  if (error.get_exit_code() == 0) return {app.exit(error), ""};
  const CLI::App& command = chosen_command(app);
  if (&command == &app && !arguments.empty() && arguments.front().rfind('-', 0) != 0) {
    return {kCallersMistake, "[gril] there is no command \"" + arguments.front() + "\"." +
                                 suggestion(arguments.front(), command_names(app)) +
                                 " See: gril --help"};
  }
  if (&command == &app && arguments.empty()) {
    return {kCallersMistake, "[gril] a command is required; got none. See: gril --help"};
  }
  const bool is_program = &command == &app;
  const std::string name = is_program ? "gril" : full_name(command);
  const std::string help = is_program ? "gril --help" : "gril " + name + " --help";
  const std::string option = unknown_option(command, arguments);
  if (!option.empty()) {
    return {kCallersMistake, "[" + name + "] there is no option \"" + option + "\"." +
                                 suggestion(option, option_names(command)) + " See: " + help};
  }
  return {kCallersMistake, "[" + name + "] " + first_line(error.what()) + ". See: " + help};
}

ErrorReport report_exception(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const InvalidFile& error) {
    return {kDamagedFile, error.what()};
  } catch (const InvalidArgument& error) {
    return {kCallersMistake, error.what()};
  } catch (const std::filesystem::filesystem_error& error) {
    return {kDamagedFile, "[file] " + error.path1().string() + ": " + error.code().message()};
  } catch (const c10::ValueError& error) {
    return {kCallersMistake, first_line(error.what_without_backtrace())};
  } catch (const c10::Error& error) {
    return {kFault, "[libtorch] " + first_line(error.what_without_backtrace())};
  } catch (const std::bad_alloc&) {
    return {kFault, "[memory] the machine has no memory left. Choose smaller sizes."};
  } catch (const std::exception& error) {
    return {kFault, "[fault] " + first_line(error.what())};
  }
}

}  // namespace gril::cli
