#include "gril/base/csv_table.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>

#include "gril/base/error.h"
#include "tests/support/error_text.h"

namespace gril::test {
namespace {

using Rows = std::vector<std::vector<std::string>>;

Rows rows_of(const std::string& text) {
  std::istringstream input(text);
  CsvTable table(input, "table", "t.csv");
  Rows rows = {table.columns()};
  while (table.next_row()) rows.emplace_back(table.fields().begin(), table.fields().end());
  return rows;
}

std::string text_of_error(const std::string& text, CsvOptions options = {}) {
  std::istringstream input(text);
  return error_text<InvalidFile>([&] {
    CsvTable table(input, "table", "t.csv", options);
    while (table.next_row()) {
    }
  });
}

TEST(CsvTable, ReadsPlainRows) {
  EXPECT_EQ(rows_of("a,b\n1,2\n3,4\n"), (Rows{{"a", "b"}, {"1", "2"}, {"3", "4"}}));
}

TEST(CsvTable, LastLineMayLackItsEnd) {
  EXPECT_EQ(rows_of("a,b\n1,2"), (Rows{{"a", "b"}, {"1", "2"}}));
}

TEST(CsvTable, ReadsWindowsLineEndsAndByteOrderMark) {
  EXPECT_EQ(rows_of("\xef\xbb\xbf"
                    "a,b\r\n1,2\r\n3,4\r\n"),
            (Rows{{"a", "b"}, {"1", "2"}, {"3", "4"}}));
}

TEST(CsvTable, QuotesHoldDelimitersLineEndsAndQuotes) {
  EXPECT_EQ(rows_of("\"a,1\",\"say \"\"b\"\"\"\n\"x\ny\",\"\"\n"),
            (Rows{{"a,1", "say \"b\""}, {"x\ny", ""}}));
}

TEST(CsvTable, BlanksAroundFieldsAndEmptyLinesAreSkipped) {
  EXPECT_EQ(rows_of("\n a ,\tb\n\n 1 , \"2\" \n\r\n3,4\n\n"),
            (Rows{{"a", "b"}, {"1", "2"}, {"3", "4"}}));
}

TEST(CsvTable, EmptyFieldsAreFields) {
  EXPECT_EQ(rows_of("a,b,c\n,,\n1,,3\n"), (Rows{{"a", "b", "c"}, {"", "", ""}, {"1", "", "3"}}));
}

TEST(CsvTable, DelimiterIsFoundInTheHeaderOutsideQuotes) {
  EXPECT_EQ(rows_of("a;b\n1;2\n"), (Rows{{"a", "b"}, {"1", "2"}}));
  EXPECT_EQ(rows_of("a\tb\n1\t\n"), (Rows{{"a", "b"}, {"1", ""}}));
  EXPECT_EQ(rows_of("\"a,b,c\";d\n1;2\n"), (Rows{{"a,b,c", "d"}, {"1", "2"}}));
  EXPECT_EQ(rows_of("a\n1\n"), (Rows{{"a"}, {"1"}}));
}

TEST(CsvTable, RowsAreNamedByNumberAndLine) {
  std::istringstream input("a\n\"1\n2\"\n\n3\n");
  CsvTable table(input, "table", "t.csv");
  table.next_row();
  EXPECT_EQ(table.row_name(), "row 1 (line 2)");
  table.next_row();
  EXPECT_EQ(table.row_name(), "row 2 (line 5)");
}

TEST(CsvTable, EmptyFileIsRefused) {
  const std::string expected =
      "[table] t.csv: must start with a header; got an empty file. Write the column names into "
      "its first line.";
  EXPECT_EQ(text_of_error(""), expected);
  EXPECT_EQ(text_of_error("\n\r\n"), expected);
  EXPECT_EQ(text_of_error("\xef\xbb\xbf"), expected);
}

TEST(CsvTable, HeaderWithoutRowsIsRefused) {
  EXPECT_EQ(text_of_error("a,b\n"),
            "[table] t.csv: must have rows below the header; got none. Give a table with at least "
            "one row.");
}

TEST(CsvTable, WrongNumberOfFieldsNamesTheRow) {
  EXPECT_EQ(text_of_error("a,b,c\n1,2,3\n1,2\n"),
            "[table] t.csv: row 2 (line 3) must have 3 fields as the header has; got 2. Correct "
            "that line.");
  EXPECT_EQ(text_of_error("a,b\n1,2,3\n"),
            "[table] t.csv: row 1 (line 2) must have 2 fields as the header has; got 3. Correct "
            "that line.");
}

TEST(CsvTable, ColumnsNeedDifferentNames) {
  EXPECT_EQ(text_of_error("a,b,a\n1,2,3\n"),
            "[table] t.csv: column names must differ; got \"a\" twice. Rename one of them.");
  EXPECT_EQ(text_of_error("a,,b\n1,2,3\n"),
            "[table] t.csv: every column must have a name; got none for column 2. Name it in the "
            "header.");
}

TEST(CsvTable, MillionColumnsAreRefusedBeforeMemoryGrows) {
  std::string header = "c";
  for (int i = 1; i < 1'000'000; ++i) header += ",c" + std::to_string(i);
  const std::string rest =
      " columns in 1048576 bytes; got more. Keep the columns you need, for "
      "example with cut -d, -f1-20.";
  EXPECT_EQ(text_of_error(header + "\n"),
            "[table] t.csv: the header must have at most 10000" + rest);
  std::string short_names = "c";
  for (int i = 1; i < 10'001; ++i) short_names += ",c" + std::to_string(i);
  EXPECT_EQ(text_of_error(short_names + "\n"),
            "[table] t.csv: the header must have at most 10000" + rest);
}

TEST(CsvTable, VeryLongLineIsRefused) {
  EXPECT_EQ(text_of_error("a,b\n1,2\n" + std::string(100, '1') + ",2\n",
                          {.columns = 10, .record_bytes = 64}),
            "[table] t.csv: line 3 must have at most 64 bytes; got more. Look for an opening "
            "quote that is never closed.");
}

TEST(CsvTable, NulBytesAndUtf16AreRefused) {
  EXPECT_EQ(text_of_error(std::string("a,b\n1,\0002\n", 9)),
            "[table] t.csv: line 2 must be text; got a NUL byte. Give a CSV file, not a binary "
            "one.");
  EXPECT_EQ(text_of_error("\xff\xfe"
                          "a"),
            "[table] t.csv: must be UTF-8 text; got UTF-16. Save the table as UTF-8.");
  EXPECT_EQ(text_of_error("\xef\xbb"
                          "a,b\n"),
            "[table] t.csv: must be UTF-8 text; got a damaged byte order mark. Save the table as "
            "UTF-8.");
}

TEST(CsvTable, MisplacedQuotesAreRefused) {
  EXPECT_EQ(text_of_error("a,b\n1,\"2\n3,4\n"),
            "[table] t.csv: line 2 must close every quote; got the end of the file inside one. "
            "Close it.");
  EXPECT_EQ(text_of_error("a,b\n5\"\",2\n"),
            "[table] t.csv: line 2 must have quotes only around whole fields; got 5\"\". Double "
            "the quote inside a quoted field.");
  EXPECT_EQ(text_of_error("a,b\n\"5\"x,2\n"),
            "[table] t.csv: line 2 must have a delimiter after a closing quote; got \"x\". Double "
            "the quote inside a quoted field.");
}

TEST(CsvTable, WithoutAHeaderTheFirstRecordIsARowAndColumnsAreNumbers) {
  std::istringstream input("5.1,3.5,Iris-setosa\n4.9,3.0,\"Iris, other\"\n");
  CsvTable table(input, "table", "iris.data", {.header = false});
  EXPECT_EQ(table.columns(), (std::vector<std::string>{"1", "2", "3"}));
  ASSERT_TRUE(table.next_row());
  EXPECT_EQ(table.row_name(), "row 1 (line 1)");
  EXPECT_EQ(table.fields()[2], "Iris-setosa");
  ASSERT_TRUE(table.next_row());
  EXPECT_EQ(table.row_name(), "row 2 (line 2)");
  EXPECT_EQ(table.fields()[2], "Iris, other");
  EXPECT_FALSE(table.next_row());
}

TEST(CsvTable, WithoutAHeaderErrorsNameTheFirstRow) {
  EXPECT_EQ(text_of_error("1,2\n3\n", {.header = false}),
            "[table] t.csv: row 2 (line 2) must have 2 fields as the first row has; got 1. Correct "
            "that line.");
  EXPECT_EQ(text_of_error("", {.header = false}),
            "[table] t.csv: must start with the first row; got an empty file. Give a table with at "
            "least one row.");
}

}  // namespace
}  // namespace gril::test
