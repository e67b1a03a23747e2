//===- LabelWordsTest.cpp - Labels that are words, from all readers -------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Data/ClassNames.h"
#include "Support/DataCommand.h"
#include "Support/Files.h"

#include <algorithm>
#include <gtest/gtest.h>

using namespace mlc::runtime;
using namespace mlc::test;

namespace {
using Arguments = std::vector<std::string>;
using Names = std::vector<std::string>;

/// What a data set has of labels.
struct Labels {
  Names names;
  std::vector<float> real;
  std::vector<std::int32_t> classes;
  std::int64_t columns;
  bool operator==(const Labels &) const = default;
};

/// `mlc data` on inputs with words as labels.
class LabelWords : public testing::Test {
protected:
  void write(const std::string &name, const std::string &text) {
    std::filesystem::create_directories(
        std::filesystem::path(folder / name).parent_path());
    writeFile(folder / name, text);
  }
  Outcome run(Arguments arguments) {
    for (std::string &argument : arguments)
      if (argument == "made.st" ||
          (!argument.empty() && std::filesystem::exists(folder / argument)))
        argument = folder / argument;
    return runData(arguments);
  }
  Labels make(Arguments arguments) {
    arguments.insert(arguments.end(), {"-o", "made.st"});
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    if (outcome.status != 0)
      return {};
    const Dataset data(folder / "made.st");
    return {data.classNames(), elements(data.realLabels()),
            elements(data.classLabels()), data.labelColumns()};
  }
  void expectFailure(Arguments arguments, const std::string &message,
                     int status = 1) {
    arguments.insert(arguments.end(), {"-o", folder / "none.st"});
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.status, status);
    EXPECT_NE(outcome.err.find(message), std::string::npos) << outcome.err;
    EXPECT_FALSE(std::filesystem::exists(folder / "none.st"));
  }

  TemporaryFolder folder;
};
} // namespace

TEST_F(LabelWords, EveryReaderNamesTheClasses) {
  write("two.csv", "label,review\nspam,a b\nham,b c\nspam,a c\n");
  write("two.jsonl", "{\"label\": \"spam\", \"review\": \"a b\"}\n"
                     "{\"label\": \"ham\", \"review\": \"b c\"}\n"
                     "{\"label\": \"spam\", \"review\": \"a c\"}\n");
  write("two.txt", "__label__spam a b\n__label__ham b c\na __label__spam c\n");
  const Labels two = {{"ham", "spam"}, {1, 0, 1}, {}, 1};
  for (const char *name : {"two.csv", "two.jsonl", "two.txt"})
    EXPECT_EQ(make({name}), two) << name;
  write("two/ham/1", "b c");
  write("two/spam/1", "a b");
  write("two/spam/2", "a c");
  EXPECT_EQ(make({"two"}), (Labels{{"ham", "spam"}, {0, 1, 1}, {}, 1}));
  EXPECT_EQ(make({"two.csv", "--positive", "ham"}),
            (Labels{{"spam", "ham"}, {0, 1, 0}, {}, 1}));
  EXPECT_EQ(make({"two.csv", "--labels", "classes"}),
            (Labels{{"ham", "spam"}, {}, {1, 0, 1}, 1}));

  write("three.csv", "label,review\nc,x\na,x\nb,x\n");
  write("three.jsonl", "{\"label\": \"c\", \"review\": \"x\"}\n"
                       "{\"label\": \"a\", \"review\": \"x\"}\n"
                       "{\"label\": \"b\", \"review\": \"x\"}\n");
  write("three.txt", "__label__c x\n__label__a x\n__label__b x\n");
  const Labels three = {{"a", "b", "c"}, {}, {2, 0, 1}, 1};
  for (const char *name : {"three.csv", "three.jsonl", "three.txt"})
    EXPECT_EQ(make({name}), three) << name;
}

TEST_F(LabelWords, TrueAndFalse) {
  write("x.jsonl", "{\"label\": true, \"review\": \"a\"}\n"
                   "{\"label\": false, \"review\": \"b\"}\n");
  write("x.csv", "label,review\ntrue,a\nfalse,b\n");
  const Labels labels = {{"false", "true"}, {1, 0}, {}, 1};
  EXPECT_EQ(make({"x.jsonl"}), labels);
  EXPECT_EQ(make({"x.csv"}), labels);
}

TEST_F(LabelWords, NumbersAsNames) {
  write("x.csv", "label,review\n4,a\n0,b\n");
  write("x.jsonl", "{\"label\": 4, \"review\": \"a\"}\n"
                   "{\"label\": 0, \"review\": \"b\"}\n");
  write("x.svm", "4 1:1\n0 1:2\n");
  for (const char *name : {"x.csv", "x.jsonl", "x.svm"}) {
    expectFailure({name}, "expected a label of 0 or 1");
    EXPECT_EQ(make({name, "--labels", "names"}),
              (Labels{{"0", "4"}, {1, 0}, {}, 1}))
        << name;
  }
}

TEST_F(LabelWords, EveryReaderTakesSeveralLabels) {
  write("x.jsonl", "{\"label\": [\"b\", \"a\"], \"review\": \"x\"}\n"
                   "{\"label\": [\"c\"], \"review\": \"y\"}\n"
                   "{\"label\": \"b\", \"review\": \"y\"}\n");
  write("x.txt", "__label__b __label__a x\n__label__c y\n__label__b y\n");
  write("x.csv", "label,review\nb;a,x\nc,y\nb,y\n");
  write("s.jsonl", "{\"label\": \"b; a\", \"review\": \"x\"}\n"
                   "{\"label\": \"c\", \"review\": \"y\"}\n"
                   "{\"label\": \"b\", \"review\": \"y\"}\n");
  const Labels labels = {{"a", "b", "c"}, {1, 1, 0, 0, 0, 1, 0, 1, 0}, {}, 3};
  EXPECT_EQ(make({"x.jsonl"}), labels);
  EXPECT_EQ(make({"x.txt"}), labels);
  EXPECT_EQ(make({"x.csv", "--label-separator", ";"}), labels);
  EXPECT_EQ(make({"s.jsonl", "--label-separator", ";"}), labels);
  // The separator, and that there may be any number, are kept.
  std::filesystem::rename(folder / "made.st", folder / "train.st");
  write("test.csv", "label,review\n,x\na;c,y\n");
  EXPECT_EQ(make({"test.csv", "--like", "train.st"}),
            (Labels{{"a", "b", "c"}, {0, 0, 0, 1, 0, 1}, {}, 3}));
  write("bad.csv", "label,review\na,x\na;d,y\n");
  expectFailure({"bad.csv", "--like", "train.st"},
                "bad.csv:3:1: expected one of the classes of the training set");

  write("x.svm", "1,0 1:1\n2 1:1\n1 2:1\n");
  expectFailure({"x.csv", "--label-separator", ";", "--select", "chi2",
                 "--max-features", "1"},
                "by their one label", 2);
  EXPECT_EQ(make({"x.svm"}),
            (Labels{{"0", "1", "2"}, {1, 1, 0, 0, 0, 1, 0, 1, 0}, {}, 3}));
  write("one.txt", "__label__a x\ny\n");
  expectFailure({"one.txt"}, "one.txt:2:1: expected a word such as");
  EXPECT_EQ(make({"one.txt", "--labels", "several"}),
            (Labels{{"a"}, {1, 0}, {}, 1}));
}

TEST_F(LabelWords, SeveralColumns) {
  write("x.csv", "b,review,a\n1,x,0\n0,y,1\n");
  write("x.jsonl", "{\"a\": 0, \"b\": 1, \"review\": \"x\"}\n"
                   "{\"a\": 1, \"b\": false, \"review\": \"y\"}\n");
  const Labels labels = {{"a", "b"}, {0, 1, 1, 0}, {}, 2};
  EXPECT_EQ(make({"x.csv", "--label-column", "a,b"}), labels);
  EXPECT_EQ(make({"x.jsonl", "--label-column", "a,b"}), labels);
  write("n.csv", "u,v,review\n1.5,-2,x\n0,1e3,y\n");
  EXPECT_EQ(make({"n.csv", "--label-column", "u,v", "--labels", "numbers"}),
            (Labels{{"u", "v"}, {1.5, -2, 0, 1000}, {}, 2}));
  expectFailure({"n.csv", "--label-column", "u,v"},
                "n.csv:2:5: expected a label of 0 or 1 in \"u\"");
  expectFailure({"n.csv", "--label-column", "u,w"}, "a column \"w\"");
  expectFailure({"n.csv", "--label-column", "u,u"}, "\"u\" twice");
}

TEST_F(LabelWords, AreOnlyThoseOfTheTrainingSet) {
  write("train.csv", "label,review\nspam,a b\nham,b c\n");
  make({"train.csv"});
  std::filesystem::rename(folder / "made.st", folder / "train.st");
  write("test.csv", "label,review\nham,a\negg,b\n");
  write("test.jsonl", "{\"label\": \"egg\", \"review\": \"a\"}\n");
  write("test.txt", "a\n__label__egg a\n");
  write("test/ham/1", "a");
  write("test/egg/1", "a");
  expectFailure({"test.csv", "--like", "train.st"},
                "test.csv:3:1: expected one of the classes of the training set "
                "(\"ham\", \"spam\"), but got \"egg\"");
  expectFailure({"test.jsonl", "--like", "train.st"},
                "test.jsonl:1:11: in \"label\": expected one of the classes");
  expectFailure({"test.txt", "--format", "fasttext", "--like", "train.st"},
                "test.txt:1:1: expected a word such as __label__spam");
  expectFailure({"test", "--like", "train.st"},
                "test/egg/1: in the name of its folder: expected one of");
  write("one.csv", "label,review\nham,a\n");
  EXPECT_EQ(make({"one.csv", "--like", "train.st"}),
            (Labels{{"ham", "spam"}, {0}, {}, 1}));
  expectFailure({"one.csv"}, "every label is \"ham\"");
}

TEST_F(LabelWords, SetAside) {
  std::string text = "label,review\n";
  for (int row = 0; row < 40; ++row)
    text += row % 4 ? "no,x\n" : "yes,y\n";
  write("x.csv", text);
  make({"x.csv", "--split", "0.25", "--split-output", folder / "aside.st"});
  const Dataset rest(folder / "made.st"), aside(folder / "aside.st");
  EXPECT_EQ(std::ranges::count(rest.realLabels(), 1.0f), 7);
  EXPECT_EQ(std::ranges::count(aside.realLabels(), 1.0f), 3);
  EXPECT_EQ(aside.classNames(), (Names{"no", "yes"}));
}

/// The same numbers as where labels are written as 0 and 1.
TEST_F(LabelWords, FeaturesAreAsOfNumbers) {
  std::string words = "label,review\n", numbers = words;
  for (int row = 0; row < 60; ++row) {
    const std::string text = "," + std::string(row % 3 ? "good w" : "bad w") +
                             std::to_string(row % 7) + "\n";
    words += (row % 3 ? "positive" : "negative") + text;
    numbers += (row % 3 ? "1" : "0") + text;
  }
  write("words.csv", words);
  write("numbers.csv", numbers);
  for (const char *selection : {"chi2", "linear"}) {
    std::string vocabularies[2];
    for (const int part : {0, 1}) {
      make({part ? "words.csv" : "numbers.csv", "--select", selection,
            "--max-features", "3"});
      const SafetensorsFile file(folder / "made.st");
      const auto bytes = file.get("vocabulary", ElementType::U8).as<char>();
      vocabularies[part] = {bytes.begin(), bytes.end()};
    }
    EXPECT_EQ(vocabularies[0], vocabularies[1]);
  }
}

TEST_F(LabelWords, AreShown) {
  write("x.csv", "label,review\nspam,a b\nham,b c\nspam,a c\n");
  Outcome outcome = run({"x.csv", "--stats", "-o", "made.st"});
  EXPECT_NE(outcome.err.find("3 rows, 66.67 % spam"), std::string::npos)
      << outcome.err;
  EXPECT_NE(outcome.out.find("label spam "), std::string::npos) << outcome.out;
  write("y.csv", "label,review\na;b,a b\nb,b c\n");
  outcome =
      run({"y.csv", "--label-separator", ";", "--stats", "-o", "made.st"});
  EXPECT_NE(outcome.out.find("label b            2 (100.00 %)"),
            std::string::npos)
      << outcome.out;
  write("z.csv", "label,review\n1,a\n3,b\n");
  outcome = run({"z.csv", "--labels", "classes", "-o", "made.st"});
  EXPECT_NE(outcome.err.find("note: "), std::string::npos);
  EXPECT_NE(outcome.err.find("no row has the class 0"), std::string::npos);
}

TEST_F(LabelWords, OptionsThatDoNotGoTogether) {
  write("x.csv", "label,review\nspam,a\nham,b\n");
  expectFailure({"x.csv", "--positive", "ham", "--labels", "numbers"},
                "--positive: goes with names, but --labels reads numbers", 2);
  expectFailure({"x.csv", "--label-separator", ";", "--positive-from", "3"},
                "but --positive-from reads numbers", 2);
  expectFailure({"x.csv", "--positive", ""}, "--positive: expected a text", 2);
  expectFailure({"x.csv", "--labels", "numbers"},
                "x.csv:2:1: expected a label, but got \"spam\"");
}

TEST_F(LabelWords, BrokenNames) {
  const std::vector<float> values = {1, 2}, labels = {0, 1};
  const std::vector<std::int32_t> classes = {0, 2};
  const auto message = [&](const std::string &names, bool areClasses) {
    SafetensorsContents contents;
    contents.metadata = {
        {"format", "mlc.dataset"}, {"version", "1"}, {"class_names", names}};
    contents.tensors = {{"features",
                         ElementType::F32,
                         {2, 1},
                         std::as_bytes(std::span(values))},
                        areClasses
                            ? TensorView{"labels",
                                         ElementType::I32,
                                         {2},
                                         std::as_bytes(std::span(classes))}
                            : TensorView{"labels",
                                         ElementType::F32,
                                         {2},
                                         std::as_bytes(std::span(labels))}};
    writeSafetensors(folder / "x.st", contents);
    return inputError([&] { Dataset data(folder / "x.st"); });
  };
  for (const char *names :
       {"", "x", "{}", "[1]", "[]", "[\"a\",\"a\"]", "[\"\"]"})
    EXPECT_NE(message(names, false).find("a JSON list of different names"),
              std::string::npos)
        << names << message(names, false);
  EXPECT_NE(
      message("[\"a\",\"b\",\"c\"]", false).find("expected 2 `class_names`"),
      std::string::npos);
  EXPECT_NE(
      message("[\"a\",\"b\"]", true).find("row 1: expected a class below 2"),
      std::string::npos);
}
