//===- TableTest.cpp - The features of a table ----------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Table/Table.h"

#include "Support/Files.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace mlc::runtime;
using namespace mlc::test;

namespace {
using Values = std::vector<float>;

/// The row that `sparse` is at, written out.
Values dense(const SparseRows &sparse, std::size_t width) {
  Values row(width);
  for (std::size_t at = 0; at < sparse.indices.size(); ++at)
    row[static_cast<std::size_t>(sparse.indices[at])] = sparse.values[at];
  return row;
}

Values encode(const Table &table, std::vector<std::string_view> cells) {
  SparseRows out;
  EXPECT_EQ(table.encode(cells, out), std::nullopt);
  return dense(out, table.width());
}

TableColumn learn(std::vector<double> numbers, Scaling scaling) {
  TableColumn column = {.name = "x", .values = {}};
  EXPECT_TRUE(learnNumbers(numbers, scaling, column));
  return column;
}

Values scaled(const TableColumn &column, std::vector<double> numbers,
              Scaling scaling) {
  Values all;
  for (double number : numbers) {
    SparseRows out;
    EXPECT_TRUE(column.encodeNumber(number, scaling, 0, out));
    const Values row = dense(out, column.width());
    all.insert(all.end(), row.begin(), row.end());
  }
  return all;
}
} // namespace

/// As RealMLP's preprocessing has it: quartiles of NumPy.
TEST(Table, RobustScaling) {
  // Quartiles of 0 1 2 4 10: 1 and 4; the median is 2.
  const TableColumn column = learn({4, 0, 10, 1, 2}, Scaling::Robust);
  EXPECT_EQ(column.median, 2);
  EXPECT_DOUBLE_EQ(column.factor, 1.0 / 3);
  const double z = 8.0 / 3;
  const Values out = scaled(column, {2, 10}, Scaling::Robust);
  EXPECT_EQ(out[0], 0);
  EXPECT_FLOAT_EQ(out[1], float(z / std::sqrt(1 + z * z / 9)));
  // However far away.
  EXPECT_EQ(scaled(column, {1e300, -1e300}, Scaling::Robust), (Values{3, -3}));
  // Equal quartiles: half of the whole range.
  EXPECT_DOUBLE_EQ(learn({1, 1, 1, 1, 1, 9}, Scaling::Robust).factor, 0.25);
  // No range at all.
  const TableColumn same = learn({7, 7}, Scaling::Robust);
  EXPECT_EQ(scaled(same, {7, 9}, Scaling::Robust), (Values{0, 0}));
}

TEST(Table, OtherScaling) {
  const TableColumn column = learn({1, 3}, Scaling::Standard);
  EXPECT_EQ(scaled(column, {1, 3, 4}, Scaling::Standard), (Values{-1, 1, 2}));
  EXPECT_EQ(scaled(learn({5, 5}, Scaling::Standard), {5, 6}, Scaling::Standard),
            (Values{0, 0}));
  EXPECT_EQ(scaled(learn({1, 3}, Scaling::None), {7}, Scaling::None),
            (Values{7}));
}

TEST(Table, MissingNumbers) {
  const TableColumn column = learn({1, NAN, 3, 5}, Scaling::Standard);
  EXPECT_EQ(column.median, 3);
  EXPECT_EQ(scaled(column, {3, NAN}, Scaling::Standard), (Values{0, 0, 0, 1}));
  // Only where training rows have any is there a feature for it.
  EXPECT_EQ(scaled(learn({1, 3}, Scaling::None), {NAN}, Scaling::None),
            (Values{2}));
  TableColumn none;
  const std::vector<double> all = {NAN, NAN};
  EXPECT_FALSE(learnNumbers(all, Scaling::Robust, none));
}

TEST(Table, Numbers) {
  EXPECT_EQ(numberOf(" +1.5e2 "), 150);
  EXPECT_EQ(numberOf("1e-400"), 0);
  for (const char *cell : {"", "x", "1x", "nan", "inf", "1e400", "+-1", "0x1"})
    EXPECT_TRUE(std::isnan(numberOf(cell))) << cell;
}

TEST(Table, Categories) {
  const Table table(
      {.scaling = Scaling::None},
      {{.name = "b", .type = ColumnType::Category, .values = {"n", "s", "w"}},
       {.name = "a", .type = ColumnType::Category, .values = {"no", "yes"}},
       {.name = "z", .values = {}}},
      {});
  // Numbers first, then by the names of columns.
  EXPECT_EQ(table.featureNames(),
            (std::vector<std::string>{"z", "a=no:yes", "b=n", "b=s", "b=w"}));
  EXPECT_EQ(encode(table, {"1", "no", "s"}), (Values{1, 1, 0, 1, 0}));
  EXPECT_EQ(encode(table, {"2", " yes ", "w"}), (Values{2, -1, 0, 0, 1}));
  // Missing or unseen.
  EXPECT_EQ(encode(table, {"3", "", "?"}), (Values{3, 0, 0, 0, 0}));
  SparseRows out;
  EXPECT_EQ(table.encode(std::vector<std::string_view>{"x", "no", "s"}, out),
            std::optional<std::size_t>(0));
  EXPECT_EQ(
      table.encode(std::vector<std::string_view>{"1e300", "no", "s"}, out),
      std::optional<std::size_t>(0));
}

TEST(Table, GoesThroughAFile) {
  TemporaryFolder folder;
  const Table table(
      {.scaling = Scaling::Robust,
       .missing = {"-9"},
       .textColumns = {"t"},
       .labelColumns = {"y"},
       .labels = {.kind = LabelKind::Numbers, .form = LabelForm::Numbers}},
      {learn({1, NAN, 0.1}, Scaling::Robust),
       {.name = "c", .type = ColumnType::Category, .values = {"\"", "\n"}}},
      TargetScale{0.1, 3});
  SafetensorsContents contents;
  contents.metadata["format"] = "mlc.dataset";
  table.store(contents);
  writeSafetensors(folder / "x", contents);
  const SafetensorsFile file(folder / "x");
  const Table read = Table::load(file).value();
  EXPECT_EQ(read.width(), table.width());
  EXPECT_EQ(read.settings().missing, table.settings().missing);
  EXPECT_EQ(read.settings().textColumns, table.settings().textColumns);
  EXPECT_EQ(read.settings().labels.kind, LabelKind::Numbers);
  EXPECT_EQ(read.target(), table.target());
  for (const char *number : {"0.3", "-9", "1e6"})
    EXPECT_EQ(encode(read, {number, "\n"}), encode(table, {number, "\n"}));
  // The same bytes again.
  SafetensorsContents again;
  read.store(again);
  EXPECT_EQ(again.metadata.at("table"), contents.metadata.at("table"));
}

TEST(Table, BrokenFiles) {
  TemporaryFolder folder;
  const std::string head =
      "{\"version\": 1, \"scale\": \"none\", \"missing\": [], "
      "\"text_columns\": [], \"label_columns\": [\"y\"], \"labels\": "
      "{\"kind\": "
      "\"numbers\", \"form\": \"numbers\"}, \"columns\": ";
  const std::string number =
      "{\"name\": \"x\", \"type\": \"number\", "
      "\"median\": \"0\", \"center\": \"0\", \"factor\": \"1\", "
      "\"missing\": false}";
  const auto load = [&](const std::string &table) {
    writeSafetensors(folder / "x",
                     {.tensors = {}, .metadata = {{"table", table}}});
    return Table::load(SafetensorsFile(folder / "x"));
  };
  EXPECT_TRUE(load(head + "[" + number + "]}").has_value());
  const auto changed = [&](const std::string &from, const std::string &to) {
    std::string text = head + "[" + number + "]}";
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
  };
  const std::string broken[] = {
      "",
      "[]",
      "{}",
      head + "[]}",
      head + "3}",
      head + "[3]}",
      head + "[" + number + "," + number + "]}",
      changed("\"version\": 1", "\"version\": 2"),
      changed("\"none\"", "\"most\""),
      changed("\"missing\": []", "\"missing\": [1]"),
      changed("\"label_columns\": [\"y\"]", "\"label_columns\": 1"),
      changed("\"kind\": \"numbers\"", "\"kind\": \"other\""),
      changed("\"form\": \"numbers\"", "\"form\": \"words\""),
      changed("\"kind\": \"numbers\"", "\"kind\": \"stars\""),
      changed("\"type\": \"number\"", "\"type\": \"text\""),
      changed("\"median\": \"0\"", "\"median\": 0"),
      changed("\"factor\": \"1\", ", ""),
      changed("\"center\": \"0\"", "\"center\": \"nan\""),
      changed("\"missing\": false", "\"missing\": 0"),
      head + "[{\"name\": \"c\", \"type\": \"category\", \"values\": []}]}",
      head + "[{\"name\": \"c\", \"type\": \"category\", \"values\": [\"a\", "
             "\"a\"]}]}",
  };
  for (const std::string &text : broken) {
    const std::string message = inputError([&] { load(text); });
    EXPECT_TRUE(message.starts_with(folder / "x: its table ")) << message;
    EXPECT_TRUE(
        message.ends_with("make the training set again with `mlc data`"))
        << message;
  }
  for (const auto &[mean, deviation] :
       {std::pair("1", "0"), std::pair("x", "1"), std::pair("1", "-1"),
        std::pair("1", "nan")}) {
    writeSafetensors(folder / "x", {.tensors = {},
                                    .metadata = {{"target_mean", mean},
                                                 {"target_sd", deviation}}});
    EXPECT_NE(inputError([&] {
                targetScaleOf(SafetensorsFile(folder / "x"));
              }).find("target_"),
              std::string::npos);
  }
}
