//===- StreamedRowsTest.cpp - Training on parts of a data set -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Error.h"
#include "Support/HandmadeProgram.h"
#include "Support/TestData.h"
#include "Train/Trainer.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <limits>

namespace mlc::runtime {
namespace {

using namespace mlc::test;

struct Losses : TrainObserver {
  std::vector<float> losses;
  void onSteps(const StepsResult &steps) override {
    losses.insert(losses.end(), steps.losses.begin(), steps.losses.end());
  }
};

/// The losses of all steps, and the parameters after them.
using Trained = std::pair<std::vector<float>, std::vector<float>>;

class StreamedRowsTest : public testing::TestWithParam<const char *> {
protected:
  MlcProgram program() const {
    const std::string name = GetParam();
    return name == "sparse"  ? sparseProgram()
           : name == "ones"  ? sparseProgram()
           : name == "real"  ? realProgram()
           : name == "class" ? classProgram()
                             : stepsProgram();
  }
  TestData data() const {
    const std::string name = GetParam();
    return name == "sparse"  ? sparseData(203)
           : name == "ones"  ? onesBeforeOthers()
           : name == "real"  ? realData(203)
           : name == "class" ? classData(203)
                             : stepsData(203, 3);
  }

  /// Sparse rows of which the first 100 have ones alone.
  static TestData onesBeforeOthers() {
    TestData data = sparseData(203);
    const auto ones = std::size_t(data.indptr[100]);
    data.values.assign(data.indices.size(), 0.25f);
    std::fill_n(data.values.begin(), ones, 1.0f);
    return data;
  }

  /// Writes the rows as files that end at these rows. Ones are not stored where
  /// a file has no other values.
  std::vector<std::string> write(const std::vector<std::int64_t> &ends) const {
    std::vector<std::string> paths;
    std::int64_t begin = 0;
    for (std::int64_t end : ends) {
      paths.push_back(folder / ("part" + std::to_string(ends.size()) + "-" +
                                std::to_string(end)));
      TestData part = data().part(begin, end);
      part.narrow = begin % 2 == 1; // Both forms, if it is sparse.
      if (std::ranges::count(part.values, 1.0f) == std::ssize(part.values))
        part.values.clear();
      part.write(paths.back());
      begin = end;
    }
    return paths;
  }

  Trained trainOnParts(const std::vector<std::int64_t> &ends,
                       const TrainerOptions &options, std::int64_t threads) {
    const MlcProgram program = this->program();
    ExampleParts parts(program, write(ends));
    parts.check();
    Model model(program);
    model.initialize(options.seed);
    Executor executor(program, model, threads, parts.facts().nonzeroCapacity);
    return run(program, model, executor,
               std::make_unique<StreamedRows>(executor, parts, RowWeightRule(),
                                              options.rowOrder()),
               options);
  }

  Trained trainInMemory(const TrainerOptions &options) {
    const MlcProgram program = this->program();
    const Examples examples(program, write({203}).front(), LabelUse::Needed);
    Model model(program);
    model.initialize(options.seed);
    Executor executor(program, model, 1,
                      examples.nonzeroCapacity(program.batch));
    return run(program, model, executor,
               std::make_unique<ResidentRows>(executor, examples, allRows(203),
                                              options.rowOrder()),
               options);
  }

  static Trained run(const MlcProgram &program, Model &model,
                     Executor &executor, std::unique_ptr<TrainingRows> rows,
                     const TrainerOptions &options) {
    Losses losses;
    Trainer trainer(executor, std::move(rows), options, nullptr, losses);
    EXPECT_TRUE(trainer.run());
    std::vector<float> weights;
    for (std::int64_t i = 0; i < program.parameter_count; ++i)
      weights.insert(weights.end(), model.parameter(i).begin(),
                     model.parameter(i).end());
    return {losses.losses, weights};
  }

  TemporaryFolder folder;
  TrainerOptions options{.epochs = 3, .learningRate = 0.1, .seed = 11};
};

TEST_P(StreamedRowsTest, HaveTheBitsOfOneFileInMemory) {
  for (std::int64_t window : {3, 20, 64, 203}) {
    options.window = window;
    const Trained expected = trainInMemory(options);
    std::int64_t threads = 1;
    for (const std::vector<std::int64_t> &ends :
         std::vector<std::vector<std::int64_t>>{
             {203}, {100, 203}, {1, 2, 64, 65, 150, 203}}) {
      options.maxStepsPerCall = threads;
      EXPECT_EQ(trainOnParts(ends, options, threads), expected)
          << "window " << window << ", " << ends.size() << " parts";
      threads = threads % 4 + 1;
    }
    options.maxStepsPerCall = std::numeric_limits<std::int64_t>::max();
  }
}

TEST_P(StreamedRowsTest, WithoutShufflingToo) {
  options.shuffle = false;
  const Trained expected = trainInMemory(options);
  options.window = 30;
  EXPECT_EQ(trainInMemory(options), expected);
  EXPECT_EQ(trainOnParts({50, 203}, options, 2), expected);
}

TEST_P(StreamedRowsTest, AWindowIsAnotherOrder) {
  const Trained whole = trainInMemory(options);
  options.window = 50;
  EXPECT_NE(trainInMemory(options), whole);
}

INSTANTIATE_TEST_SUITE_P(Programs, StreamedRowsTest,
                         testing::Values("sparse", "ones", "real", "class",
                                         "steps"),
                         [](const auto &info) { return info.param; });

class ExamplePartsTest : public testing::Test {
protected:
  std::string write(const char *name, const TestData &data) const {
    data.write(folder / name);
    return folder / name;
  }
  std::string errorOf(const std::vector<std::string> &paths) const {
    return errorOf<InputError>([&] {
      const MlcProgram program = sparseProgram();
      ExampleParts(program, paths).check();
    });
  }
  template <typename Error, typename Function>
  static std::string errorOf(Function function) {
    try {
      function();
    } catch (const Error &error) {
      return error.what();
    }
    return "no error";
  }
  static void expectParts(const std::string &text,
                          std::initializer_list<const char *> parts) {
    for (const char *part : parts)
      EXPECT_NE(text.find(part), std::string::npos) << text;
  }

  TemporaryFolder folder;
};

TEST_F(ExamplePartsTest, TellsWhichPartIsNotAlike) {
  const std::string good = write("good", sparseData(30));
  TestData other = sparseData(30);
  other.metadata["vectorizer"] = "{}";
  expectParts(errorOf({good, write("other", other)}),
              {"other: its features were not made as those of", "good"});
  other = sparseData(30);
  other.metadata["class_names"] = "[\"no\", \"yes\"]";
  expectParts(errorOf({good, write("named", other)}),
              {"named: its classes are", "\"no\", \"yes\"", "none"});
  other = sparseData(30);
  other.weights.assign(30, 1.0f);
  expectParts(errorOf({good, write("weighed", other)}), {"weighed: its rows"});
  expectParts(errorOf({good, write("dense", realData(30))}),
              {"dense", "sparse"});
  expectParts(errorOf({good, good}), {"good: is given twice"});
}

TEST_F(ExamplePartsTest, TellsWhichPartIsMissing) {
  const auto part = [&](const char *name, const char *entry) {
    TestData data = sparseData(30);
    data.metadata["part"] = entry;
    return write(name, data);
  };
  const std::string first = part("p1", "1 of 3 of 00000000000000aa"),
                    second = part("p2", "2 of 3 of 00000000000000aa"),
                    third = part("p3", "3 of 3 of 00000000000000aa"),
                    alien = part("x3", "3 of 3 of 00000000000000bb"),
                    broken = part("bad", "0 of 3 of 00000000000000aa");
  EXPECT_EQ(errorOf({third, first, second}), "no error");
  expectParts(errorOf({first, third}), {"p1", "1 of 3", "one is not given: 2"});
  expectParts(errorOf({first, second, alien}),
              {"x3: is part 3 of 3 of the set"});
  expectParts(errorOf({write("none", sparseData(9)), first}),
              {"p1: is part 1", "no part of a set"});
  expectParts(errorOf({broken}), {"bad", "\"part\""});
}

TEST_F(ExamplePartsTest, TellsTheRowAtFault) {
  const std::string good = write("good", sparseData(30));
  TestData bad = sparseData(30);
  bad.values.assign(bad.indices.size(), 1.0f);
  bad.values[std::size_t(bad.indptr[7])] =
      std::numeric_limits<float>::quiet_NaN();
  expectParts(errorOf({good, write("nan", bad)}),
              {"nan: tensor \"values\", row 7"});
  bad = sparseData(30);
  bad.indices[std::size_t(bad.indptr[9])] = 20;
  expectParts(errorOf({good, write("wide", bad)}),
              {"wide: tensor \"indices\", row 9"});
  bad = sparseData(30);
  bad.realLabels[3] = 2;
  expectParts(errorOf({good, write("label", bad)}), {"label: row 3: label 2"});
}

TEST_F(ExamplePartsTest, KnowsWhatTheWholeFileWouldSay) {
  const MlcProgram program = sparseProgram();
  const TestData all = sparseData(203);
  const Examples whole(program, write("all", all), LabelUse::Needed);
  ExampleParts parts(
      program, {write("a", all.part(0, 90)), write("b", all.part(90, 203))});
  parts.check();
  EXPECT_EQ(parts.rows(), 203);
  EXPECT_EQ(parts.nonzeros(), whole.data().nonzeros());
  EXPECT_EQ(parts.facts().nonzeroCapacity,
            whole.nonzeroCapacity(program.batch));
  EXPECT_EQ(parts.facts().hasOnlyOnes, whole.data().hasOnlyOnes());
  const auto positive = std::ranges::count(all.realLabels, 1.0f);
  EXPECT_EQ(parts.facts().classCounts,
            (std::vector<std::int64_t>{203 - positive, positive}));
  EXPECT_EQ(parts.textOf(95), "row 5 of " + (folder / "b"));
  const Dataset some = parts.sample(50);
  EXPECT_EQ(some.rows(), 50);
  EXPECT_EQ(some.realLabels()[49], all.realLabels[49 * 203 / 50]);
}

} // namespace
} // namespace mlc::runtime
