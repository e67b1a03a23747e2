//===- TrainerTest.cpp - The training loop --------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Train/Trainer.h"

#include "Error.h"
#include "Program/Random.h"
#include "Support/HandmadeProgram.h"
#include "Support/TestData.h"
#include "System/Interrupt.h"

#include <cmath>
#include <csignal>
#include <gtest/gtest.h>

namespace mlc::runtime {
namespace {

using namespace mlc::test;

/// Keeps all that it is told.
struct Record : TrainObserver {
  std::vector<float> losses;
  std::vector<double> rates;
  std::vector<EpochResult> epochs;
  std::vector<std::int64_t> calls; ///< Steps of each.
  int signalAfterCalls = -1;

  void onSteps(const StepsResult &steps) override {
    EXPECT_EQ(steps.firstStep, std::int64_t(losses.size()) + 1);
    losses.insert(losses.end(), steps.losses.begin(), steps.losses.end());
    rates.insert(rates.end(), steps.learningRates.begin(),
                 steps.learningRates.end());
    calls.push_back(std::int64_t(steps.losses.size()));
    if (std::int64_t(calls.size()) == signalAfterCalls)
      std::raise(SIGINT);
  }
  void onEpoch(const EpochResult &epoch) override { epochs.push_back(epoch); }
};

/// One run from first weights to last, as the options want it.
struct Training {
  Training(const MlcProgram &program, const std::string &path,
           const TrainerOptions &options, std::int64_t threads = 1,
           int signalAfterCalls = -1)
      : examples(program, path, LabelUse::Needed), model(program),
        executor(program, model, threads,
                 examples.nonzeroCapacity(program.batch)),
        evaluator(executor, examples, allRows(examples.rows())),
        trainer(executor, examples, allRows(examples.rows()), options,
                &evaluator, record) {
    record.signalAfterCalls = signalAfterCalls;
    model.initialize(options.seed);
    complete = trainer.run();
    for (std::int64_t i = 0; i < program.parameter_count; ++i)
      weights.insert(weights.end(), model.parameter(i).begin(),
                     model.parameter(i).end());
  }

  Examples examples;
  Model model;
  Executor executor;
  Evaluator evaluator;
  Record record;
  Trainer trainer;
  bool complete;
  std::vector<float> weights;
};

class TrainerTest : public testing::Test {
protected:
  TrainerTest() {
    sparseData(203).write(sparsePath);
    realData(203).write(realPath);
    classData(203).write(classPath);
  }

  TemporaryFolder folder;
  std::string sparsePath = folder / "sparse", realPath = folder / "real",
              classPath = folder / "class";
  TrainerOptions options{.epochs = 3, .learningRate = 0.1, .seed = 11};
};

TEST_F(TrainerTest, LearnsEachKindOfLabel) {
  options.epochs = 30;
  const Training sparse(sparseProgram(), sparsePath, options);
  EXPECT_TRUE(sparse.complete);
  EXPECT_EQ(sparse.record.epochs.back().test->score, 1.0);
  const Training real(realProgram(), realPath, options);
  EXPECT_LT(real.record.epochs.back().test->score, 0.01);
  const Training classes(classProgram(), classPath, options);
  EXPECT_GT(classes.record.epochs.back().test->score, 0.95);
}

TEST_F(TrainerTest, ThreadsAndCallsNeverChangeResults) {
  const MlcProgram program = sparseProgram();
  const Training reference(program, sparsePath, options);
  for (std::int64_t threads : {1, 2, 3, 8})
    for (std::int64_t steps : {1, 2, 7, 1000}) {
      options.maxStepsPerCall = steps;
      const Training run(program, sparsePath, options, threads);
      EXPECT_EQ(run.record.losses, reference.record.losses);
      EXPECT_EQ(run.weights, reference.weights);
      for (std::size_t i = 0; i < reference.record.epochs.size(); ++i) {
        EXPECT_EQ(run.record.epochs[i].loss, reference.record.epochs[i].loss);
        EXPECT_EQ(run.record.epochs[i].test->loss,
                  reference.record.epochs[i].test->loss);
      }
      EXPECT_LE(std::ranges::max(run.record.calls), steps);
    }
}

TEST_F(TrainerTest, EachStepHasTheRateThatTheScheduleSays) {
  options.schedule = {.kind = ScheduleKind::Cosine,
                      .warmup = 0.1,
                      .finalShare = 0.05,
                      .gamma = 0,
                      .every = 0,
                      .patience = 0,
                      .minDelta = 0};
  const Training reference(sparseProgram(), sparsePath, options);
  const Schedule schedule(options.schedule, 0.1, 26, 3);
  ASSERT_EQ(reference.record.rates.size(), 3 * 26u);
  for (std::int64_t step = 0; step < 3 * 26; ++step)
    EXPECT_EQ(reference.record.rates[step], schedule.rateAt({}, step)) << step;
  EXPECT_EQ(reference.record.epochs[1].learningRate, schedule.rateAt({}, 51));
  for (std::int64_t steps : {1, 7, 1000}) {
    options.maxStepsPerCall = steps;
    const Training run(sparseProgram(), sparsePath, options, 2);
    EXPECT_EQ(run.record.rates, reference.record.rates);
    EXPECT_EQ(run.weights, reference.weights);
  }
  // Where it is to end does not depend on where it is stopped.
  options.maxSteps = 30;
  const Training part(sparseProgram(), sparsePath, options);
  EXPECT_TRUE(std::ranges::equal(part.record.rates,
                                 std::span(reference.record.rates).first(30)));
  options.schedule = {};
  const Training constant(sparseProgram(), sparsePath, options);
  EXPECT_NE(constant.record.losses, part.record.losses);
}

/// Of the handmade program's states, which are called averages here.
TEST_F(TrainerTest, TestsTheAveragesAndTrainsOnFromTheParameters) {
  MlcProgram program = realProgram();
  const Training plain(program, realPath, options);
  std::vector<MlcState> states(program.states, program.states + 2);
  states[0].name = "layer.weight.ema";
  states[1].name = "layer.bias.ema";
  program.states = states.data();
  const Training run(program, realPath, options);
  EXPECT_EQ(run.record.losses, plain.record.losses);
  EXPECT_EQ(run.weights, plain.weights);
  Model averages(program);
  for (std::int64_t i = 0; i < 2; ++i)
    std::ranges::copy(run.model.state(i), averages.parameter(i).begin());
  Executor executor(program, averages, 1, 0);
  Evaluator evaluator(executor, run.examples, allRows(203));
  const double loss = evaluator.run()->loss;
  EXPECT_EQ(run.record.epochs.back().test->loss, loss);
  EXPECT_NE(plain.record.epochs.back().test->loss, loss);
}

TEST_F(TrainerTest, EachFormOfTheDataGivesTheSame) {
  TestData data = sparseData(203);
  data.values.assign(data.indices.size(), 1);
  data.write(sparsePath);
  const Training reference(sparseProgram(), sparsePath, options);
  data.narrow = true;
  data.values.clear();
  data.write(folder / "small");
  const Training run(sparseProgram(), folder / "small", options, 2);
  EXPECT_EQ(run.record.losses, reference.record.losses);
  EXPECT_EQ(run.weights, reference.weights);
  EXPECT_EQ(run.record.epochs[0].test->loss,
            reference.record.epochs[0].test->loss);
}

TEST_F(TrainerTest, CountsStepsAndWeighsTheSmallerBatch) {
  const Training run(realProgram(), realPath, options); // 203 = 40 * 5 + 3
  ASSERT_EQ(run.record.epochs.size(), 3u);
  ASSERT_EQ(run.record.losses.size(), 3 * 41u);
  for (int epoch = 0; epoch < 3; ++epoch) {
    const EpochResult &result = run.record.epochs[epoch];
    EXPECT_EQ(result.epoch, epoch + 1);
    EXPECT_EQ(result.step, 41 * (epoch + 1));
    double sum = 0;
    for (int i = 0; i < 41; ++i)
      sum += double(run.record.losses[41 * epoch + i]) * (i < 40 ? 5 : 3);
    EXPECT_EQ(result.loss, sum / 203);
    EXPECT_GT(result.seconds, 0);
    EXPECT_DOUBLE_EQ(result.examplesPerSecond, 203 / result.seconds);
  }
}

TEST_F(TrainerTest, StopsAfterMaxSteps) {
  for (std::int64_t steps : {0, 1, 26, 27, 60}) { // 26 steps an epoch
    options.maxSteps = steps;
    const Training run(sparseProgram(), sparsePath, options);
    EXPECT_TRUE(run.complete);
    EXPECT_EQ(std::int64_t(run.record.losses.size()), steps);
    EXPECT_EQ(std::int64_t(run.record.epochs.size()), (steps + 25) / 26);
    EXPECT_EQ(run.trainer.stepsDone(), steps);
  }
  options.maxSteps = 26;
  const Training part(sparseProgram(), sparsePath, options);
  options.maxSteps = 1000;
  const Training whole(sparseProgram(), sparsePath, options);
  EXPECT_EQ(whole.record.losses.size(), 78u);
  EXPECT_TRUE(std::equal(part.record.losses.begin(), part.record.losses.end(),
                         whole.record.losses.begin()));
}

/// What an entry point was called with.
struct Seen {
  std::vector<std::int32_t> rows;
  std::vector<std::int64_t> steps, positions;
};
Seen seen;

void note(const MlcCall *call) {
  if (call->worker != 0)
    return;
  seen.steps.push_back(call->step);
  seen.positions.push_back(call->position);
  seen.rows.insert(seen.rows.end(), call->rows, call->rows + call->row_count);
  EXPECT_EQ(call->seed, 11);
  const std::int64_t batch = sparseProgram().batch;
  for (std::int64_t i = 0; i * batch < call->row_count; ++i)
    call->losses[i] = 1;
  for (std::int64_t i = 0; i * batch < call->row_count; ++i)
    EXPECT_EQ(call->learning_rates[i], 0.1);
}

TEST_F(TrainerTest, TakesRowsByTheKeyedBijection) {
  ChangeableProgram changed(sparseProgram());
  const MlcProgram &program = changed.program;
  changed.entry("train").function = note;
  options.maxStepsPerCall = 10;
  for (std::int64_t threads : {1, 3}) {
    seen = {};
    const Training run(program, sparsePath, options, threads);
    ASSERT_EQ(seen.rows.size(), 3 * 203u);
    for (std::uint32_t epoch = 1; epoch <= 3; ++epoch) {
      const Permutation order(203, 11, RandomPurpose::Shuffle, epoch);
      for (std::int64_t i = 0; i < 203; ++i)
        ASSERT_EQ(seen.rows[(epoch - 1) * 203 + i], order(i));
    }
    for (std::size_t i = 1; i < seen.steps.size(); ++i) {
      EXPECT_EQ(seen.steps[i] - seen.steps[i - 1], run.record.calls[i - 1]);
      EXPECT_EQ(seen.positions[i],
                seen.steps[i] / 26 * 203 + seen.steps[i] % 26 * program.batch);
    }
  }
  options.shuffle = false;
  seen = {};
  const Training run(program, sparsePath, options);
  for (std::int64_t i = 0; i < 3 * 203; ++i)
    ASSERT_EQ(seen.rows[i], i % 203);
}

TEST_F(TrainerTest, StopsBetweenStepsAtASignal) {
  const Training whole(sparseProgram(), sparsePath, options);
  options.maxStepsPerCall = 4;
  // A shell that runs the tests in the background has it ignored.
  std::signal(SIGINT, SIG_DFL);
  const InterruptGuard guard;
  const Training run(sparseProgram(), sparsePath, options, 2, 9);
  EXPECT_EQ(pendingSignal(), SIGINT);
  EXPECT_FALSE(run.complete);
  EXPECT_EQ(run.record.calls.size(), 9u);
  EXPECT_TRUE(std::equal(run.record.losses.begin(), run.record.losses.end(),
                         whole.record.losses.begin()));
}

TEST_F(TrainerTest, EvaluatesInPartsAsAWhole) {
  // More rows than one call takes: 64 batches of 8.
  TestData data = sparseData(2001);
  data.write(sparsePath);
  options.epochs = 1;
  const Training run(sparseProgram(), sparsePath, options);
  double loss = 0, right = 0;
  for (std::int64_t row = 0; row < 2001; ++row) {
    double output = run.weights[20];
    for (std::int64_t at = data.indptr[row]; at < data.indptr[row + 1]; ++at)
      output += double(data.values[at]) * run.weights[data.indices[at]];
    const bool label = data.realLabels[row] > 0;
    loss += std::log1p(std::exp(label ? -output : output));
    right += (output > 0) == label;
  }
  EXPECT_NEAR(run.record.epochs[0].test->loss, loss / 2001, 1e-6);
  EXPECT_EQ(run.record.epochs[0].test->score, right / 2001);
}

TEST_F(TrainerTest, NoOutputIsPositiveAndTheFirstLargestCounts) {
  // Of weights that are all zero, so that all outputs are equal.
  const auto scoreOf = [](const MlcProgram &program, const std::string &path) {
    const Examples examples(program, path, LabelUse::Needed);
    Model model(program);
    Executor executor(program, model, 1, examples.nonzeroCapacity(8));
    return Evaluator(executor, examples, allRows(examples.rows())).run()->score;
  };
  EXPECT_EQ(scoreOf(sparseProgram(), sparsePath), 102.0 / 203);
  const TestData classes = classData(203);
  EXPECT_EQ(scoreOf(classProgram(), classPath),
            double(std::ranges::count(classes.classLabels, 0)) / 203);
}

TEST(ChunkSizeTest, AimsAtAFifthOfASecond) {
  using namespace std::chrono_literals;
  ChunkSize chunk(1000);
  EXPECT_EQ(chunk.steps(), 1);
  chunk.observe(1, 0ns);
  EXPECT_EQ(chunk.steps(), 16);
  chunk.observe(16, 16ms);
  EXPECT_EQ(chunk.steps(), 200);
  chunk.observe(200, 2s);
  EXPECT_EQ(chunk.steps(), 20);
  chunk.observe(500, 1us);
  EXPECT_EQ(chunk.steps(), 1000);
}

TEST(ChunkSizeTest, RunsAFewLongStepsThatEndWithinASecond) {
  using namespace std::chrono_literals;
  ChunkSize chunk(1000);
  chunk.observe(1, 100ms);
  EXPECT_EQ(chunk.steps(), 8);
  chunk.observe(8, 2s);
  EXPECT_EQ(chunk.steps(), 4);
  chunk.observe(4, 8s);
  EXPECT_EQ(chunk.steps(), 1);
}

TEST(ChunkSizeTest, RunsWholeUnits) {
  using namespace std::chrono_literals;
  ChunkSize chunk(1000, 3);
  EXPECT_EQ(chunk.steps(), 3);
  chunk.observe(3, 0ns);
  EXPECT_EQ(chunk.steps(), 48);
  chunk.observe(48, 48ms); // 200 would do.
  EXPECT_EQ(chunk.steps(), 198);
  chunk.observe(48, 48s);
  EXPECT_EQ(chunk.steps(), 3);
  chunk.observe(500, 1us);
  EXPECT_EQ(chunk.steps(), 999);
  EXPECT_EQ(ChunkSize(2, 3).steps(), 2);
}

} // namespace
} // namespace mlc::runtime
