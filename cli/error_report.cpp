#include "cli/error_report.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <filesystem>
#include <new>

#include "gril/base/error.h"
#include "gril/base/nearest_word.h"

namespace gril::cli {

namespace {

constexpr const char* kNoMemory =
    "[memory] the sizes must fit into this machine's memory; they do not. Choose smaller ones.";

/// The innermost command that the user named, or the program itself, and its words.
struct ChosenCommand {
  const CLI::App* app;
  std::string words;
};

ChosenCommand chosen_command(const CLI::App& app) {
  ChosenCommand chosen = {&app, ""};
  while (!chosen.app->get_subcommands().empty()) {
    chosen.app = chosen.app->get_subcommands().front();
    chosen.words += (chosen.words.empty() ? "" : " ") + chosen.app->get_name();
  }
  return chosen;
}

/// The first argument that is neither an option nor a word of the chosen command.
std::string first_other_word(const ChosenCommand& chosen,
                             const std::vector<std::string>& arguments) {
  const auto depth =
      chosen.words.empty() ? 0 : 1 + std::count(chosen.words.begin(), chosen.words.end(), ' ');
  if (static_cast<std::ptrdiff_t>(arguments.size()) <= depth) return "";
  const std::string& word = arguments[static_cast<std::size_t>(depth)];
  return word.rfind('-', 0) == 0 ? "" : word;
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
    std::string name = argument.substr(0, argument.find('='));
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
  const ChosenCommand chosen = chosen_command(app);
  const std::string name = chosen.words.empty() ? "gril" : chosen.words;
  const std::string help =
      " See: gril " + chosen.words + (chosen.words.empty() ? "" : " ") + "--help";
  const std::string option = unknown_option(*chosen.app, arguments);
  const std::string word = first_other_word(chosen, arguments);
  std::string rule = first_line(error.what()) + ".";
  if (!option.empty()) {
    rule = "there is no option \"" + option + "\"." + suggestion(option, option_names(*chosen.app));
  } else if (chosen.app->get_require_subcommand_min() > 0) {
    rule = word.empty() ? "a command is required; got none."
                        : "there is no command \"" + word + "\"." +
                              suggestion(word, command_names(*chosen.app));
  }
  return {kCallersMistake, "[" + name + "] " + rule + help};
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
    const std::string text = first_line(error.what_without_backtrace());
    if (text.find("can't allocate memory") != std::string::npos) return {kFault, kNoMemory};
    return {kFault, "[libtorch] " + text};
  } catch (const std::bad_alloc&) {
    return {kFault, kNoMemory};
  } catch (const std::exception& error) {
    return {kFault, "[fault] " + first_line(error.what())};
  }
}

}  // namespace gril::cli
