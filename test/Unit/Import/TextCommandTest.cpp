//===- TextCommandTest.cpp - The command mlc data on texts ----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Support/DataCommand.h"
#include "Support/Files.h"

#include <gtest/gtest.h>

using namespace mlc::runtime;
using namespace mlc::test;

namespace {
using Arguments = std::vector<std::string>;

/// `mlc data` on texts.
class TextCommand : public testing::Test {
protected:
  TextCommand() {
    const struct {
      const char *text;
      int stars;
    } reviews[] = {{"a good film, a very good film", 9},
                   {"a bad film", 2},
                   {"good \"fun\"", 7},
                   {"caf\xc3\xa9 bad", 2},
                   {"very bad\nfilm", 1},
                   {"good caf\xc3\xa9", 10}};
    std::string csv = "label,stars,review\n", lines, ratings = "stars\n";
    int number = 0;
    for (const char *part : {"pos", "neg"})
      std::filesystem::create_directories(folder /
                                          ("reviews/" + std::string(part)));
    for (const auto &[text, stars] : reviews) {
      std::string quoted, escaped;
      for (const char *at = text; *at; ++at) {
        quoted += *at == '"' ? std::string("\"\"") : std::string(1, *at);
        escaped += *at == '"'    ? std::string("\\\"")
                   : *at == '\n' ? std::string("\\n")
                                 : std::string(1, *at);
      }
      const std::string label = stars > 5 ? "1" : "0";
      csv += label + "," + std::to_string(stars) + ",\"" + quoted + "\"\n";
      lines += "{\"review\": \"" + escaped + "\", \"label\": " + label +
               ", \"stars\": " + std::to_string(stars) + "}\n";
      ratings += std::to_string(stars) + "\n";
      writeFile(folder /
                    ("reviews/" + std::string(stars > 5 ? "pos/" : "neg/") +
                     std::to_string(number++) + "_" + std::to_string(stars) +
                     ".txt"),
                text);
    }
    writeFile(folder / "r.csv", csv);
    writeFile(folder / "r.jsonl", lines);
    writeFile(folder / "ratings.csv", ratings);
    writeFile(folder / "counts.feat", "1 0:1\n0 1:1\n");
    names = folder.names();
  }

  /// Names with a dot, and `reviews`, stand for what is in the folder.
  Outcome run(Arguments arguments) {
    for (std::string &argument : arguments)
      if (argument == "reviews" ||
          (argument.find('.') != std::string::npos &&
           std::isalpha(static_cast<unsigned char>(argument[0]))))
        argument = folder / argument;
    return runData(arguments);
  }
  std::string make(Arguments arguments) {
    arguments.insert(arguments.end(), {"-o", "made.st"});
    Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    return readFile(folder / "made.st");
  }
  void expectFailure(int status, const Arguments &arguments,
                     const std::string &message) {
    Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.status, status) << outcome.err;
    EXPECT_NE(outcome.err.find(message), std::string::npos) << outcome.err;
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(folder.names(), names);
  }
  std::string vocabularyOf(const std::string &name) {
    SafetensorsFile file(folder / name);
    const auto words = file.get("vocabulary", ElementType::U8).as<char>();
    return {words.begin(), words.end()};
  }

  TemporaryFolder folder;
  std::vector<std::string> names;
};
} // namespace

TEST_F(TextCommand, EveryFormMakesTheSameFile) {
  const std::string csv = make({"r.csv"});
  EXPECT_EQ(vocabularyOf("made.st"),
            "a\nbad\ncaf\xc3\xa9\nfilm\nfun\ngood\nvery\n");
  Dataset data(folder / "made.st");
  EXPECT_EQ(elements(data.indptr()),
            (std::vector<std::int64_t>{0, 4, 7, 9, 11, 14, 16}));
  EXPECT_EQ(elements(data.realLabels()),
            (std::vector<float>{1, 0, 1, 0, 0, 1}));
  EXPECT_EQ(data.values()[0], 2);

  EXPECT_TRUE(make({"r.jsonl"}) == csv);
  writeFile(folder / "r.csv.xz", compressXz(readFile(folder / "r.csv")));
  EXPECT_TRUE(make({"r.csv.xz"}) == csv);
  writeFile(folder / "r.gz", compressGzip(readFile(folder / "r.jsonl")));
  EXPECT_TRUE(make({"r.gz"}) == csv);
  // A folder has its reviews in another order.
  make({"reviews"});
  EXPECT_EQ(vocabularyOf("made.st"),
            "a\nbad\ncaf\xc3\xa9\nfilm\nfun\ngood\nvery\n");
  EXPECT_EQ(elements(Dataset(folder / "made.st").realLabels()),
            (std::vector<float>{1, 1, 1, 0, 0, 0}));
}

TEST_F(TextCommand, ThreadsChangeNothing) {
  std::string text = "label,review\n";
  for (int row = 0; row < 3000; ++row) {
    text += std::to_string(row % 2) + ",";
    for (int word = 0; word < row % 50; ++word)
      text += "w" + std::to_string((row * 31 + word * word * 7) % 997) + " ";
    text += "\n";
  }
  writeFile(folder / "many.csv", text);
  Arguments arguments = {"many.csv", "--ngrams", "1..2",   "--min-df",
                         "2",        "--value",  "tfidf",  "--normalize",
                         "l2",       "--select", "linear", "--max-features",
                         "500",      "--split",  "0.2",    "--split-output",
                         "aside.st", "--threads"};
  std::string first, firstAside;
  for (const char *threads : {"1", "2", "5"}) {
    arguments.push_back(threads);
    const std::string made = make(arguments);
    const std::string aside = readFile(folder / "aside.st");
    arguments.pop_back();
    if (first.empty()) {
      first = made;
      firstAside = aside;
    }
    EXPECT_TRUE(made == first) << threads;
    EXPECT_TRUE(aside == firstAside) << threads;
  }
  EXPECT_EQ(Dataset(folder / "aside.st").rows(), 600);
}

TEST_F(TextCommand, LikeGivesTheSameFeatures) {
  const std::string train =
      make({"r.csv", "--ngrams", "1..2", "--value", "tfidf", "--max-features",
            "6", "--select", "chi2", "--normalize", "l2"});
  std::filesystem::rename(folder / "made.st", folder / "train.st");
  EXPECT_TRUE(make({"r.jsonl", "--like", "train.st"}) == train);
  writeFile(folder / "new.csv", "label,review\n1,unheard of words\n0,bad\n");
  make({"new.csv", "--like", "train.st"});
  Dataset data(folder / "made.st");
  EXPECT_EQ(data.width(), 6);
  EXPECT_EQ(data.indptr()[1], 0);
  // Of their terms, words alone are told apart.
  const auto summary = [this](std::vector<std::string> options) {
    options.insert(options.end(), {"-o", "made.st"});
    return run(options).err;
  };
  EXPECT_NE(summary({"r.csv", "--max-features", "6"}).find(" dropped), "),
            std::string::npos);
  const std::string like = summary({"new.csv", "--like", "train.st"});
  EXPECT_EQ(like.find("dropped"), std::string::npos) << like;
  EXPECT_NE(like.find(" 1 non-zeros (3 of 4 words unknown), "),
            std::string::npos)
      << like;
  // Characters are no words.
  make({"r.csv", "--char-ngrams", "2"});
  std::filesystem::rename(folder / "made.st", folder / "train.st");
  const std::string characters = summary({"new.csv", "--like", "train.st"});
  EXPECT_EQ(characters.find("words"), std::string::npos) << characters;
}

TEST_F(TextCommand, StarsAreClassesAndComeBack) {
  make({"r.csv", "--label-column", "stars", "--labels", "stars"});
  const std::vector<std::int32_t> classes = {3, 1, 2, 1, 0, 4};
  EXPECT_EQ(elements(Dataset(folder / "made.st").classLabels()), classes);
  EXPECT_NE(SafetensorsFile(folder / "made.st")
                .metadata()
                .at("vectorizer")
                .find("\"scores\":[1,2,7,9,10]"),
            std::string::npos);
  std::filesystem::rename(folder / "made.st", folder / "train.st");
  make({"r.csv", "--labels-file", "ratings.csv", "--label-column", "stars",
        "--like", "train.st"});
  EXPECT_EQ(elements(Dataset(folder / "made.st").classLabels()), classes);
  writeFile(folder / "new.csv", "stars,review\n9,a\n8,a\n");
  std::filesystem::remove(folder / "made.st");
  names = folder.names();
  expectFailure(1,
                {"new.csv", "--label-column", "stars", "--like", "train.st",
                 "-o", "made.st"},
                "new.csv:3:1: expected one of the scores of the training set "
                "(1, 2, 7, 9, 10), but got \"8\"");
}

TEST_F(TextCommand, LabelsOfAFolder) {
  make({"reviews", "--labels", "numbers"});
  EXPECT_EQ(elements(Dataset(folder / "made.st").realLabels()),
            (std::vector<float>{9, 7, 10, 2, 2, 1}));
  make({"reviews", "--positive-from", "9"});
  EXPECT_EQ(elements(Dataset(folder / "made.st").realLabels()),
            (std::vector<float>{1, 0, 1, 0, 0, 0}));
  make({"reviews", "--labels", "stars"});
  EXPECT_EQ(elements(Dataset(folder / "made.st").classLabels()),
            (std::vector<std::int32_t>{3, 2, 4, 1, 1, 0}));
}

TEST_F(TextCommand, LibsvmHasStarsToo) {
  writeFile(folder / "stars.feat", "9 0:1\n2 1:1\n9 1:2\n");
  make({"stars.feat", "--labels", "stars"});
  EXPECT_EQ(elements(Dataset(folder / "made.st").classLabels()),
            (std::vector<std::int32_t>{1, 0, 1}));
}

TEST_F(TextCommand, WordVectorsMakeDenseRows) {
  writeFile(folder / "v.txt", "good 1 0\nbad 0 1\nunseen 5 5\n");
  make({"r.csv", "--embeddings", "v.txt"});
  Dataset data(folder / "made.st");
  ASSERT_FALSE(data.isSparse());
  EXPECT_EQ(data.width(), 2);
  EXPECT_EQ(elements(data.features()).at(0), 1);
  EXPECT_EQ(elements(data.features()).at(3), 1);
  EXPECT_EQ(vocabularyOf("made.st"), "good\nbad\n");
}

TEST_F(TextCommand, GivenWordsAndStopWords) {
  writeFile(folder / "words.txt", "film\ngood\n:)\n");
  make({"r.csv", "--vocabulary", "words.txt", "--tokenizer", "imdb"});
  EXPECT_EQ(vocabularyOf("made.st"), "film\ngood\n:)\n");
  writeFile(folder / "stop.txt", "a\nvery\nfilm\n");
  make({"r.csv", "--stop-words", "stop.txt"});
  EXPECT_EQ(vocabularyOf("made.st"), "bad\ncaf\xc3\xa9\nfun\ngood\n");
}

TEST_F(TextCommand, Statistics) {
  Outcome outcome = run({"r.csv", "--stats", "--quiet", "--split", "0.34",
                         "--split-output", "aside.st", "-o", "made.st"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.err, "");
  for (const char *part :
       {"made.st\n  documents          4\n", "aside.st\n  documents          2",
        "  label 0            2 (50.00 %)\n", "  tokens a text      ",
        "  non-zeros          "})
    EXPECT_NE(outcome.out.find(part), std::string::npos) << outcome.out;
}

TEST_F(TextCommand, WhatDoesNotGoTogether) {
  make({"r.csv"});
  std::filesystem::rename(folder / "made.st", folder / "text.st");
  make({"counts.feat"});
  std::filesystem::rename(folder / "made.st", folder / "counts.st");
  names = folder.names();
  const struct {
    int status;
    Arguments arguments;
    const char *message;
  } cases[] = {
      {1, {"counts.feat", "--like", "text.st"}, "counts.feat: expected texts"},
      {1, {"r.csv", "--like", "counts.st"}, "r.csv: expected LIBSVM text"},
      {1, {"r.csv", "counts.feat"}, "counts.feat: expected documents"},
      {1, {"counts.feat", "r.csv"}, "r.csv:1:1: expected a label"},
      {1, {"r.csv", "--format", "lines"}, "plain text has none"},
      {1, {"reviews", "--format", "csv"}, "but got a folder"},
      {1, {"r.csv", "--format", "folder"}, "cannot be read: Not a directory"},
      {1, {"none.csv"}, "none.csv: cannot be read: No such file"},
      {2, {"counts.feat", "--ngrams", "1..2"}, "--ngrams: is for texts"},
      {2, {"counts.feat", "--text-column", "x"}, "--text-column: is for texts"},
      {2, {"r.csv", "--ngrams", "2..1"}, "--ngrams"},
      {2, {"r.csv", "--ngrams", "1..9"}, "--ngrams"},
      {2, {"r.csv", "--ngrams", "x"}, "--ngrams: expected a length such as 2"},
      {2, {"r.csv", "--ngrams", "1..2", "--char-ngrams", "3"}, "excludes"},
      {2, {"r.csv", "--hash-bits", "40"}, "--hash-bits"},
      {2, {"r.csv", "--hash-bits", "0"}, "--hash-bits"},
      {2, {"r.csv", "--signed"}, "--hash-bits"},
      {2, {"r.csv", "--min-df", "-1"}, "--min-df: expected a number"},
      {2, {"r.csv", "--max-df", "1.5"}, "--max-df: expected a number"},
      {2, {"r.csv", "--threads", "0"}, "--threads"},
      {2, {"r.csv", "--format", "xml"}, "expected one of folder, csv"},
      {2, {"r.csv", "--label-column", ""}, "--label-column: expected a name"},
      {2, {"r.csv", "--like", "text.st", "--ngrams", "2"}, "--like takes"},
      {2,
       {"r.csv", "--embeddings", "ratings.csv", "--hash-bits", "4"},
       "--embeddings"},
      {2,
       {"r.csv", "--vocabulary", "ratings.csv", "--hash-bits", "4"},
       "--vocabulary"},
      {2, {"r.csv", "--select", "chi2"}, "--select requires --max-features"},
  };
  for (auto [status, arguments, message] : cases) {
    arguments.insert(arguments.end(), {"-o", "made.st"});
    expectFailure(status, arguments, message);
  }
  expectFailure(2, {"r.csv", "-o", "r.csv"}, "written over a file");
  expectFailure(2,
                {"r.csv", "--labels-file", "ratings.csv", "-o", "ratings.csv"},
                "written over a file");
}
