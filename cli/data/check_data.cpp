#include "cli/data/check_data.h"

#include <filesystem>
#include <iomanip>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "cli/data/set_contents.h"
#include "gril/base/json.h"
#include "gril/tasks/sequence_classification/arena_sets.h"

namespace gril::cli {
namespace {

struct CheckDataCommand {
  std::filesystem::path folder;
  bool json = false;
};

Json report_of(const ArenaSet& set) {
  Json report = {{"task", set.task},
                 {"layout", set.layout},
                 {"folder", set.folder.string()},
                 {"missing", set.missing}};
  if (set.missing.empty()) report.update(set_contents(set));
  return report;
}

void print_part(const Json& part) {
  std::cout << "  " << part["name"].get<std::string>() << ": " << part["sequences"] << " sequences";
  if (part.contains("published")) std::cout << " (released: " << part["published"] << ')';
  std::cout << ", " << part["shortest"] << " to " << part["longest"] << " tokens, mean "
            << std::fixed << std::setprecision(1) << part["mean"].get<double>() << "; classes";
  for (const Json& count : part["classes"]) std::cout << ' ' << count;
  std::cout << '\n';
}

void print(const Json& report) {
  std::cout << report["task"].get<std::string>() << "  " << report["folder"].get<std::string>()
            << " (layout " << report["layout"].get<std::string>() << ")\n";
  for (const Json& file : report["missing"]) {
    std::cout << "  missing: " << file.get<std::string>() << '\n';
  }
  for (const Json& part : report.value("parts", Json::array())) print_part(part);
  if (report.contains("symbols")) std::cout << "  " << report["symbols"] << " symbols\n";
  if (report.value("wrong", 0) > 0) {
    std::cout << "  wrong labels: " << report["wrong"] << ", the first:\n";
    for (const Json& line : report["first_wrong"]) {
      std::cout << "    " << line.get<std::string>() << '\n';
    }
  }
  if (report.value("skipped", 0) > 0) {
    std::cout << "  skipped: " << report["skipped"]
              << " images, the first: " << report["first_skipped"].get<std::string>() << '\n';
  }
  if (report.contains("fault")) {
    std::cout << "  fault: " << report["fault"].get<std::string>() << '\n';
  }
}

/// A file that cannot be read is worse than one that is missing or has wrong labels.
int exit_code(const Json& reports) {
  int code = kDone;
  for (const Json& report : reports) {
    if (report.contains("fault")) return kDamagedFile;
    if (!report["missing"].empty() || report.value("wrong", 0) > 0) code = kCheckFailed;
  }
  return code;
}

int check_data(const CheckDataCommand& options) {
  Json reports = Json::array();
  for (const ArenaSet& set : find_arena_sets(options.folder, "data check")) {
    reports.push_back(report_of(set));
    if (!options.json) print(reports.back());
  }
  const int code = exit_code(reports);
  if (options.json) std::cout << Json{{"whole", code == kDone}, {"sets", reports}} << '\n';
  return code;
}

}  // namespace

void add_check_data(CLI::App& data, Program& program) {
  CLI::App* command = data.add_subcommand(
      "check",
      "Says which sets of Long Range Arena a folder holds, in which of the layouts in circulation, "
      "and what is in them: sequences, classes, lengths, symbols, and what is missing or "
      "damaged. The labels of list operations are compared with the values of the expressions. "
      "Layouts: the archive as unpacked (released), below raw_datasets/ (s5), listops/, aan/ and "
      "pathfinder/ (s4), or the folder of one set.");
  auto options = std::make_shared<CheckDataCommand>();
  command->add_option("folder", options->folder, "the folder of the data")->required();
  command->add_flag("--json", options->json, "print one JSON object");
  command->footer("Example:\n  gril data check lra_release");
  command->callback(
      [&program, options] { program.run = [options] { return check_data(*options); }; });
}

}  // namespace gril::cli
