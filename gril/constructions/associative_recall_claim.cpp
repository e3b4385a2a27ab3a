#include "gril/constructions/associative_recall_claim.h"

#include <algorithm>

#include "gril/base/check.h"
#include "gril/base/config_section.h"
#include "gril/base/nearest_word.h"

namespace gril {
namespace {

constexpr const char* kWhere = "associative_recall";

}  // namespace

const std::vector<std::string>& recall_layout_names() {
  static const std::vector<std::string> names = {"joint", "interleaved"};
  return names;
}

std::string recall_layout_name(RecallLayout layout) {
  return recall_layout_names()[static_cast<std::size_t>(layout)];
}

RecallLayout recall_layout_from_name(const std::string& name) {
  const auto& names = recall_layout_names();
  const auto found = std::find(names.begin(), names.end(), name);
  require(found != names.end(), kWhere, "layout must be one of ", join_words(names), "; got \"",
          name, "\".", suggestion(name, names));
  return static_cast<RecallLayout>(found - names.begin());
}

int64_t AssociativeRecallClaim::token_width() const {
  return keys + values + (layout == RecallLayout::kInterleaved ? 1 : 0);
}

int64_t AssociativeRecallClaim::length(int64_t pairs_shown) const {
  return layout == RecallLayout::kInterleaved ? 2 * pairs_shown + 2 : pairs_shown + 1;
}

void check(const AssociativeRecallClaim& claim) {
  require(claim.keys >= 1, kWhere, "keys must be at least 1; got ", claim.keys, ".");
  require(claim.values >= 2, kWhere, "values must be at least 2; got ", claim.values, ".");
  require(claim.pairs >= 1, kWhere, "pairs must be at least 1; got ", claim.pairs, ".");
}

std::string sentence(const AssociativeRecallClaim& claim) {
  return concatenate(
      "Associative recall of ", claim.keys, " keys and ", claim.values, " values from ",
      recall_layout_name(claim.layout),
      " tokens: the score of a value is how often the query's key was shown with it.");
}

Json to_json(const AssociativeRecallClaim& claim, double tolerance) {
  return {{"algorithm", "associative-recall"},
          {"layout", recall_layout_name(claim.layout)},
          {"keys", claim.keys},
          {"values", claim.values},
          {"pairs", claim.pairs},
          {"tolerance", tolerance}};
}

AssociativeRecallClaim read_associative_recall_claim(const Json& tree, const std::string& where) {
  ConfigSection section(tree, where, "gril_claim");
  for (const char* key : {"layout", "keys", "values", "pairs", "tolerance"}) section.need(key);
  section.choice("algorithm", "", {"associative-recall"});
  section.number("tolerance", 0.0, 0.0);
  AssociativeRecallClaim claim;
  claim.layout = recall_layout_from_name(section.choice("layout", "", recall_layout_names()));
  claim.keys = section.integer("keys", claim.keys, 1);
  claim.values = section.integer("values", claim.values, 2);
  claim.pairs = section.integer("pairs", claim.pairs, 1);
  section.finish();
  return claim;
}

}  // namespace gril
