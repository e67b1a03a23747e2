//===- DataCommandTest.cpp - The command mlc data -------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/DataCommand.h"

#include "Support/DataCommand.h"
#include "Support/Files.h"

#include <algorithm>
#include <gtest/gtest.h>

using namespace mlc::runtime;
using namespace mlc::test;
using Names = std::vector<std::string>;
using Arguments = std::vector<std::string>;

namespace {
class DataCommand : public testing::Test {
protected:
  DataCommand() {
    writeFile(folder / "train.feat", "9 0:2 1:1 3:3\n"
                                     "2 1:1 2:2\n"
                                     "7 0:1 1:1 4:1\n"
                                     "1 5:1\n");
    writeFile(folder / "test.feat", "10 0:1 3:2 5:4 99:1\n4 4:1\n");
    inputs = folder.names();
  }

  /// Names of files stand for those in the folder.
  Outcome run(Arguments arguments) {
    for (std::string &argument : arguments)
      if (argument.find('.') != std::string::npos &&
          std::isalpha(static_cast<unsigned char>(argument[0])))
        argument = folder / argument;
    return runData(arguments);
  }
  void expectDone(const Arguments &arguments) {
    Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_EQ(outcome.out, "");
  }
  /// Fails with this status and message, and leaves no new file.
  void expectFailure(int status, const Arguments &arguments,
                     const std::string &message) {
    Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.status, status) << outcome.err;
    EXPECT_TRUE(outcome.err.starts_with("error: ")) << outcome.err;
    EXPECT_NE(outcome.err.find(message), std::string::npos) << outcome.err;
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(folder.names(), inputs);
  }

  TemporaryFolder folder;
  Names inputs;
};
} // namespace

TEST_F(DataCommand, TrainingAndTestSet) {
  expectDone({"train.feat", "--positive-from", "7", "--max-features", "4",
              "--value", "tfidf", "-o", "train.st"});
  Dataset train(folder / "train.st");
  EXPECT_EQ(train.rows(), 4);
  EXPECT_EQ(train.width(), 4);
  EXPECT_EQ(elements(train.realLabels()), (std::vector<float>{1, 0, 1, 0}));
  EXPECT_EQ(elements(train.indptr()),
            (std::vector<std::int64_t>{0, 3, 5, 7, 7}));
  EXPECT_FLOAT_EQ(train.values()[2], 5.7488723f);

  expectDone({"test.feat", "--like", "train.st", "-o", "test.st"});
  Dataset test(folder / "test.st");
  EXPECT_EQ(test.width(), 4);
  EXPECT_EQ(elements(test.realLabels()), (std::vector<float>{1, 0}));
  EXPECT_EQ(elements(test.indptr()), (std::vector<std::int64_t>{0, 2, 2}));
  EXPECT_EQ(columnsOf(test), (std::vector<std::int64_t>{0, 3}));
  EXPECT_FLOAT_EQ(test.values()[1], 2 * 5.7488723f / 3);

  // A set like the test set is one like the training set.
  expectDone({"test.feat", "--like", "test.st", "-o", "again.st"});
  EXPECT_EQ(readFile(folder / "again.st"), readFile(folder / "test.st"));
  // So is the training set itself.
  expectDone({"train.feat", "--like", "train.st", "-o", "same.st"});
  EXPECT_EQ(readFile(folder / "same.st"), readFile(folder / "train.st"));
}

TEST_F(DataCommand, WritesTheSmallestForm) {
  auto typeOf = [&](const std::string &name, const char *tensor) {
    const SafetensorsFile file(folder / name);
    const TensorView *found = file.find(tensor);
    return found ? nameOf(found->type) : "none";
  };
  expectDone({"train.feat", "--positive-from", "7", "-o", "counts.st"});
  EXPECT_STREQ(typeOf("counts.st", "indices"), "U16");
  EXPECT_STREQ(typeOf("counts.st", "values"), "F32");
  expectDone({"train.feat", "--positive-from", "7", "--value", "binary", "-o",
              "ones.st"});
  EXPECT_STREQ(typeOf("ones.st", "values"), "none");
  const Dataset counts(folder / "counts.st"), ones(folder / "ones.st");
  EXPECT_EQ(columnsOf(ones), columnsOf(counts));
  EXPECT_TRUE(ones.hasOnlyOnes());
  EXPECT_FALSE(counts.hasOnlyOnes());
  // Both forms serve as a pattern for other data.
  expectDone({"test.feat", "--like", "ones.st", "-o", "like.st"});
  EXPECT_STREQ(typeOf("like.st", "values"), "none");

  writeFile(folder / "edge.feat", "1 0:1 65535:1\n");
  writeFile(folder / "wide.feat", "1 0:1 65536:1\n");
  expectDone({"edge.feat", "-o", "edge.st"});
  expectDone({"wide.feat", "-o", "wide.st"});
  EXPECT_STREQ(typeOf("edge.st", "indices"), "U16");
  EXPECT_STREQ(typeOf("wide.st", "indices"), "I32");
  EXPECT_EQ(columnsOf(Dataset(folder / "edge.st")),
            (std::vector<std::int64_t>{0, 65535}));
  EXPECT_EQ(columnsOf(Dataset(folder / "wide.st")),
            (std::vector<std::int64_t>{0, 65536}));
}

TEST_F(DataCommand, LabelKinds) {
  writeFile(folder / "k.feat", "0 0:1\n2 1:1\n");
  expectDone({"k.feat", "--labels", "classes", "-o", "k.st"});
  EXPECT_EQ(elements(Dataset(folder / "k.st").classLabels()),
            (std::vector<std::int32_t>{0, 2}));
  expectDone({"k.feat", "--labels", "numbers", "-o", "k.st"});
  EXPECT_EQ(elements(Dataset(folder / "k.st").realLabels()),
            (std::vector<float>{0, 2}));
}

TEST_F(DataCommand, Vocabulary) {
  writeFile(folder / "words.txt", "a\nb\nc\nd\n\xc3\xa9\nf\ng");
  auto wordsOf = [&](const std::string &name) {
    SafetensorsFile file(folder / name);
    std::span<const char> words =
        file.get("vocabulary", ElementType::U8).as<char>();
    return std::string(words.begin(), words.end());
  };
  expectDone({"train.feat", "--positive-from", "7", "--vocabulary", "words.txt",
              "-o", "all.st"});
  EXPECT_EQ(wordsOf("all.st"), "a\nb\nc\nd\n\xc3\xa9\nf\ng\n");
  EXPECT_EQ(Dataset(folder / "all.st").width(), 7);
  expectDone({"train.feat", "--positive-from", "7", "--vocabulary", "words.txt",
              "--max-features", "2", "-o", "two.st"});
  EXPECT_EQ(wordsOf("two.st"), "a\nb\n");
  expectDone({"test.feat", "--like", "two.st", "-o", "test.st"});
  EXPECT_EQ(wordsOf("test.st"), "a\nb\n");
}

TEST_F(DataCommand, BrokenVocabularies) {
  struct {
    std::string text;
    const char *message;
  } cases[] = {
      {"", "w.txt: expected words, but got none"},
      {"a\n\nb\n", "w.txt:2:1: expected a word, but got an empty line"},
      {"a\nb\na\n", "w.txt:3:1: \"a\" is on line 1 too"},
      {"a\nb\xe9z\n", "w.txt:2:2: expected UTF-8"},
      {std::string("a\nb\0z\n", 6), "w.txt:2:2: expected text, but got a NUL"},
      {"a\nb\n", "train.feat:1:11: expected an index below 2, the number of "
                 "words in the vocabulary, but got 3"},
  };
  for (auto [text, message] : cases) {
    writeFile(folder / "w.txt", text);
    inputs = folder.names();
    expectFailure(1,
                  {"train.feat", "--positive-from", "7", "--vocabulary",
                   "w.txt", "-o", "x.st"},
                  message);
  }
}

TEST_F(DataCommand, Split) {
  std::string text;
  for (int row = 0; row < 100; ++row)
    text += std::to_string(row % 2) + " " + std::to_string(row) + ":1\n";
  writeFile(folder / "many.feat", text);
  expectDone({"many.feat", "--split", "0.2", "--split-output", "v.st", "--seed",
              "3", "--max-features", "200", "-o", "t.st"});
  Dataset train(folder / "t.st"), validation(folder / "v.st");
  EXPECT_EQ(train.rows(), 80);
  EXPECT_EQ(validation.rows(), 20);
  // Features are learned from what remains: here no row shares one.
  EXPECT_EQ(train.width(), 80);
  EXPECT_EQ(validation.width(), 80);
  EXPECT_EQ(validation.nonzeros(), 0);
  // Numbers are not to be found in both parts.
  expectDone({"many.feat", "--split", "0.2", "--split-output", "v2.st",
              "--labels", "numbers", "-o", "t2.st"});
  EXPECT_EQ(Dataset(folder / "v2.st").rows(), 20);
}

TEST_F(DataCommand, SameBytesFromRunToRunAndFromAnyFolder) {
  std::filesystem::create_directory(folder / "sub");
  writeFile(folder / "sub/other.gz",
            compressGzip(readFile(folder / "train.feat")));
  for (const Arguments &files :
       {Arguments{"train.feat", "a.st"}, Arguments{"train.feat", "b.st"},
        Arguments{"sub/other.gz", "c.st"}})
    expectDone({files[0], "--positive-from", "7", "--value", "log",
                "--normalize", "l2", "-o", files[1]});
  EXPECT_EQ(readFile(folder / "a.st"), readFile(folder / "b.st"));
  EXPECT_EQ(readFile(folder / "a.st"), readFile(folder / "c.st"));
}

TEST_F(DataCommand, Summary) {
  Outcome outcome =
      run({"train.feat", "--positive-from", "7", "-o", "train.st"});
  EXPECT_NE(outcome.err.find("train.st: 4 rows, 50.00 % positive, 6 features, "
                             "9 non-zeros (0 dropped), "),
            std::string::npos)
      << outcome.err;
  EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1);
  EXPECT_EQ(run({"-q", "train.feat", "--positive-from", "7", "-o", "q.st"}).err,
            "");
}

TEST_F(DataCommand, Help) {
  Outcome outcome = run({"--help"});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_NE(outcome.out.find("mlc data [OPTIONS] INPUT"), std::string::npos);
  EXPECT_EQ(outcome.err, "");
}

TEST_F(DataCommand, WrongUsage) {
  struct {
    Arguments arguments;
    const char *message;
  } cases[] = {
      {{}, "INPUT is required"},
      {{"train.feat"}, "--output is required"},
      {{"train.feat", "-o", "x.st", "--what"}, "--what"},
      {{"train.feat", "-o", "x.st", "--value", "tf"}, "expected one of count"},
      {{"train.feat", "-o", "x.st", "--max-features", "0"}, "from 1"},
      {{"train.feat", "-o", "x.st", "--max-features", "-1"}, "from 1"},
      {{"train.feat", "-o", "x.st", "--max-features", "many"}, "many"},
      {{"train.feat", "-o", "x.st", "--positive-from", "nan"}, "finite"},
      {{"train.feat", "-o", "x.st", "--positive-from", "1", "--labels",
        "numbers"},
       "excludes"},
      {{"train.feat", "-o", "x.st", "--split", "0.5"}, "--split-output"},
      {{"train.feat", "-o", "x.st", "--split", "1", "--split-output", "y.st"},
       "between 0 and 1"},
      {{"train.feat", "-o", "x.st", "--split", "nan", "--split-output", "y.st"},
       "between 0 and 1"},
      {{"train.feat", "-o", "x.st", "--seed", "1"}, "--split"},
      {{"train.feat", "-o", "x.st", "--like", "y.st", "--value", "log"},
       "--value: --like takes features and labels as"},
      {{"train.feat", "-o", "train.feat"}, "would be written over"},
      {{"train.feat", "-o", folder / "sub/../train.feat"},
       "would be written over"},
      {{"train.feat", "-o", "x.st", "--split", "0.5", "--split-output", "x.st"},
       "would be written over"},
      {{"train.feat", "-o", "x.st", "--like", "x.st"}, "would be written over"},
  };
  for (const auto &[arguments, message] : cases)
    expectFailure(2, arguments, message);
}

TEST_F(DataCommand, BrokenInput) {
  expectFailure(1, {"none.feat", "-o", "x.st"}, "none.feat: cannot be read: ");
  expectFailure(1, {"train.feat", "-o", "x.st"},
                "train.feat:1:1: expected a label of 0 or 1");
  expectFailure(1, {"train.feat", "--positive-from", "7", "-o", "no/x.st"},
                "no/x.st: cannot be written: ");
  expectFailure(1,
                {"train.feat", "--positive-from", "7", "--split", "0.01",
                 "--split-output", "y.st", "-o", "x.st"},
                "4 examples cannot be split");
  writeFile(folder / "broken.feat", "1 0:1\n1 0:-1\n");
  inputs = folder.names();
  expectFailure(1, {"broken.feat", "--value", "log", "-o", "x.st"},
                "broken.feat:2:5: expected a count from 0");
  expectFailure(1, {"broken.feat", "--value", "tfidf", "-o", "x.st"},
                "broken.feat:2:5: expected a count from 0");
  expectDone({"broken.feat", "--value", "count", "-o", "fine.st"});
}

TEST_F(DataCommand, BrokenLikeFiles) {
  expectFailure(1, {"test.feat", "--like", "train.feat", "-o", "x.st"},
                "train.feat: expected a safetensors file, but got text");
  expectDone({"train.feat", "--positive-from", "7", "--max-features", "4",
              "--value", "tfidf", "-o", "t.st"});
  inputs = folder.names();
  auto expectSpoilt = [&](auto spoil, const std::string &message) {
    SafetensorsFile file(folder / "t.st");
    SafetensorsContents contents{.tensors = file.tensors(),
                                 .metadata = file.metadata()};
    spoil(contents);
    writeSafetensors(folder / "spoilt.st", contents);
    inputs = folder.names();
    expectFailure(1, {"test.feat", "--like", "spoilt.st", "-o", "x.st"},
                  message);
  };
  auto spoilJson = [&](const std::string &json, const std::string &message) {
    expectSpoilt(
        [&](auto &contents) { contents.metadata["vectorizer"] = json; },
        message);
  };
  expectSpoilt([](auto &contents) { contents.metadata.erase("vectorizer"); },
               "spoilt.st: holds no vectoriser");
  spoilJson("{", "is not a JSON object");
  spoilJson("[]", "is not a JSON object");
  spoilJson(std::string(100000, '['), "is not a JSON object");
  spoilJson("{}", "has no text \"kind\"");
  spoilJson(R"({"kind":"bag"})", "is of the kind \"bag\"");
  spoilJson(R"({"kind":"libsvm","value":"x"})", "unknown \"value\" \"x\"");
  spoilJson(R"({"kind":"libsvm","value":"log","normalize":"l2",)"
            R"("labels":"binary","positive_from":"x"})",
            "\"positive_from\" that is not a number");
  spoilJson(R"({"kind":"libsvm","value":"log","normalize":"l2",)"
            R"("labels":"binary","documents":5,"input_features":0})",
            "no whole number \"input_features\" from 1");
  spoilJson(R"({"kind":"libsvm","value":"log","normalize":"l2",)"
            R"("labels":"binary","input_features":6,"documents":99999999999})",
            "no whole number \"documents\" from 1");

  auto spoilTensor = [&](const char *name, std::vector<std::int32_t> elements,
                         const std::string &message) {
    expectSpoilt(
        [&](SafetensorsContents &contents) {
          for (TensorView &tensor : contents.tensors)
            if (tensor.name == name) {
              tensor.shape = {std::int64_t(elements.size())};
              tensor.bytes = std::as_bytes(std::span(elements));
            }
        },
        message);
  };
  spoilTensor("vectorizer.columns", {0, 1, 2, 6}, "where 0 to 5 can be");
  spoilTensor("vectorizer.columns", {0, 1, 2, -1}, "where 0 to 5 can be");
  spoilTensor("vectorizer.columns", {0, 2, 2, 3}, "columns that do not rise");
  spoilTensor("vectorizer.columns", {0, 1}, "not one document frequency");
  spoilTensor("vectorizer.df", {1, 2, 3, 5}, "where 0 to 4 can be");
}

/// All outputs or none, and an old one stays as it was.
TEST_F(DataCommand, AFullDiskLeavesNothing) {
  std::string text;
  for (int row = 0; row < 2000; ++row)
    text += std::to_string(row % 2) + " 0:1 5:2\n";
  writeFile(folder / "many.feat", text);
  writeFile(folder / "old.st", "old");
  inputs = folder.names();
  {
    FileSizeLimit limit(20'000);
    expectFailure(1, {"many.feat", "-o", "x.st"},
                  "x.st: cannot be written: File too large");
    expectFailure(1, {"many.feat", "-o", "old.st"}, "cannot be written");
    // The part set aside would fit.
    expectFailure(1,
                  {"many.feat", "--split", "0.01", "--split-output", "x.st",
                   "-o", "old.st"},
                  "old.st: cannot be written");
  }
  EXPECT_EQ(readFile(folder / "old.st"), "old");
  expectFailure(1, {"many.feat", "-o", "/dev/full"},
                "/dev/full: cannot be written: it is no regular file");
}
