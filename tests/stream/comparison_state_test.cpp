// A comparison that is saved, restored and merged.
#include "gril/stream/comparison_state.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <random>

#include "gril/base/error.h"
#include "gril/base/file.h"
#include "gril/stream/stream_comparison.h"
#include "tests/stream/model_file.h"
#include "tests/support/error_text.h"

namespace gril::test {
namespace {

using stream::ComparisonOptions;
using stream::ComparisonState;
using stream::InContextRegressor;
using stream::StreamComparison;

const std::vector<std::string> feature_names = {"a", "b"};

InContextRegressor descent(double decay) {
  const TemporaryFile file("model.safetensors");
  write_safetensors(file.path(), descent_model(3, 0.3 * (1.0 - decay), decay));
  return InContextRegressor(file.path());
}

/// Rows of two features and a target that follows them, then another law.
std::vector<std::array<double, 3>> turning_rows(int count) {
  std::mt19937_64 generator(1);
  std::normal_distribution<double> normal;
  std::vector<std::array<double, 3>> rows;
  for (int i = 0; i < count; ++i) {
    const double a = 3.0 + normal(generator);
    const double b = 0.1 * normal(generator);
    rows.push_back({a, b, (i < count / 2 ? 2.0 : -2.0) * a + b + 0.1 * normal(generator)});
  }
  return rows;
}

/// Small windows, so that they are full and turn over.
ComparisonOptions small_windows() {
  ComparisonOptions options;
  options.rivals.sliding_window.window = 20;
  options.rivals.nearest_neighbours = {20, 4};
  return options;
}

std::vector<std::array<double, stream::kMethods>> run(StreamComparison& comparison,
                                                      std::span<const std::array<double, 3>> rows) {
  std::vector<std::array<double, stream::kMethods>> predictions;
  for (const auto& row : rows) {
    if (comparison.predict({row.data(), 2})) predictions.push_back(comparison.predictions());
    comparison.observe(row[2]);
  }
  return predictions;
}

TEST(ComparisonState, StreamCutInTwoGoesOnWithTheSameBits) {
  const auto rows = turning_rows(1400);  // longer than the notes of an error curve
  const InContextRegressor model = descent(0.99);
  const ComparisonOptions options = small_windows();
  for (const std::size_t cut : {0, 1, 29, 30, 31, 700, 1399}) {
    StreamComparison whole(model, feature_names, options);
    run(whole, std::span(rows).first(cut));
    const TemporaryFile file("half.state");
    stream::write_comparison_state(file.path(), whole.save(to_json(options, "y", feature_names)));
    const auto expected = run(whole, std::span(rows).subspan(cut));
    StreamComparison later(model, feature_names, options);
    later.restore(stream::read_comparison_state(file.path()));
    EXPECT_EQ(run(later, std::span(rows).subspan(cut)), expected) << cut;
    EXPECT_EQ(later.save(nullptr).parts, whole.save(nullptr).parts) << cut;
    EXPECT_EQ(later.scored_rows(), 1370);
  }
}

double relative_difference(const std::vector<double>& a, const std::vector<double>& b) {
  double difference = 0.0;
  double scale = 0.0;
  EXPECT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference = std::max(difference, std::abs(a[i] - b[i]));
    scale = std::max(scale, std::abs(b[i]));
  }
  return difference / scale;
}

ComparisonOptions raw_columns() {
  ComparisonOptions options = small_windows();
  options.standardise = false;
  options.warm_up = 0;
  return options;
}

TEST(ComparisonState, MergedHalvesAreTheWholeWhereTheSumsAdd) {
  constexpr double kTolerance = 1e-12;
  const auto rows = turning_rows(300);
  for (const double decay : {1.0 - 1e-12, 0.99}) {
    const InContextRegressor model = descent(decay);
    StreamComparison whole(model, feature_names, raw_columns());
    run(whole, rows);
    auto expected = whole.save(nullptr).parts;
    for (const std::size_t cut : {0, 1, 2, 150, 299, 300}) {
      StreamComparison earlier(model, feature_names, raw_columns());
      StreamComparison later(model, feature_names, raw_columns());
      run(earlier, std::span(rows).first(cut));
      run(later, std::span(rows).subspan(cut));
      later.prepend(earlier);
      auto merged = later.save(nullptr).parts;
      for (const char* part : {"regressor", "running_mean", "standardiser", "counts"}) {
        EXPECT_LT(relative_difference(merged[part], expected[part]), kTolerance)
            << part << ' ' << cut;
      }
      EXPECT_EQ(later.scored_rows(), 0);
    }
  }
}

TEST(ComparisonState, MergesOfMergesAreTheWholeToo) {
  const auto rows = turning_rows(300);
  const InContextRegressor model = descent(0.99);
  StreamComparison whole(model, feature_names, raw_columns());
  run(whole, rows);
  std::vector<StreamComparison> thirds(3, {model, feature_names, raw_columns()});
  for (std::size_t i = 0; i < 3; ++i) run(thirds[i], std::span(rows).subspan(100 * i, 100));
  thirds[1].prepend(thirds[0]);
  thirds[2].prepend(thirds[1]);
  EXPECT_LT(relative_difference(thirds[2].save(nullptr).parts["regressor"],
                                whole.save(nullptr).parts["regressor"]),
            1e-12);
}

TEST(ComparisonState, HalvesWithStatisticsOfTheirOwnAreNotMerged) {
  const InContextRegressor model = descent(0.99);
  StreamComparison standardised(model, feature_names, {});
  EXPECT_EQ(error_text<InvalidArgument>([&] { standardised.prepend(standardised); }),
            "[stream] merged streams must take the columns as they are from the first row on; got "
            "standardised columns or a warm-up, which each half has for itself. Stream both with "
            "--no-standardise --warm-up 0.");
}

/// A saved state on disk, and what reading it back changed says.
class ComparisonStateFile : public ::testing::Test {
 protected:
  ComparisonStateFile() : file_("a.state") {
    StreamComparison comparison(descent(0.99), feature_names, small_windows());
    run(comparison, turning_rows(50));
    stream::write_comparison_state(file_.path(),
                                   comparison.save(to_json(small_windows(), "y", feature_names)));
    stored_ = read_safetensors(file_.path());
  }

  std::string text() {
    write_safetensors(file_.path(), stored_);
    std::string text =
        error_text<InvalidFile>([&] { stream::read_comparison_state(file_.path()); });
    const std::string path = file_.path().string();
    const auto at = text.find(path);
    return at == std::string::npos ? text : text.replace(at, path.size(), "{P}");
  }

  TemporaryFile file_;
  SafetensorsFile stored_;
};

TEST_F(ComparisonStateFile, EveryChangedByteIsFound) {
  const std::string good = read_file(file_.path(), "test");
  const auto write = [this](const std::string& bytes) {
    std::ofstream(file_.path(), std::ios::binary) << bytes;
  };
  for (std::size_t i = 0; i < good.size(); i += good.size() / 300 + 1) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    write(bad);
    EXPECT_THROW(stream::read_comparison_state(file_.path()), InvalidFile) << i;
  }
  write(good.substr(0, good.size() - 1));
  EXPECT_THROW(stream::read_comparison_state(file_.path()), InvalidFile);
}

TEST_F(ComparisonStateFile, OtherFilesVersionsAndDamageAreNamed) {
  const SafetensorsFile good = stored_;
  stored_.metadata["gril_stream_state"] = "2";
  EXPECT_EQ(
      text(),
      "[stream_state] {P}: the version must be 1; got \"2\". Save the state with this version "
      "of gril.");
  stored_.metadata.erase("gril_stream_state");
  EXPECT_EQ(text(),
            "[stream_state] {P}: metadata must hold gril_stream_state; got none. Give a file that "
            "gril stream --save-state wrote.");
  stored_ = good;
  stored_.metadata.erase("settings");
  EXPECT_EQ(text(),
            "[stream_state] {P}: metadata must hold settings; got none. The state was damaged.");
  stored_ = good;
  stored_.tensors["scores"].bytes[0] ^= std::byte{1};
  EXPECT_EQ(text(),
            "[stream_state] {P}: the checksum must fit the state; got another one. The state was "
            "damaged.");
}

TEST_F(ComparisonStateFile, AnotherModelOrPartsOfAnotherSizeAreRefusedAndNothingChanges) {
  const ComparisonState state = stream::read_comparison_state(file_.path());
  StreamComparison other(descent(0.98), feature_names, small_windows());
  EXPECT_EQ(error_text<InvalidArgument>([&] { other.restore(state); }),
            "[stream] the state must belong to this model; got one of another. Open the model it "
            "was saved from.");
  StreamComparison comparison(descent(0.99), feature_names, small_windows());
  const auto before = comparison.save(nullptr).parts;
  ComparisonState changed = state;
  changed.parts["running_mean"].pop_back();
  EXPECT_EQ(error_text<InvalidFile>([&] { comparison.restore(changed); }),
            "[stream_state] a part of the state must hold the numbers of its method; got 1, which "
            "are too few. Save the state anew.");
  changed = state;
  changed.parts["scores"].push_back(0.0);
  EXPECT_NE(error_text<InvalidFile>([&] { comparison.restore(changed); }).find("too many"),
            std::string::npos);
  changed = state;
  changed.parts["counts"][0] = 0.5;
  EXPECT_EQ(error_text<InvalidFile>([&] { comparison.restore(changed); }),
            "[stream_state] a count must be an integer from 0 to 2^53; got 0.5. The state was "
            "damaged.");
  changed = state;
  changed.parts["regressor"].pop_back();
  EXPECT_NE(error_text<InvalidFile>([&] { comparison.restore(changed); }).find("must hold"),
            std::string::npos);
  changed.parts.erase("rivals");
  EXPECT_EQ(error_text<InvalidFile>([&] { comparison.restore(changed); }),
            "[stream_state] the state must hold its part \"rivals\"; got none. Save the state "
            "anew.");
  EXPECT_EQ(comparison.save(nullptr).parts, before);
}

TEST(ComparisonSettings, ComeBackAndDifferencesAreNamed) {
  ComparisonOptions options = small_windows();
  options.warm_up = 7;
  options.rivals.recursive_least_squares.forgetting = 0.97;
  const Json settings = Json::parse(to_json(options, "y", feature_names).dump());
  const Json back = to_json(stream::read_comparison_options(settings), "y", feature_names);
  EXPECT_EQ(back, settings);
  options.warm_up = 8;
  const Json other = to_json(options, "y", feature_names);
  EXPECT_EQ(error_text<InvalidArgument>(
                [&] { stream::require_equal_settings(settings, "a.state", other, "this stream"); }),
            "[stream] the columns and options of a.state and this stream must be the same; got "
            "warm_up = 7 and 8. Give the same ones.");
  Json lacking = settings;
  lacking.erase("window");
  EXPECT_EQ(error_text<InvalidFile>([&] { stream::read_comparison_options(lacking); }),
            "[config] settings: \"window\" must be given; got no such key.");
}

}  // namespace
}  // namespace gril::test
