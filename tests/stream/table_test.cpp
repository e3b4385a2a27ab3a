// Cells, columns and rows of a table.
#include <gtest/gtest.h>

#include <sstream>

#include "gril/base/check.h"
#include "gril/base/table_cell.h"
#include "gril/stream/prediction_table.h"
#include "gril/stream/table_columns.h"
#include "gril/stream/table_reader.h"
#include "tests/support/error_text.h"

namespace gril::test {
namespace {

using stream::ColumnChoice;
using stream::ColumnOptions;
using stream::MissingCells;

TEST(TableCell, ReadsDecimalNumbers) {
  EXPECT_EQ(read_cell("1.25").value, 1.25);
  EXPECT_EQ(read_cell("-3e-2").value, -0.03);
  EXPECT_EQ(read_cell("+7").value, 7.0);
  EXPECT_EQ(read_cell(".5").value, 0.5);
  EXPECT_EQ(read_cell("1e-400").value, 0.0);
  EXPECT_EQ(read_cell("1e-400").kind, CellKind::kNumber);
}

TEST(TableCell, KnowsMissingWords) {
  for (const char* word : {"", "NA", "n/a", "NaN", "nan", "NULL", "None", "?"}) {
    EXPECT_EQ(read_cell(word).kind, CellKind::kMissing) << word;
  }
}

TEST(TableCell, TellsTextFromNumbers) {
  for (const char* word : {"abc", "1,5", "1.2.3", "12 kg", "+-1", "-", "+", "0x1f", "nano", "1e"}) {
    EXPECT_EQ(read_cell(word).kind, CellKind::kNotNumber) << word;
  }
}

TEST(TableCell, NumbersWhoseSquareOverflowsAreTooLarge) {
  for (const char* word : {"inf", "-inf", "1e400", "-1e101"}) {
    EXPECT_EQ(read_cell(word).kind, CellKind::kTooLarge) << word;
  }
  EXPECT_EQ(read_cell("1e100").kind, CellKind::kNumber);
}

const std::vector<std::string> table_columns = {"hour", "temp", "wind", "cnt"};

std::string column_error(const ColumnOptions& options) {
  return error_text<InvalidArgument>(
      [&] { stream::choose_columns(table_columns, options, "t.csv"); });
}

TEST(TableColumns, EveryOtherColumnIsAFeature) {
  const ColumnChoice choice = stream::choose_columns(table_columns, {"temp", {}, {}}, "t.csv");
  EXPECT_EQ(choice.target, 1U);
  EXPECT_EQ(choice.features, (std::vector<std::size_t>{0, 2, 3}));
  EXPECT_EQ(choice.feature_names, (std::vector<std::string>{"hour", "wind", "cnt"}));
}

TEST(TableColumns, FeaturesKeepTheCallersOrder) {
  const ColumnChoice choice =
      stream::choose_columns(table_columns, {"cnt", {"wind", "hour"}, {}}, "t.csv");
  EXPECT_EQ(choice.features, (std::vector<std::size_t>{2, 0}));
}

TEST(TableColumns, DroppedColumnsAreLeftOut) {
  const ColumnChoice choice =
      stream::choose_columns(table_columns, {"cnt", {}, {"temp", "hour"}}, "t.csv");
  EXPECT_EQ(choice.features, (std::vector<std::size_t>{2}));
}

TEST(TableColumns, UnknownNamesSuggestTheNearest) {
  EXPECT_EQ(column_error({"cntt", {}, {}}),
            "[stream] --target must name a column of t.csv; got \"cntt\". Did you mean \"cnt\"? "
            "Columns: hour, temp, wind, cnt.");
  EXPECT_EQ(column_error({"pressure", {}, {}}),
            "[stream] --target must name a column of t.csv; got \"pressure\". Columns: hour, temp, "
            "wind, cnt.");
  EXPECT_EQ(column_error({"cnt", {"tem"}, {}}),
            "[stream] --features must name a column of t.csv; got \"tem\". Did you mean \"temp\"? "
            "Columns: hour, temp, wind, cnt.");
  EXPECT_EQ(column_error({"cnt", {}, {"winds"}}),
            "[stream] --drop must name a column of t.csv; got \"winds\". Did you mean \"wind\"? "
            "Columns: hour, temp, wind, cnt.");
}

TEST(TableColumns, LongListsOfColumnsAreCut) {
  std::vector<std::string> columns(32);
  for (std::size_t i = 0; i < columns.size(); ++i) columns[i] = concatenate('c', i);
  const std::string text = error_text<InvalidArgument>([&] {
    stream::choose_columns(columns, {"nothing", {}, {}}, "t.csv");
  });
  EXPECT_TRUE(text.ends_with("c28, c29 and 2 more.")) << text;
}

TEST(TableColumns, ContradictionsAreRefused) {
  EXPECT_EQ(column_error({"cnt", {}, {"cnt"}}),
            "[stream] --drop must not name the target; got \"cnt\". Drop another column.");
  const std::string rule =
      "[stream] --features must name columns once, without the target and dropped ones; got ";
  EXPECT_EQ(column_error({"cnt", {"cnt"}, {}}), rule + "\"cnt\". Take it out of one list.");
  EXPECT_EQ(column_error({"cnt", {"temp"}, {"temp"}}), rule + "\"temp\". Take it out of one list.");
  EXPECT_EQ(column_error({"cnt", {"temp", "temp"}, {}}),
            rule + "\"temp\". Take it out of one list.");
  EXPECT_EQ(column_error({"cnt", {}, {"hour", "temp", "wind"}}),
            "[stream] t.csv must have a feature column beside the target; got none. Drop fewer "
            "columns.");
}

/// A reader of a,b → y with its table.
class ReaderOf {
 public:
  ReaderOf(const std::string& text, MissingCells missing)
      : input_(text),
        table_(input_, "stream", "t.csv"),
        reader(table_, stream::choose_columns(table_.columns(), {"y", {}, {"note"}}, "t.csv"),
               missing) {}

 private:
  std::istringstream input_;
  CsvTable table_;

 public:
  stream::TableReader reader;
};

TEST(TableReader, GivesFeaturesAndTargetAndLeavesOtherColumnsUnread) {
  ReaderOf table("a,note,y,b\n1,hello,2,3\n4,,5,6\n", MissingCells::kRefuse);
  ASSERT_TRUE(table.reader.next());
  EXPECT_EQ(table.reader.features()[0], 1.0);
  EXPECT_EQ(table.reader.features()[1], 3.0);
  EXPECT_EQ(table.reader.target(), 2.0);
  ASSERT_TRUE(table.reader.next());
  EXPECT_EQ(table.reader.target(), 5.0);
  EXPECT_EQ(table.reader.row(), 2);
  EXPECT_FALSE(table.reader.next());
}

TEST(TableReader, SkipsAndCountsRowsWithMissingCells) {
  ReaderOf table("a,note,y,b\n1,,2,3\n,,2,3\n1,,NA,3\n4,,5,6\n", MissingCells::kSkipRow);
  EXPECT_TRUE(table.reader.next());
  EXPECT_TRUE(table.reader.next());
  EXPECT_EQ(table.reader.row(), 4);
  EXPECT_FALSE(table.reader.next());
  EXPECT_EQ(table.reader.skipped_rows(), 2);
}

std::string reader_error(const std::string& text, MissingCells missing = MissingCells::kRefuse) {
  ReaderOf table(text, missing);
  return error_text<InvalidFile>([&] {
    while (table.reader.next()) {
    }
  });
}

TEST(TableReader, BadCellsAreNamedByRowLineAndColumn) {
  EXPECT_EQ(reader_error("a,note,y,b\n1,,2,3\n1,,2,\n"),
            "[stream] t.csv: row 2 (line 3), column \"b\" must be present; got \"\". Fill the "
            "cell, leave such rows out with --missing skip-row, or the column with --drop b.");
  EXPECT_EQ(reader_error("a,note,y,b\nabc,,2,3\n"),
            "[stream] t.csv: row 1 (line 2), column \"a\" must be a number; got \"abc\". Correct "
            "the cell, or leave the column out with --drop a.");
  EXPECT_EQ(reader_error("a,note,y,b\n1,,2,inf\n"),
            "[stream] t.csv: row 1 (line 2), column \"b\" must be at most 1e100 in size; got "
            "\"inf\". Correct the cell, or leave the column out with --drop b.");
}

TEST(TableReader, TextIsRefusedInRowsThatMayBeSkipped) {
  EXPECT_EQ(reader_error("a,note,y,b\n,,abc,3\n", MissingCells::kSkipRow),
            "[stream] t.csv: row 1 (line 2), column \"y\" must be a number; got \"abc\". Correct "
            "the cell, or leave the column out with --drop y.");
}

TEST(TableReader, LongCellsAreShortenedInMessages) {
  EXPECT_EQ(reader_error("a,note,y,b\n1,,2," + std::string(100, 'x') + "\n"),
            "[stream] t.csv: row 1 (line 2), column \"b\" must be a number; got \"" +
                std::string(40, 'x') +
                "…\". Correct the cell, or leave the column out with --drop b.");
}

TEST(PredictionTable, WritesHeaderAndRows) {
  std::string text;
  const std::vector<std::string_view> names = {"gril", "other"};
  stream::PredictionTable table([&text](std::string_view part) { text += part; }, names);
  table.add(3, 0.1, std::vector<double>{1.0 / 3.0, -2e20});
  table.add(4, 1.0, std::vector<double>{0.0, 5.5});
  EXPECT_EQ(text, "");
  table.flush();
  EXPECT_EQ(text, "row,target,gril,other\n3,0.1,0.3333333333,-2e+20\n4,1,0,5.5\n");
}

TEST(PredictionTable, HandsOverLongTablesInPieces) {
  std::size_t pieces = 0;
  std::string text;
  const std::vector<std::string_view> names = {"gril"};
  stream::PredictionTable table(
      [&](std::string_view part) {
        ++pieces;
        text += part;
        EXPECT_LE(part.size(), 65536U);
      },
      names);
  for (int row = 1; row <= 20000; ++row) table.add(row, 1.5, std::vector<double>{2.5});
  table.flush();
  EXPECT_GT(pieces, 2U);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 20001);
}

}  // namespace
}  // namespace gril::test
