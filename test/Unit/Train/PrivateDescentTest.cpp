//===- PrivateDescentTest.cpp - What a private step is given --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A program that clips rows and keeps what it was called with: rows, noise and
// numbers of steps are looked at, one by one.

#include "Train/PrivateDescent.h"

#include "Private/Noise.h"
#include "Private/PoissonSample.h"
#include "Support/HandmadeProgram.h"
#include "Support/TestData.h"
#include "Train/Trainer.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <numeric>
#include <set>

namespace mlc::runtime {
namespace {

using namespace mlc::test;

/// What a step was called with.
struct SeenCall {
  std::vector<std::int32_t> rows;
  std::vector<float> scales, squares;
  std::vector<double> rates;
  std::vector<std::vector<float>> sums; ///< Of each state, before the step.
  std::int64_t lastStep;                ///< The number that the last batch has.
};
std::vector<SeenCall> seen;

constexpr std::int64_t batch = 8;
constexpr double clip = 0.25;

/// Each row adds its scale to the first element; the last batch descends.
void trainPrivately(const MlcCall *call) {
  if (call->worker != 0)
    return;
  SeenCall &now = seen.emplace_back();
  const std::int64_t rows = call->row_count;
  const std::int64_t batches = (rows + batch - 1) / batch;
  now.rows.assign(call->rows, call->rows + rows);
  now.scales.assign(call->row_scales, call->row_scales + rows);
  if (call->row_squares)
    now.squares.assign(call->row_squares, call->row_squares + rows);
  now.rates.assign(call->learning_rates, call->learning_rates + batches);
  now.lastStep = call->step + batches;
  const std::int64_t sizes[] = {60, 3};
  for (int i = 0; i < 2; ++i) {
    auto *sum = static_cast<float *>(call->states[i]);
    auto *parameter = static_cast<float *>(call->parameters[i]);
    now.sums.emplace_back(sum, sum + sizes[i]);
    for (std::int64_t row = 0; row < rows; ++row)
      sum[0] += call->row_scales[row];
    for (std::int64_t j = 0; j < sizes[i]; ++j) {
      parameter[j] -= float(call->learning_rates[batches - 1]) * sum[j] / batch;
      sum[j] = 0;
    }
  }
  for (std::int64_t i = 0; i < batches; ++i)
    call->losses[i] = 0;
}

struct PrivateProgram : ChangeableProgram {
  PrivateProgram() : ChangeableProgram(sparseProgram()) {
    entry("train").function = trainPrivately;
    program.private_clip = clip;
    program.parameters = parameters;
    program.states = states;
    program.state_count = 2;
  }
  MlcParameter parameters[2] = {
      parameter("layer.weight", {20, 3}, MLC_INIT_ZEROS),
      parameter("layer.bias", {3}, MLC_INIT_ZEROS)};
  MlcState states[2] = {state("layer.weight.private_sum", 0, parameters[0]),
                        state("layer.bias.private_sum", 1, parameters[1])};
};

PrivateTraining privacyOf(std::uint8_t secret, double noise = 2) {
  PrivateTraining privacy;
  privacy.key.bytes.fill(secret);
  privacy.noise = noise;
  privacy.epsilonOf = [](std::int64_t steps) { return double(steps); };
  return privacy;
}

class PrivateDescentTest : public testing::Test {
protected:
  PrivateDescentTest() { seen.clear(); }

  /// Calls of so many steps on `rows` rows of data.
  std::vector<SeenCall> steps(std::int64_t rows, std::int64_t count,
                              const PrivateTraining &privacy,
                              std::int64_t threads = 1) {
    seen.clear();
    sparseData(rows).write(path);
    const Examples examples(program.program, path, LabelUse::Needed);
    Model model(program.program);
    Executor executor(program.program, model, threads,
                      examples.nonzeroCapacity(batch));
    const ResidentRows all(executor, examples, allRows(rows), RowOrder());
    PrivateDescent descent(executor, all, &privacy);
    const MlcCall call = executor.callOn(examples);
    for (std::int64_t step = 1; step <= count; ++step)
      descent.run(call, step, 0.5);
    return seen;
  }

  PrivateProgram program;
  TemporaryFolder folder;
  const std::string path = folder / "data";
};

TEST_F(PrivateDescentTest, NoiseOfEachStepComesOnceAndFromTheSecretAlone) {
  const PrivateTraining privacy = privacyOf(7);
  for (std::int64_t threads : {1, 2, 3}) {
    std::int64_t number = 0;
    for (const SeenCall &call : steps(40, 5, privacy, threads)) {
      ++number;
      for (std::uint32_t i = 0; i < 2; ++i) {
        std::vector<float> expected(call.sums[i].size());
        fillGaussian(privacy.key, number, i, 0, 2 * clip, expected);
        EXPECT_EQ(call.sums[i], expected) << "step " << number;
      }
    }
    EXPECT_EQ(number, 5);
  }
}

/// Of its own size, and another one in each step, parameter and run.
TEST_F(PrivateDescentTest, NoiseHasTheDeviationThatWasAskedFor) {
  std::set<std::vector<float>> distinct;
  double squares = 0;
  std::int64_t count = 0;
  for (std::uint8_t secret : {1, 2})
    for (const SeenCall &call : steps(40, 1000, privacyOf(secret))) {
      distinct.insert(call.sums[0]);
      for (const auto &sum : call.sums)
        for (float x : sum) {
          squares += double(x) * x;
          ++count;
        }
    }
  EXPECT_EQ(distinct.size(), 2000);
  // 126,000 values: the deviation is within 0.2 %, four times out of ten
  // thousand not within 0.7 %.
  EXPECT_NEAR(std::sqrt(squares / double(count)) / (2 * clip), 1, 0.007);
}

TEST_F(PrivateDescentTest, StepsTakeRowsIndependently) {
  constexpr std::int64_t rows = 40, count = 4000;
  const PrivateTraining privacy = privacyOf(3);
  const double rate = double(batch) / rows;
  std::vector<double> ofRow(rows), ofSize(rows + 1);
  std::int64_t number = 0;
  for (const SeenCall &call : steps(rows, count, privacy)) {
    std::vector<std::int64_t> chosen;
    sampleRows(privacy.key, ++number, rows, rate, chosen);
    if (chosen.empty()) {
      // A row fills the batch up, and does not count.
      EXPECT_EQ(call.scales, std::vector<float>{0});
      ofSize[0] += 1;
      continue;
    }
    EXPECT_TRUE(std::ranges::equal(call.rows, chosen));
    EXPECT_EQ(call.scales, std::vector<float>(chosen.size(), 1));
    for (std::int64_t row : chosen)
      ofRow[row] += 1;
    ofSize[chosen.size()] += 1;
  }
  // Each row is in a fifth of the steps: 4.5 deviations, for 40 rows.
  for (double times : ofRow)
    EXPECT_NEAR(times, count * rate,
                4.5 * std::sqrt(count * rate * (1 - rate)));
  // Their number is binomial: chi squared of sizes 3 to 13 and what is beyond,
  // 11 degrees of freedom, p = 1e-3 at 31.3.
  double statistic = 0, beyond = 0, seenBeyond = 0;
  for (std::int64_t n = 0; n <= rows; ++n) {
    const double expected =
        count * std::exp(std::lgamma(rows + 1) - std::lgamma(n + 1) -
                         std::lgamma(rows - n + 1) + n * std::log(rate) +
                         (rows - n) * std::log1p(-rate));
    if (n < 3 || n > 13) {
      beyond += expected;
      seenBeyond += ofSize[n];
    } else {
      statistic += (ofSize[n] - expected) * (ofSize[n] - expected) / expected;
    }
  }
  statistic += (seenBeyond - beyond) * (seenBeyond - beyond) / beyond;
  EXPECT_LT(statistic, 31.3);
}

/// Where steps take no row, or several batches of them.
TEST_F(PrivateDescentTest, EmptyAndLargeStepsAreSteps) {
  const std::vector<SeenCall> calls = steps(9, 2000, privacyOf(4));
  EXPECT_TRUE(std::ranges::any_of(
      calls, [](const SeenCall &call) { return call.rows.size() > batch; }));
  std::int64_t number = 0;
  for (const SeenCall &call : calls) {
    EXPECT_EQ(call.lastStep, ++number);
    EXPECT_EQ(call.rates,
              std::vector<double>((call.rows.size() + batch - 1) / batch, 0.5));
  }
  std::int64_t empty = 0;
  for (const SeenCall &call : steps(100, 12000, privacyOf(4)))
    if (call.scales == std::vector<float>{0}) {
      ++empty;
      EXPECT_NE(call.sums[0][1], 0); // Noise.
    }
  EXPECT_GT(empty, 0); // About exp(-8) of the steps.
}

TEST_F(PrivateDescentTest, SquaresOfSparseRowsAreNotTooSmall) {
  TestData data = sparseData(6);
  data.values.assign(data.indices.size(), 0);
  for (std::size_t i = 0; i < data.values.size(); ++i)
    data.values[i] = i % 3 ? 0.1f * float(i + 1) : 1e-25f;
  data.write(path);
  const Dataset dataset(path);
  const std::vector<float> squares = rowSquares(dataset);
  ASSERT_EQ(squares.size(), 6);
  for (std::int64_t row = 0; row < 6; ++row) {
    double exact = 0;
    for (std::int64_t i = data.indptr[row]; i < data.indptr[row + 1]; ++i)
      exact += double(data.values[i]) * data.values[i];
    EXPECT_GE(squares[row], exact);
    EXPECT_LE(squares[row], std::max(exact * (1 + 1e-6), 1.2e-38));
  }
  data.values.clear();
  data.write(path);
  const Dataset ones(path);
  EXPECT_EQ(rowSquares(ones)[0], float(data.indptr[1] - data.indptr[0]));
}

/// The loop tells no loss, but what it costs; a run that goes on has the same
/// bits.
TEST_F(PrivateDescentTest, TheLoopTellsWhatItCostsAndNoLoss) {
  struct Record : TrainObserver {
    void onSteps(const StepsResult &steps) override {
      EXPECT_TRUE(steps.losses.empty());
      EXPECT_FALSE(steps.meanLoss);
    }
    void onEpoch(const EpochResult &epoch) override {
      EXPECT_FALSE(epoch.loss);
      epsilons.push_back(*epoch.epsilon);
    }
    bool wantsPoint(const TrainingPoint &point, bool) override {
      return point.step == 7;
    }
    void onPoint(const TrainingPoint &point) override { middle = point; }
    std::vector<double> epsilons;
    TrainingPoint middle;
  } record;
  sparseData(40).write(path);
  const PrivateTraining privacy = privacyOf(5);
  const Examples examples(program.program, path, LabelUse::Needed);
  const auto run = [&](const TrainingPoint *from, std::vector<float> first,
                       std::int64_t most) {
    Model model(program.program);
    std::ranges::copy(first, model.parameter(0).begin());
    Executor executor(program.program, model, 2,
                      examples.nonzeroCapacity(batch));
    TrainerOptions options{.epochs = 3,
                           .learningRate = 0.5,
                           .maxSteps = most,
                           .pointEvery = 7,
                           .privacy = &privacy};
    Trainer trainer(executor, examples, allRows(40), options, nullptr, record);
    if (from)
      trainer.continueFrom(*from);
    EXPECT_TRUE(trainer.run());
    return std::vector<float>(model.parameter(0).begin(),
                              model.parameter(0).end());
  };
  const std::vector<float> whole = run(nullptr, std::vector<float>(60), 100);
  EXPECT_EQ(record.epsilons, (std::vector<double>{5, 10, 15}));
  EXPECT_EQ(std::ssize(seen), 15);
  const std::vector<float> part = run(nullptr, std::vector<float>(60), 7);
  EXPECT_EQ(run(&record.middle, part, 100), whole);
}

} // namespace
} // namespace mlc::runtime
