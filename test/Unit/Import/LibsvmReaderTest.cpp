//===- LibsvmReaderTest.cpp - Reading LIBSVM text -------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/LibsvmReader.h"

#include "Support/Files.h"

#include <gtest/gtest.h>

using namespace mlc::runtime;
using namespace mlc::test;

/// How both parts of a line are read.
struct Rules {
  LabelRule labels = {};
  LibsvmRules rows = {};
};

static SparseRows readText(const std::string &text, Rules rules = {}) {
  TemporaryFolder folder;
  writeFile(folder / "x.feat", text);
  LabelReader labels(rules.labels);
  LibsvmReader reader(rules.rows, &labels);
  reader.read(folder / "x.feat");
  return std::move(reader.rows());
}

static const Rules classes = {.labels = {.kind = LabelKind::Classes}};
static const Rules numbers = {.labels = {.kind = LabelKind::Numbers}};
static const Rules stars = {.labels = {.positiveFrom = 7.1}};
static const Rules counts = {.rows = {.onlyCounts = true}};
static const Rules narrow = {.rows = {.width = 3}};

TEST(LibsvmReader, Rows) {
  SparseRows rows = readText("# two examples\n"
                             "\n"
                             "1 0:2 3:0.5 7:0\t# trailing zero\n"
                             " \t\r\n"
                             "0\r\n"
                             "+1.0\t 2:-1e2  5:+4   \r\n"
                             "0 2147483646:1");
  EXPECT_EQ(rows.labels, (std::vector<double>{1, 0, 1, 0}));
  EXPECT_EQ(rows.indptr, (std::vector<std::int64_t>{0, 2, 2, 4, 5}));
  EXPECT_EQ(rows.indices, (std::vector<std::int32_t>{0, 3, 2, 5, 2147483646}));
  EXPECT_EQ(rows.values, (std::vector<float>{2, 0.5, -100, 4, 1}));
  EXPECT_EQ(rows.width, 2147483647);
}

TEST(LibsvmReader, WidthCountsZeros) {
  EXPECT_EQ(readText("1 0:2 7:0\n").width, 8);
}

TEST(LibsvmReader, Labels) {
  using Labels = std::vector<double>;
  EXPECT_EQ(readText("-1\n+1\n1.0\n-1.0\n").labels, (Labels{0, 1, 1, 0}));
  EXPECT_EQ(readText("7\n7.1\n10\n-3\n", stars).labels, (Labels{0, 1, 1, 0}));
  EXPECT_EQ(readText("2\n0\n+11\n3.0\n", classes).labels,
            (Labels{2, 0, 11, 3}));
  EXPECT_EQ(readText("2.5\n-1e3\n", numbers).labels, (Labels{2.5, -1000}));
}

/// Whatever stands in their place, where they are not asked for.
TEST(LibsvmReader, LabelsThatAreNotNeeded) {
  TemporaryFolder folder;
  writeFile(folder / "x", "? 0:1\nid-7 1:2\n2:3\n1,x\n");
  LibsvmReader reader({}, nullptr);
  reader.read(folder / "x");
  EXPECT_EQ(reader.rows().indptr, (std::vector<std::int64_t>{0, 1, 2, 3, 3}));
  EXPECT_EQ(reader.rows().values, (std::vector<float>{1, 2, 3}));
}

TEST(LibsvmReader, SeveralLabels) {
  TemporaryFolder folder;
  writeFile(folder / "x", "10,2 0:1\n2 1:1\n 0:1\n");
  LabelReader labels({});
  LibsvmReader reader({}, &labels);
  reader.read(folder / "x");
  SparseRows &rows = reader.rows();
  labels.learn(rows.labels);
  labels.addColumns(rows);
  EXPECT_EQ(labels.rule().names, (std::vector<std::string>{"2", "10"}));
  EXPECT_EQ(rows.labelColumns, 2);
  EXPECT_EQ(rows.severalLabels, (std::vector<float>{1, 1, 1, 0, 0, 0}));
}

TEST(LibsvmReader, FilesFollowOneAnother) {
  TemporaryFolder folder;
  writeFile(folder / "a", "1 0:1");
  writeFile(folder / "b", "0 1:1");
  LabelReader labels({});
  LibsvmReader reader({}, &labels);
  reader.read(folder / "a");
  reader.read(folder / "b");
  EXPECT_EQ(reader.rows().labels, (std::vector<double>{1, 0}));
}

struct BrokenText {
  std::string text, place, message;
  Rules rules = {};
};

/// Every broken text is refused with its line and column, what was expected,
/// and what to do.
TEST(LibsvmReader, BrokenTexts) {
  const std::string nul(1, '\0');
  const BrokenText texts[] = {
      {"1 0:1\n3:1 4:1\n", ":2:1: ", "expected a label, but got \"3:1\""},
      {"label,review\n", ":1:1: ", "expected a label, but got \"label,review"},
      {"\n  x 0:1\n", ":2:3: ", "expected a label, but got \"x\""},
      {"7 0:1\n", ":1:1: ", "expected a label of 0 or 1"},
      {"0.5 0:1\n", ":1:1: ", "expected a label of 0 or 1"},
      {"nan 0:1\n", ":1:1: ", "expected a label that is finite"},
      {"inf\n", ":1:1: ", "expected a label that is finite", numbers},
      {"1e39\n", ":1:1: ", "expected a label that a float can hold", numbers},
      {"nan\n", ":1:1: ", "expected a label that is finite", stars},
      {"1 0:1e999x\n", ":1:5: ", "but got \"1e999x\"; write a number"},
      {"1e999x 0:1\n", ":1:1: ", "expected a label, but got \"1e999x\""},
      {"1,3 0:1\n", ":1:1: ", "expected one label a row, but got several",
       numbers},
      {"1,x 0:1\n", ":1:1: ", "expected a label, but got \"1,x\""},
      {"0\n-1\n", ":2:1: ", "expected two labels, but got -1, 0 and 1"},
      {"0\n1.5\n", ":2:1: ", "expected a class, but got \"1.5\"", classes},
      {"-1\n", ":1:1: ", "expected a class, but got \"-1\"", classes},
      {"2147483648\n", ":1:1: ", "expected a class", classes},
      {"1 0:1 x\n", ":1:7: ", "expected INDEX:VALUE"},
      {"1 -3:1\n", ":1:3: ", "expected INDEX:VALUE with a whole index from 0"},
      {"1 3.5:1\n", ":1:3: ", "expected INDEX:VALUE with a whole index"},
      {"1 qid:1 qid:2 3:1\n", ":1:9: ", "but got \"qid:2\""},
      {"1 :1\n", ":1:3: ", "but got \":1\""},
      {"1 3\n", ":1:4: ", "expected ':' after the index \"3\""},
      {"1 3 :4\n", ":1:4: ", "expected ':' after the index \"3\""},
      {"1 2147483647:1\n", ":1:3: ", "an index of at most 2147483646"},
      {"1 99999999999999999999999:1\n", ":1:3: ", "an index of at most"},
      {"1 -99999999999999999999999:1\n", ":1:3: ", "an index of at most"},
      {"1 3:1 3:1\n", ":1:7: ", "index 3 is there twice"},
      {"1 0:1\n1 3:1 2:1\n", ":2:7: ", "expected an index above 3, but got 2"},
      {"1 3:\n", ":1:5: ", "expected a value after ':', but got nothing"},
      {"1 3: 4\n", ":1:5: ", "expected a value after ':', but got nothing"},
      {"1 3:x\n", ":1:5: ", "expected a value after ':', but got \"x\""},
      {"1 3:1.2.3\n", ":1:5: ", "but got \"1.2.3\""},
      {"1 3:0x10\n", ":1:5: ", "but got \"0x10\""},
      {"1 3:1:2\n", ":1:5: ", "but got \"1:2\""},
      {"1 3:+-1\n", ":1:5: ", "but got \"+-1\""},
      {"1 3:nan\n", ":1:5: ", "expected a value after ':' that is finite"},
      {"1 3:-inf\n", ":1:5: ", "expected a value after ':' that is finite"},
      {"1 3:1e39\n", ":1:5: ", "that a float can hold, but got \"1e39\""},
      {"1 3:1e-99\n", ":1:5: ", "that a float can hold"},
      {"1 3:-2\n", ":1:5: ", "expected a count from 0", counts},
      {"1 3:4e9\n", ":1:5: ", "expected a count from 0", counts},
      {"1 2:1 3:1\n", ":1:7: ", "expected an index below 3", narrow},
      {"1 0:1" + nul + "\n", ":1:5: ", "but got \"1\\x00\""},
      {"1 0:1\n" + nul + "\n", ":2:1: ", "but got \"\\x00\""},
      {"1 0:1\n\xff\xfe\n", ":2:1: ", "but got \"\\xff\\xfe\""},
      {"", ": ", "expected examples, but got none"},
      {"# nothing\n\n", ": ", "expected examples, but got none"},
  };
  for (const BrokenText &broken : texts) {
    TemporaryFolder folder;
    std::string path = folder / "x.feat";
    writeFile(path, broken.text);
    LabelReader labels(broken.rules.labels);
    LibsvmReader reader(broken.rules.rows, &labels);
    std::string message = inputError([&] { reader.read(path); });
    EXPECT_TRUE(message.starts_with(path + broken.place))
        << broken.text << message;
    EXPECT_NE(message.find(broken.message), std::string::npos) << message;
    EXPECT_NE(message.find("; "), std::string::npos) << message;
  }
}

TEST(LibsvmReader, ErrorsShowThePlace) {
  TemporaryFolder folder;
  std::string path = folder / "x.feat";
  writeFile(path, "1\t0:1 1:\x01y 2:1\n");
  LabelReader labels({});
  LibsvmReader reader({}, &labels);
  std::string message = inputError([&] { reader.read(path); });
  EXPECT_TRUE(message.ends_with("\n  1 0:1 1:?y 2:1\n          ^")) << message;
}

TEST(LibsvmReader, LongLinesAreShownInPart) {
  TemporaryFolder folder;
  std::string path = folder / "x.feat", line = "1";
  for (int index = 0; index < 1000; ++index)
    line.append(" ").append(std::to_string(index)).append(":1");
  writeFile(path, line + " " + std::string(5000, 'z') + "\n");
  LabelReader labels({});
  LibsvmReader reader({}, &labels);
  std::string message = inputError([&] { reader.read(path); });
  EXPECT_TRUE(message.starts_with(
      path + ":1:" + std::to_string(line.size() + 2) + ": "));
  EXPECT_LT(message.size(), path.size() + 300);
}

/// Lines cross the reader's blocks at every place.
TEST(LibsvmReader, LongFiles) {
  std::string text;
  const std::size_t count = 200'000;
  for (std::size_t row = 0; row < count; ++row)
    text += std::to_string(row % 2) + " " + std::to_string(row) + ":" +
            std::to_string(row % 7 + 1) + "\n";
  SparseRows rows = readText(text);
  ASSERT_EQ(rows.size(), count);
  for (std::size_t row = 0; row < count; ++row) {
    ASSERT_EQ(rows.indices[row], std::int32_t(row));
    ASSERT_EQ(rows.values[row], float(row % 7 + 1));
  }
}

/// Every cut of a good text is an error or fewer examples.
TEST(LibsvmReader, EveryTruncation) {
  const std::string text = "1 0:2 3:0.5 # c\n-1 2:-1e2\n\n1 5:+4\n";
  for (std::size_t size = 0; size < text.size(); ++size)
    try {
      EXPECT_LE(readText(text.substr(0, size)).size(), 3u);
    } catch (const InputError &) {
    }
}
