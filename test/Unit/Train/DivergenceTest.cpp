//===- DivergenceTest.cpp - Training that goes wrong is named -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Error.h"
#include "Program/Random.h"
#include "Support/HandmadeProgram.h"
#include "Support/TestData.h"
#include "Train/Trainer.h"

#include <cmath>
#include <gtest/gtest.h>

namespace mlc::runtime {
namespace {

using namespace mlc::test;

/// What a spoilt step leaves, and where.
struct Spoilt {
  std::int64_t step = 0; ///< From 1.
  bool inState = false;
  std::int64_t tensor = 0, element = 0;
  float value = INFINITY;
  /// Whether it happens only once, as a fault of the hardware would.
  bool once = false;
};
Spoilt spoilt;
bool hasHappened;

/// Trains as sparseProgram does, but for that step.
void trainSpoilt(const MlcCall *given) {
  const std::int64_t batch = sparseProgram().batch;
  for (std::int64_t i = 0; i * batch < given->row_count; ++i) {
    MlcCall call = *given;
    call.rows += i * batch;
    call.row_count = std::min(batch, given->row_count - i * batch);
    call.losses += i;
    call.step += i;
    call.position += i * batch;
    call.learning_rates += i;
    sparseProgram().entries[0].function(&call);
    if (call.worker == 0 && call.step + 1 == spoilt.step &&
        !(spoilt.once && hasHappened)) {
      void *tensor =
          (spoilt.inState ? call.states : call.parameters)[spoilt.tensor];
      static_cast<float *>(tensor)[spoilt.element] = spoilt.value;
      hasHappened = true;
    }
    mlc_barrier(call.barrier, call.worker);
  }
}

/// Keeps what it is told.
struct Told : TrainObserver {
  bool wantsPoints = false; ///< After each call.
  std::int64_t lastPoint = 0;
  std::vector<float> losses; ///< Of the steps before the call that failed.

  void onSteps(const StepsResult &steps) override {
    losses.insert(losses.end(), steps.losses.begin(), steps.losses.end());
  }
  bool wantsPoint(const TrainingPoint &, bool) override { return wantsPoints; }
  void onPoint(const TrainingPoint &point) override { lastPoint = point.step; }
};

/// 26 steps an epoch, the last of 3 rows.
class DivergenceTest : public testing::Test {
protected:
  DivergenceTest() {
    hasHappened = false;
    // No row has feature 19, so that no loss shows what becomes of its weight.
    const TestData data = sparseData(203);
    TestData without = data;
    without.indices.clear();
    without.values.clear();
    without.indptr = {0};
    for (std::int64_t row = 0; row < data.rows(); ++row) {
      for (auto at = data.indptr[row]; at < data.indptr[row + 1]; ++at)
        if (data.indices[at] < 19) {
          without.indices.push_back(data.indices[at]);
          without.values.push_back(data.values[at]);
        }
      without.indptr.push_back(std::int64_t(without.indices.size()));
    }
    without.write(path);
  }

  /// The error that a run ends with; empty where there is none.
  std::string errorOf(const MlcProgram &program, std::int64_t threads = 1) {
    const Examples examples(program, path, LabelUse::Needed);
    Model model(program);
    model.initialize(options.seed);
    Executor executor(program, model, threads,
                      examples.nonzeroCapacity(program.batch));
    try {
      Trainer(executor, examples, allRows(examples.rows()), options, nullptr,
              told)
          .run();
      return "";
    } catch (const InputError &error) {
      return error.what();
    }
  }

  std::string errorWhenSpoilt(std::int64_t threads = 1) {
    ChangeableProgram changed(sparseProgram());
    changed.entry("train").function = trainSpoilt;
    return errorOf(changed.program, threads);
  }

  TemporaryFolder folder;
  std::string path = folder / "data";
  TrainerOptions options{.epochs = 4, .learningRate = 0.1, .seed = 11};
  Told told;
};

std::string rowsText(std::uint32_t epoch, std::int64_t first,
                     std::int64_t count) {
  const Permutation order(203, 11, RandomPurpose::Shuffle, epoch);
  std::string text = "rows ";
  for (std::int64_t i = 0; i < count; ++i)
    text.append(i == 0 ? "" : ", ").append(std::to_string(order(first + i)));
  return text;
}

TEST_F(DivergenceTest, NamesParameterStepAndRowsWhateverTheCalls) {
  for (std::int64_t steps : {1, 7, 1000})
    for (std::int64_t threads : {1, 3}) {
      options.maxStepsPerCall = steps;
      spoilt = {.step = 37, .element = 19};
      EXPECT_TRUE(errorWhenSpoilt(threads).starts_with(
          "training diverged: parameter 'layer.weight' became inf (element 19) "
          "in step 37 (epoch 2, batch 11, " +
          rowsText(2, 80, 8) + " of " + path + "), whose loss was 0."))
          << errorWhenSpoilt(threads);
      // The last and smaller batch of an epoch.
      spoilt = {.step = 52, .tensor = 1, .value = NAN};
      EXPECT_TRUE(errorWhenSpoilt(threads).starts_with(
          "training diverged: parameter 'layer.bias' became nan (element 0) in "
          "step 52 (epoch 2, batch 26, " +
          rowsText(2, 200, 3) + " of "))
          << errorWhenSpoilt(threads);
      spoilt = {.step = 1, .inState = true, .element = 5, .value = -INFINITY};
      EXPECT_TRUE(errorWhenSpoilt(threads).starts_with(
          "training diverged: optimiser state 'layer.weight.momentum' became "
          "-inf (element 5) in step 1 "))
          << errorWhenSpoilt(threads);
    }
}

TEST_F(DivergenceTest, FindsWhatNoLossShowsByTheEndOfTheRun) {
  spoilt = {.step = 4 * 26, .element = 19};
  EXPECT_NE(errorWhenSpoilt().find("in step 104 (epoch 4, batch 26, "),
            std::string::npos);
  spoilt.step = 0;
  EXPECT_EQ(errorWhenSpoilt(), "");
}

TEST_F(DivergenceTest, NothingIsKeptOfWhatIsNotSound) {
  told.wantsPoints = true;
  options.maxStepsPerCall = 1;
  spoilt = {.step = 5, .element = 19};
  EXPECT_NE(errorWhenSpoilt().find("in step 5 "), std::string::npos);
  EXPECT_EQ(told.lastPoint, 4);
}

TEST_F(DivergenceTest, SaysSoWhenItDoesNotHappenAgain) {
  spoilt = {.step = 30, .tensor = 1, .value = NAN, .once = true};
  EXPECT_NE(errorWhenSpoilt().find("not when the last steps were repeated"),
            std::string::npos);
}

TEST_F(DivergenceTest, NamesTheLossThatOverflows) {
  realData(203).write(path);
  options.learningRate = 1e30;
  const std::string error = errorOf(realProgram());
  EXPECT_TRUE(error.starts_with("training diverged: the loss of step 2 (epoch "
                                "1, batch 2, rows "))
      << error;
  EXPECT_NE(error.find("is inf; before it the largest parameter was element "),
            std::string::npos)
      << error;
  EXPECT_TRUE(error.ends_with("; try a --learning-rate lower than 1e+30"));
}

TEST_F(DivergenceTest, NamesALossThatExplodesWithoutOverflow) {
  TestData data = sparseData(203);
  for (std::size_t i = 0; i < data.realLabels.size(); ++i)
    data.realLabels[i] = float(i * i % 7 % 2); // So that nothing fits them.
  data.write(path);
  options.learningRate = 1e9;
  options.maxStepsPerCall = 1;
  const std::string error = errorOf(sparseProgram());
  int first = 0, last = 0;
  EXPECT_EQ(std::sscanf(error.c_str(),
                        "training diverged: the loss of steps %d to %d (epoch",
                        &first, &last),
            2)
      << error;
  EXPECT_EQ(last, first + 19);
  // The first 20 in a row.
  ASSERT_EQ(std::ssize(told.losses), last - 1);
  ASSERT_GT(first, 1);
  EXPECT_LE(told.losses[std::size_t(first) - 2], 1e4f);
  for (int step = first; step < last; ++step)
    EXPECT_GT(told.losses[std::size_t(step) - 1], 1e4f) << step;
  EXPECT_NE(error.find(" is above 1e+04, having been 0.7"), std::string::npos)
      << error;
  EXPECT_NE(error.find("of parameter 'layer."), std::string::npos) << error;
}

TEST_F(DivergenceTest, BearsAFewOddBatches) {
  // Rates at which single losses leap, but not 20 in a row.
  options.learningRate = 1e3;
  EXPECT_EQ(errorOf(sparseProgram()), "");
}

} // namespace
} // namespace mlc::runtime
