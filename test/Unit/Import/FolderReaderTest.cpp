//===- FolderReaderTest.cpp - Reading reviews from folders ----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/FolderReader.h"

#include "Support/DataCommand.h"
#include "Support/Files.h"

#include <gtest/gtest.h>

using namespace mlc::runtime;
using namespace mlc::test;

namespace {
class FolderReaderTest : public testing::Test {
protected:
  FolderReaderTest() {
    for (const char *name : {"pos", "neg", "unsup"})
      std::filesystem::create_directory(folder / name);
    writeFile(folder / "pos/0_9.txt", "good");
    writeFile(folder / "pos/10_7.txt", "fine\n");
    writeFile(folder / "pos/2_10.txt.gz", compressGzip("best"));
    writeFile(folder / "pos/11_8.txt.xz", compressXz("great"));
    writeFile(folder / "pos/.hidden", "");
    writeFile(folder / "neg/0_1.txt", "");
    writeFile(folder / "unsup/0_0.txt", "?");
    writeFile(folder / "urls_pos.txt", "http://example.com");
  }

  std::vector<double> labels(LabelRule rule) {
    LabelReader reader(rule);
    FolderReader folders(folder / "", fields, reader);
    std::vector<double> labels;
    texts.clear();
    for (Document document; folders.next(document);) {
      texts.push_back(document.text);
      labels.push_back(document.label);
    }
    reader.learn(labels);
    reader.resolve(labels);
    names = reader.rule().names;
    return labels;
  }
  std::string failure(LabelRule rule = {}) {
    return inputError([&] { labels(rule); });
  }

  TemporaryFolder folder;
  TextFields fields;
  std::vector<std::string> texts, names;
};

using Labels = std::vector<double>;
} // namespace

TEST_F(FolderReaderTest, IdsAreInOrderAndPositiveOnesFirst) {
  EXPECT_EQ(labels({}), (Labels{1, 1, 1, 1, 0}));
  EXPECT_EQ(texts,
            (std::vector<std::string>{"good", "best", "fine\n", "great", ""}));
  EXPECT_EQ(names, (std::vector<std::string>{"neg", "pos"}));
  // As a training set has them whose labels are numbers, or words.
  EXPECT_EQ(labels({.form = LabelForm::Numbers}), (Labels{1, 1, 1, 1, 0}));
  EXPECT_EQ(labels({.form = LabelForm::Words, .names = {"pos", "neg"}}),
            (Labels{0, 0, 0, 0, 1}));
  EXPECT_NE(failure({.form = LabelForm::Words, .names = {"bad", "pos"}})
                .find("neg/0_1.txt: in the name of its folder: expected one of "
                      "the classes of the training set (\"bad\", \"pos\"), but "
                      "got \"neg\""),
            std::string::npos);
}

/// The polarity corpus, 20 newsgroups.
TEST_F(FolderReaderTest, AFolderIsAClass) {
  std::filesystem::remove_all(folder / "pos");
  std::filesystem::remove_all(folder / "neg");
  writeFile(folder / "unsup/.hidden", "");
  for (const char *name : {"a.b", "10"})
    std::filesystem::create_directory(folder / name);
  writeFile(folder / "10/2", "ten");
  writeFile(folder / "a.b/cv001_9.txt", "second");
  writeFile(folder / "a.b/cv000_29.txt.gz", compressGzip("first"));
  EXPECT_EQ(labels({}), (Labels{0, 1, 1, 2}));
  EXPECT_EQ(texts, (std::vector<std::string>{"ten", "first", "second", "?"}));
  EXPECT_EQ(names, (std::vector<std::string>{"10", "a.b", "unsup"}));
  EXPECT_NE(
      failure({.kind = LabelKind::Numbers})
          .find("10/2: expected a name such as 0_9.txt (id, star rating), "
                "since labels are scores"),
      std::string::npos);
  std::filesystem::remove_all(folder / "a.b");
  std::filesystem::remove_all(folder / "10");
  EXPECT_NE(failure().find("but got one folder alone"), std::string::npos);
  std::filesystem::remove_all(folder / "unsup");
  EXPECT_NE(failure().find("but got no folder"), std::string::npos);
  std::filesystem::create_directories(folder / "a");
  std::filesystem::create_directories(folder / "b");
  EXPECT_NE(failure().find("the folders in it are empty"), std::string::npos);
}

TEST_F(FolderReaderTest, ReviewsWithoutRatings) {
  for (const char *part : {"pos", "neg"}) {
    std::filesystem::remove_all(folder / part);
    std::filesystem::create_directory(folder / part);
    writeFile(folder / part + std::string("/cv10_1.txt"), "b");
    writeFile(folder / part + std::string("/cv09_1.txt"), "a");
  }
  EXPECT_EQ(labels({}), (Labels{1, 1, 0, 0}));
  EXPECT_EQ(texts, (std::vector<std::string>{"a", "b", "a", "b"}));
}

TEST_F(FolderReaderTest, RatingsAreLabels) {
  EXPECT_EQ(labels({.kind = LabelKind::Numbers}), (Labels{9, 10, 7, 8, 1}));
  EXPECT_EQ(labels({.kind = LabelKind::Binary, .positiveFrom = 8}),
            (Labels{1, 1, 0, 1, 0}));
  EXPECT_EQ(labels({.kind = LabelKind::Stars, .scores = {1, 7, 8, 9, 10}}),
            (Labels{3, 4, 1, 2, 0}));
  EXPECT_NE(failure({.kind = LabelKind::Stars, .scores = {1, 8, 9, 10}})
                .find("pos/10_7.txt: in the rating of its name: expected one "
                      "of the scores of the training set (1, 8, 9, 10)"),
            std::string::npos);
  fields.label = "";
  EXPECT_EQ(labels({}), (Labels{0, 0, 0, 0, 0}));
}

TEST_F(FolderReaderTest, OtherLayouts) {
  writeFile(folder / "pos/readme.txt", "");
  EXPECT_NE(failure().find("pos/readme.txt: expected a name such as 0_9.txt"),
            std::string::npos);
  std::filesystem::remove(folder / "pos/readme.txt");
  for (const char *name : {"1", "1.txt", "1_.txt", "_1.txt", "1_2.md",
                           "-1_2.txt", "99999999999999999999999_1.txt"}) {
    writeFile(folder / (std::string("neg/") + name), "");
    EXPECT_NE(failure().find("expected a name such as"), std::string::npos)
        << name;
    std::filesystem::remove(folder / (std::string("neg/") + name));
  }
  std::filesystem::create_directory(folder / "neg/3_3.txt");
  EXPECT_NE(failure().find("neg/3_3.txt: cannot be read"), std::string::npos);
  std::filesystem::remove_all(folder / "neg");
  EXPECT_NE(failure().find("there is no neg/; give a folder such as"),
            std::string::npos);
  std::filesystem::create_directory(folder / "neg");
  std::filesystem::remove_all(folder / "pos");
  std::filesystem::create_directory(folder / "pos");
  EXPECT_NE(failure().find("expected reviews, but pos/ and neg/ are empty"),
            std::string::npos);
}

TEST_F(FolderReaderTest, BrokenReviews) {
  writeFile(folder / "neg/5_2.txt", "one\nb\xe9z\nthree");
  std::string message = failure();
  EXPECT_NE(message.find("neg/5_2.txt:2:2: expected UTF-8, but got the byte "
                         "0xe9"),
            std::string::npos)
      << message;
  EXPECT_TRUE(message.ends_with("\n  b?z\n   ^")) << message;
  fields.check = TextCheck::Replace;
  labels({});
  EXPECT_EQ(texts.back(), "one\nb\xef\xbf\xbdz\nthree");
  writeFile(folder / "neg/5_2.txt", compressXz("cut").substr(0, 40));
  EXPECT_NE(failure().find("neg/5_2.txt: the xz data end too early"),
            std::string::npos);
  writeFile(folder / "neg/5_2.txt",
            compressXz(std::string((64 << 20) + 1, ' ')));
  EXPECT_NE(failure().find("neg/5_2.txt: expected a text of at most 64 MiB"),
            std::string::npos);
}
