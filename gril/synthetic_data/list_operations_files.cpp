#include "gril/synthetic_data/list_operations_files.h"

#include <string>
#include <unordered_set>
#include <utility>

#include "gril/base/check.h"
#include "gril/base/file.h"
#include "gril/base/seed.h"

namespace gril {
namespace {

constexpr std::string_view kWhere = "list_operations";

uint64_t hash(const ListExpression& expression) {
  const auto* bytes = reinterpret_cast<const char*>(expression.data());
  return child_seed(0, std::string_view(bytes, expression.size()));
}

/// The expressions of a set one after the other.
class ExpressionSource {
 public:
  explicit ExpressionSource(const ListOperationsSet& set)
      : law_(set.law), draws_(child_seed(set.seed, "list operations")) {}

  ListExpression next() {
    constexpr int64_t kMostDraws = 1'000'000;
    for (int64_t i = 0; i < kMostDraws; ++i) {
      ++drawn_;
      std::optional<ListExpression> expression = draw_list_expression(law_, draws_);
      if (expression && known_.insert(hash(*expression)).second) return *std::move(expression);
    }
    require(false, kWhere, "the law must yield as many expressions as are asked for; got only ",
            known_.size(), " different ones, and no other in ", kMostDraws,
            " draws. Allow other lengths, or ask for fewer.");
    return {};
  }
  int64_t drawn() const { return drawn_; }

 private:
  ListExpressionLaw law_;
  RandomDraws draws_;
  std::unordered_set<uint64_t> known_;
  int64_t drawn_ = 0;
};

void check_sizes(const ListOperationsSet& set) {
  constexpr int64_t kMost = 100'000'000;
  for (const int64_t part : {set.train, set.validation, set.test}) {
    require(part >= 0 && part <= kMost, kWhere, "the size of a part must lie in [0, ", kMost,
            "]; got ", part, ".");
  }
  const int64_t all = set.train + set.validation + set.test;
  require(all >= 1 && all <= kMost, kWhere, "a set must have 1 to ", kMost, " expressions; got ",
          all, ".");
}

Json settings(const ListOperationsSet& set) {
  return {{"data", "list operations"},
          {"train", set.train},
          {"validation", set.validation},
          {"test", set.test},
          {"seed", set.seed},
          {"min_length", set.law.min_length},
          {"max_length", set.law.max_length},
          {"max_depth", set.law.max_depth},
          {"max_arguments", set.law.max_arguments}};
}

/// Writes the lines of one part; false when told to stop.
bool write_part(int64_t size, AtomicFile& file, ExpressionSource& source,
                ListOperationsCounts& counts, const std::function<bool(int64_t)>& go_on) {
  file.write("Source\tTarget\n");
  for (int64_t i = 0; i < size; ++i) {
    const ListExpression expression = source.next();
    const int64_t value = list_value(expression);
    file.write(concatenate(list_text(expression), '\t', value, '\n'));
    ++counts.labels.at(static_cast<std::size_t>(value));
    if (!go_on(++counts.written)) return false;
  }
  return true;
}

}  // namespace

ListOperationsCounts write_list_operations(const std::filesystem::path& folder,
                                           const ListOperationsSet& set, EarlierData earlier,
                                           const std::function<bool(int64_t)>& go_on) {
  check(set.law, kWhere);
  check_sizes(set);
  const GeneratedFolder target{
      folder, {"basic_train.tsv", "basic_val.tsv", "basic_test.tsv"}, settings(set)};
  check_generated_folder(target, earlier, kWhere);
  create_generated_folder(target, kWhere);
  AtomicFile train(folder / target.content[0], kWhere);
  AtomicFile validation(folder / target.content[1], kWhere);
  AtomicFile test(folder / target.content[2], kWhere);
  ListOperationsCounts counts;
  ExpressionSource source(set);
  counts.finished = write_part(set.train, train, source, counts, go_on) &&
                    write_part(set.validation, validation, source, counts, go_on) &&
                    write_part(set.test, test, source, counts, go_on);
  counts.drawn = source.drawn();
  if (!counts.finished) return counts;
  // From the first file that takes its name to the last nothing says how the set was made.
  remove_generated_json(target, kWhere);
  train.commit();
  validation.commit();
  test.commit();
  write_generated_json(target, kWhere);
  return counts;
}

}  // namespace gril
