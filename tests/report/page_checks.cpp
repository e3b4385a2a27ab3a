#include "tests/report/page_checks.h"

#include <filesystem>
#include <regex>
#include <set>

#include "gril/base/json_file.h"
#include "gril/report/number_text.h"

namespace gril {
namespace {

using Match = std::sregex_iterator;

/// Elements that have no end.
const std::set<std::string> kVoid = {"meta", "br", "img", "link"};

void add_nesting_faults(std::vector<std::string>& faults, const std::string& page) {
  const std::regex tag(R"(<(/?)([!A-Za-z0-9]+)([^<>]*?)(/?)>)");
  std::vector<std::string> open;
  for (auto match = Match(page.begin(), page.end(), tag); match != Match(); ++match) {
    const std::string name = (*match)[2];
    if (name.front() == '!') continue;  // <!DOCTYPE>, <![CDATA[
    if ((*match)[1].length() == 0) {
      if ((*match)[4].length() == 0 && kVoid.count(name) == 0) open.push_back(name);
      continue;
    }
    if (open.empty() || open.back() != name) {
      faults.push_back("</" + name + "> closes " + (open.empty() ? "nothing" : open.back()));
      return;
    }
    open.pop_back();
  }
  for (const std::string& name : open) faults.push_back("<" + name + "> stays open");
}

void add_id_faults(std::vector<std::string>& faults, const std::string& page) {
  const std::regex pattern(R"( id=['"]([^'"]*)['"])");
  std::set<std::string> ids;
  for (auto match = Match(page.begin(), page.end(), pattern); match != Match(); ++match) {
    if (!ids.insert((*match)[1]).second) faults.push_back("id twice: " + (*match)[1].str());
  }
}

/// Every number in a tree as a page prints it, and every text.
void collect_numbers(const Json& tree, std::set<std::string>& numbers) {
  if (tree.is_string()) numbers.insert(tree.get<std::string>());
  if (tree.is_number()) {
    for (const int digits : {3, 4, 5, 6, 8, 10}) numbers.insert(number_text(tree, digits));
  }
  if (tree.is_structured()) {
    for (const Json& child : tree) collect_numbers(child, numbers);
  }
}

/// "a … b", "a, b" and the name "#a  λ b" of a neuron in parts.
std::vector<std::string> numbers_in(const std::string& cell) {
  static const std::regex between(" … |, |  λ ");
  return {std::sregex_token_iterator(cell.begin(), cell.end(), between, -1),
          std::sregex_token_iterator()};
}

}  // namespace

int count(const std::string& text, const std::string& part) {
  int found = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) ++found;
  return found;
}

std::vector<std::string> page_faults(const std::string& page) {
  std::vector<std::string> faults;
  for (const char* link : {"http:", "https:", "<script", "<link", "<img", "@import", "src="}) {
    if (page.find(link) != std::string::npos) faults.push_back(std::string("loads ") + link);
  }
  add_nesting_faults(faults, page);
  add_id_faults(faults, page);
  return faults;
}

std::vector<std::string> foreign_numbers(const std::string& page, const RunDirectory& run) {
  std::set<std::string> known;
  for (const auto& file : std::filesystem::directory_iterator(run.analysis())) {
    if (file.path().extension() == ".json") collect_numbers(read_json(file.path(), "test"), known);
  }
  collect_numbers(read_json(run.provenance(), "test"), known);
  const std::regex cell(R"(<td class="number">([^<]*)</td>)");
  std::vector<std::string> foreign;
  for (auto match = Match(page.begin(), page.end(), cell); match != Match(); ++match) {
    for (const std::string& number : numbers_in((*match)[1])) {
      const bool position = number.size() <= 2;
      if (!position && known.count(number) == 0) foreign.push_back(number);
    }
  }
  return foreign;
}

}  // namespace gril
