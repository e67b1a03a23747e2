//===- ShardsTest.cpp - mlc data --shard-rows -----------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Data/Dataset.h"
#include "Data/PartEntry.h"
#include "Error.h"
#include "Support/DataCommand.h"
#include "Support/Files.h"
#include "System/FilePattern.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

namespace mlc::test {
namespace {

using namespace mlc::runtime;

class ShardsTest : public testing::Test {
protected:
  /// Runs it on 25 rows; where it is sparse, of the classes a and b.
  Outcome run(const char *input, std::vector<std::string> more) {
    std::vector<std::string> arguments = {folder / input};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return runData(arguments);
  }
  ShardsTest() {
    std::ofstream texts(folder / "texts.csv"), table(folder / "table.csv"),
        several(folder / "several.csv");
    texts << "label,text\n";
    table << "size,colour,weight,y\n";
    several << "label,text\n";
    for (int row = 0; row < 25; ++row) {
      texts << (row % 3 == 0 ? "a" : "b") << ",word" << row % 7 << " and word"
            << row % 4 << " again\n";
      table << row * 0.5 << "," << (row % 2 ? "red" : "blue") << ","
            << row % 5 + 1 << "," << row * 1.5 << "\n";
      several << (row % 2 ? "x" : "x;z") << ",word" << row % 7 << "\n";
    }
  }

  /// Rows of the parts, one after another, are those of the whole file.
  void expectSameRows(const std::string &whole,
                      const std::vector<std::string> &parts) {
    const Dataset all(whole);
    std::int64_t row = 0;
    for (const std::string &path : parts) {
      const Dataset part(path);
      EXPECT_EQ(part.width(), all.width());
      EXPECT_EQ(part.classNames(), all.classNames());
      EXPECT_EQ(part.target(), all.target());
      EXPECT_EQ(part.weights().empty(), all.weights().empty());
      for (const char *key : {"vectorizer", "table"})
        EXPECT_EQ(part.file()->metadata().contains(key),
                  all.file()->metadata().contains(key));
      for (std::int64_t own = 0; own < part.rows(); ++own, ++row) {
        EXPECT_EQ(entriesOf(part, own), entriesOf(all, row));
        for (std::int64_t column = 0; column < all.labelColumns(); ++column)
          EXPECT_EQ(labelOf(part, own, column), labelOf(all, row, column));
        if (!all.weights().empty()) {
          EXPECT_EQ(part.weights()[std::size_t(own)],
                    all.weights()[std::size_t(row)]);
        }
      }
    }
    EXPECT_EQ(row, all.rows());
  }
  static double labelOf(const Dataset &data, std::int64_t row,
                        std::int64_t column) {
    const auto at = std::size_t(row * data.labelColumns() + column);
    return data.hasClassLabels() ? data.classLabels()[at]
                                 : double(data.realLabels()[at]);
  }
  static std::vector<std::pair<std::int64_t, float>>
  entriesOf(const Dataset &data, std::int64_t row) {
    std::vector<std::pair<std::int64_t, float>> entries;
    if (!data.isSparse()) {
      for (std::int64_t column = 0; column < data.width(); ++column)
        entries.emplace_back(
            column, data.features()[std::size_t(row * data.width() + column)]);
      return entries;
    }
    const std::vector<std::int64_t> columns = columnsOf(data);
    for (auto at = std::size_t(data.indptr()[std::size_t(row)]);
         at < std::size_t(data.indptr()[std::size_t(row) + 1]); ++at)
      entries.emplace_back(columns[at],
                           data.values().empty() ? 1 : data.values()[at]);
    return entries;
  }

  TemporaryFolder folder;
};

TEST_F(ShardsTest, PartsHaveTheRowsOfTheWhole) {
  for (const auto &[input, more] :
       std::vector<std::pair<const char *, std::vector<std::string>>>{
           {"texts.csv", {"--value", "tfidf"}},
           {"table.csv", {"--label-column", "y", "--weight-column", "weight"}},
           {"several.csv", {"--label-separator", ";"}}}) {
    std::vector<std::string> arguments = more;
    arguments.insert(arguments.end(), {"-o", folder / "whole.st"});
    Outcome outcome = run(input, arguments);
    ASSERT_EQ(outcome.status, 0) << outcome.err;
    for (const char *rows : {"10", "25", "1", "1000"}) {
      for (const std::string &old : std::filesystem::exists(folder / "p.d")
                                        ? matchFiles({folder / "p.d/*"})
                                        : std::vector<std::string>())
        std::filesystem::remove(old);
      std::filesystem::create_directory(folder / "p.d");
      arguments = more;
      arguments.insert(arguments.end(),
                       {"-o", folder / "p.d/train.st", "--shard-rows", rows});
      outcome = run(input, arguments);
      ASSERT_EQ(outcome.status, 0) << outcome.err;
      const std::vector<std::string> parts =
          matchFiles({folder / "p.d/train-*.st"});
      expectSameRows(folder / "whole.st", parts);
      const std::int64_t count = (25 - 1) / std::stoll(rows) + 1;
      ASSERT_EQ(std::ssize(parts), count);
      for (std::int64_t number = 1; number <= count; ++number) {
        const std::string &path = parts[std::size_t(number - 1)];
        EXPECT_EQ(path, partPath(folder / "p.d/train.st", number, count));
        const auto entry = partEntryOf(SafetensorsFile(path));
        ASSERT_TRUE(entry.has_value());
        EXPECT_EQ(entry->number, number);
        EXPECT_EQ(entry->count, count);
      }
      EXPECT_NE(outcome.err.find(partsPattern("train.st", count) + ": 25 rows"),
                std::string::npos)
          << outcome.err;
    }
  }
}

TEST_F(ShardsTest, APartIsAModelForOthers) {
  ASSERT_EQ(
      run("texts.csv", {"-o", folder / "t.st", "--shard-rows", "20"}).status,
      0);
  const std::string first = partPath(folder / "t.st", 1, 2);
  const Outcome outcome =
      run("texts.csv", {"--like", first, "-o", folder / "like.st"});
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  // What is made like a part is no part.
  EXPECT_FALSE(partEntryOf(SafetensorsFile(folder / "like.st")));
  expectSameRows(folder / "like.st", {first, partPath(folder / "t.st", 2, 2)});
}

TEST_F(ShardsTest, TooManyPartsAreRefused) {
  std::ofstream texts(folder / "texts.csv");
  texts << "label,text\n";
  for (int row = 0; row < 600; ++row)
    texts << row % 2 << ",word" << row % 7 << "\n";
  texts.close();
  const Outcome outcome =
      run("texts.csv", {"-o", folder / "t.st", "--shard-rows", "1"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_NE(outcome.err.find("600 files"), std::string::npos) << outcome.err;
  EXPECT_NE(outcome.err.find("give 2 or more"), std::string::npos);
  for (const auto &[pattern, message] :
       {std::pair("t-*.st", "no file matches this pattern"),
        {"p.d-*/train-0.st", "the folder has one, too"},
        {"none/t-*.st", "cannot read the folder"}})
    try {
      (void)matchFiles({folder / pattern});
      ADD_FAILURE() << pattern;
    } catch (const InputError &error) {
      EXPECT_NE(std::string_view(error.what()).find(message),
                std::string_view::npos)
          << error.what();
    }
  EXPECT_EQ(
      run("texts.csv", {"-o", folder / "t.st", "--shard-rows", "0"}).status, 2);
}

} // namespace
} // namespace mlc::test
