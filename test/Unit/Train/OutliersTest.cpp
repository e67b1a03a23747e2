//===- OutliersTest.cpp - Steps that are not applied ----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Train/Outliers.h"

#include "Support/HandmadeProgram.h"
#include "Support/TestData.h"
#include "Train/ModelCopy.h"
#include "Train/Trainer.h"

#include <cmath>
#include <deque>
#include <gtest/gtest.h>
#include <numeric>

namespace mlc::runtime {
namespace {

using namespace mlc::test;

TEST(RecentValuesTest, HasNoScoreBeforeTheWindowIsFull) {
  RecentValues recent;
  for (int i = 1; i < 128; ++i)
    EXPECT_FALSE(recent.add(float(i)));
  EXPECT_TRUE(recent.add(0));
}

TEST(RecentValuesTest, CountsTheValueItself) {
  RecentValues recent;
  // One of 128 is 1: the mean is 1/128, and the score sqrt(127).
  for (int i = 0; i < 127; ++i)
    recent.add(0);
  EXPECT_NEAR(*recent.add(1), RecentValues::largestScore, 1e-12);
  EXPECT_DOUBLE_EQ(RecentValues::largestScore, std::sqrt(127.0));
  // It stays in the window, and falls out after 128 others.
  for (int i = 0; i < 127; ++i)
    EXPECT_LT(*recent.add(0), 0);
  EXPECT_EQ(*recent.add(0), 0);
}

/// As the definition says, of the last 128 of all.
double scoreOf(const std::deque<double> &last) {
  const double count = 128;
  const double mean = std::accumulate(last.begin(), last.end(), 0.0) / count;
  double squares = 0;
  for (double value : last)
    squares += value * value;
  return (last.back() - mean) / std::sqrt(squares / count - mean * mean);
}

TEST(RecentValuesTest, AgreesWithTheDefinition) {
  RecentValues recent;
  std::deque<double> last;
  for (int i = 0; i < 500; ++i) {
    const float value = float(std::sin(i * i) + (i % 97 == 0 ? 3 : 0));
    const std::optional<double> score = recent.add(value);
    last.push_back(value);
    if (last.size() > 128)
      last.pop_front();
    if (score)
      EXPECT_NEAR(*score, scoreOf(last), 1e-9) << i;
  }
}

struct Record : TrainObserver {
  void onSteps(const StepsResult &steps) override {
    losses.insert(losses.end(), steps.losses.begin(), steps.losses.end());
    for (const SkippedStep &step : steps.skipped)
      skipped.push_back(step.step);
  }
  void onEpoch(const EpochResult &epoch) override {
    skippedOfEpochs += epoch.skipped.value_or(0);
  }
  std::vector<float> losses;
  std::vector<std::int64_t> skipped;
  std::int64_t skippedOfEpochs = 0;
};

class SkipOutliersTest : public testing::Test {
protected:
  SkipOutliersTest() {
    TestData data = realData(203); // 41 steps an epoch
    data.realLabels[17] = 60;
    data.write(path);
  }

  struct Run {
    Run(const MlcProgram &program, const std::string &path,
        const TrainerOptions &options, std::int64_t threads = 1,
        std::optional<TrainingPoint> point = std::nullopt,
        const ModelCopy *start = nullptr)
        : examples(program, path, LabelUse::Needed), model(program),
          executor(program, model, threads,
                   examples.nonzeroCapacity(program.batch)),
          trainer(executor, examples, allRows(examples.rows()), options,
                  nullptr, record) {
      model.initialize(options.seed);
      if (start)
        start->restore(model);
      if (point)
        trainer.continueFrom(*point);
      trainer.run();
      model.forEach([&](std::span<float> tensor) {
        numbers.insert(numbers.end(), tensor.begin(), tensor.end());
      });
    }
    Examples examples;
    Model model;
    Executor executor;
    Record record;
    Trainer trainer;
    std::vector<float> numbers; ///< Parameters and states.
  };

  TemporaryFolder folder;
  std::string path = folder / "real";
  TrainerOptions options{
      .epochs = 8, .learningRate = 0.02, .seed = 11, .skipOutliers = 4.0};
};

/// Step by step, and back after each that is an outlier.
TEST_F(SkipOutliersTest, SkipsWhatTheDefinitionSays) {
  const MlcProgram program = realProgram();
  const Run run(program, path, options);
  ASSERT_EQ(run.record.losses.size(), 8 * 41u);

  std::vector<float> losses;
  std::vector<std::int64_t> skipped;
  std::deque<double> last;
  TrainerOptions plain = options;
  plain.skipOutliers.reset();
  TrainingPoint point;
  ModelCopy now;
  {
    Model first(program);
    first.initialize(options.seed);
    now.allocate(first);
    now.take(first);
  }
  for (std::int64_t step = 1; step <= 8 * 41; ++step) {
    plain.maxSteps = step;
    Run one(program, path, plain, 1, point, &now);
    point = one.trainer.point();
    losses.push_back(one.record.losses.at(0));
    last.push_back(losses.back());
    if (last.size() > 128)
      last.pop_front();
    if (last.size() == 128 && scoreOf(last) > 4)
      skipped.push_back(step);
    else
      now.take(one.model);
  }
  EXPECT_GT(skipped.size(), 3u);
  EXPECT_EQ(run.record.skipped, skipped);
  EXPECT_EQ(run.record.losses, losses);
  EXPECT_EQ(run.record.skippedOfEpochs, std::int64_t(skipped.size()));
  EXPECT_EQ(run.trainer.point().skipped, std::int64_t(skipped.size()));
  std::vector<float> numbers;
  Model end(program);
  now.restore(end);
  end.forEach([&](std::span<float> tensor) {
    numbers.insert(numbers.end(), tensor.begin(), tensor.end());
  });
  EXPECT_EQ(run.numbers, numbers);
}

TEST_F(SkipOutliersTest, ThreadsAndCallsNeverChangeResults) {
  const MlcProgram program = realProgram();
  const Run reference(program, path, options);
  for (std::int64_t threads : {1, 3})
    for (std::int64_t steps : {1, 2, 7, 1000}) {
      options.maxStepsPerCall = steps;
      const Run run(program, path, options, threads);
      EXPECT_EQ(run.record.losses, reference.record.losses);
      EXPECT_EQ(run.record.skipped, reference.record.skipped);
      EXPECT_EQ(run.numbers, reference.numbers);
    }
}

TEST_F(SkipOutliersTest, GoesOnFromAnyPoint) {
  const MlcProgram program = realProgram();
  const Run reference(program, path, options);
  for (std::int64_t step : {1, 127, 128, 150, 200, 327}) {
    options.maxSteps = step;
    const Run part(program, path, options);
    ModelCopy there;
    there.allocate(part.model);
    there.take(part.model);
    options.maxSteps = 1000;
    const Run rest(program, path, options, 1, part.trainer.point(), &there);
    EXPECT_EQ(rest.numbers, reference.numbers) << step;
    EXPECT_EQ(rest.trainer.point().skipped, reference.trainer.point().skipped);
  }
}

} // namespace
} // namespace mlc::runtime
