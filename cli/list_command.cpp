#include "cli/list_command.h"

#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "gril/base/json.h"
#include "gril/base/token_layout.h"
#include "gril/models/layer_registry.h"
#include "gril/tasks/task_registry.h"

namespace gril::cli {

namespace {

Json gather(const CLI::App& app) {
  std::vector<std::string> constructions;
  for (const CLI::App* command :
       app.get_subcommand("construct")->get_subcommands([](const CLI::App*) { return true; })) {
    constructions.push_back(command->get_name());
  }
  return {{"tasks", task_kinds()},
          {"layouts", token_layout_names()},
          {"layers", layer_kinds()},
          {"constructions", constructions}};
}

void print_lists(const Json& lists) {
  for (const auto& [title, names] : lists.items()) {
    std::cout << title << '\n';
    for (const Json& name : names) {
      const auto text = name.get<std::string>();
      std::cout << "  " << text << (title == "tasks" ? "  " + task_summary(text) : "") << '\n';
    }
  }
}

}  // namespace

void add_list_command(Program& program) {
  CLI::App* command = program.app.add_subcommand(
      "list",
      "Lists the names that experiments and options may use: kinds of tasks ([task] kind), token "
      "layouts, kinds of layers ([[model.layers]] kind), and constructions (gril construct).");
  auto json = std::make_shared<bool>(false);
  command->add_flag("--json", *json, "Print one JSON object");
  command->footer("Example:\n  gril list --json");
  command->callback([&program, json] {
    program.run = [&program, json] {
      const Json lists = gather(program.app);
      if (*json) {
        std::cout << lists.dump(2) << '\n';
      } else {
        print_lists(lists);
      }
      return kDone;
    };
  });
}

}  // namespace gril::cli
