//===- PredictorTest.cpp - A trained program that is only asked -----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program/Predictor.h"

#include "Error.h"
#include "Program/ForwardPass.h"
#include "Program/Weights.h"
#include "Support/CountedAllocations.h"
#include "Support/ExpectError.h"
#include "Support/HandmadeProgram.h"
#include "Support/PeakMemory.h"
#include "Support/TestData.h"

#include <gtest/gtest.h>
#include <limits>
#include <thread>

namespace mlc::runtime {
namespace {

using namespace mlc::test;

InputRows rowsOf(const TestData &data) {
  return {data.rows(), data.indptr, data.indices, data.values, data.features};
}

/// One row of them; `starts` is where its own are to be.
InputRows rowOf(const TestData &data, std::int64_t row,
                std::array<std::int64_t, 2> &starts) {
  if (data.indptr.empty())
    return {.count = 1,
            .features =
                std::span(data.features).subspan(row * data.width, data.width)};
  const std::int64_t begin = data.indptr[row];
  starts = {0, data.indptr[row + 1] - begin};
  InputRows one{.count = 1,
                .starts = starts,
                .columns = std::span(data.indices).subspan(begin, starts[1])};
  if (!data.values.empty())
    one.values = std::span(data.values).subspan(begin, starts[1]);
  return one;
}

/// What a thread asks again and again, in memory that is its own.
struct Asker {
  explicit Asker(const Predictor &predictor)
      : predictor(predictor), workspace(predictor) {}

  /// The outputs of each row, asked for alone.
  void askRows(const TestData &data, std::vector<float> &outputs) {
    const std::int64_t columns = columnsOf(predictor.program());
    outputs.resize(data.rows() * columns);
    for (std::int64_t row = 0; row < data.rows(); ++row)
      predictor.predict(rowOf(data, row, starts),
                        std::span(outputs).subspan(row * columns, columns),
                        workspace);
  }

  const Predictor &predictor;
  Predictor::Workspace workspace;
  std::array<std::int64_t, 2> starts;
};

struct Case {
  MlcProgram program;
  TestData data;
};

class PredictorTest : public testing::Test {
protected:
  /// Writes weights that are no round numbers.
  Model save(const MlcProgram &program) {
    Model model(program);
    model.initialize(7);
    for (std::int64_t i = 0; i < program.parameter_count; ++i)
      for (float &element : model.parameter(i))
        element += 0.1f;
    saveWeights(weights, program, model, {});
    return model;
  }

  /// What a model says that is used as in training.
  std::vector<float> reference(const Case &test, Model &model) {
    test.data.write(data);
    const Examples examples(test.program, data, LabelUse::Ignored);
    Executor executor(test.program, model, 2,
                      examples.nonzeroCapacity(test.program.batch));
    std::vector<float> outputs;
    ForwardPass(executor, examples)
        .run(ProgramStep::Predict, allRows(examples.rows()),
             [&](const ForwardChunk &chunk) {
               outputs.insert(outputs.end(), chunk.outputs.begin(),
                              chunk.outputs.end());
             });
    return outputs;
  }

  const Case sparse{sparseProgram(), sparseData(203)},
      real{realProgram(), realData(101)},
      classes{classProgram(), classData(99)};
  const TemporaryFolder folder;
  const std::string weights = folder / "weights", data = folder / "data";
};

TEST_F(PredictorTest, SaysWhatTheModelSays) {
  for (const Case &test : {sparse, real, classes}) {
    Model model = save(test.program);
    const std::vector<float> expected = reference(test, model);
    const Predictor predictor(test.program, SafetensorsFile(weights));
    Asker asker(predictor);
    std::vector<float> outputs(expected.size());
    predictor.predict(rowsOf(test.data), outputs, asker.workspace);
    EXPECT_EQ(outputs, expected);
    asker.askRows(test.data, outputs);
    EXPECT_EQ(outputs, expected);
    // As commands ask it.
    const Examples examples(test.program, data, LabelUse::Ignored);
    for (std::int64_t threads : {1, 3}) {
      Executor executor(predictor, threads);
      outputs.clear();
      ForwardPass(executor, examples)
          .run(ProgramStep::Predict, allRows(examples.rows()),
               [&](const ForwardChunk &chunk) {
                 outputs.insert(outputs.end(), chunk.outputs.begin(),
                                chunk.outputs.end());
               });
      EXPECT_EQ(outputs, expected);
    }
  }
}

TEST_F(PredictorTest, AnyNumberOfThreadsMayAsk) {
  for (const Case &test : {sparse, real}) {
    Model model = save(test.program);
    const std::vector<float> expected = reference(test, model);
    const Predictor predictor(test.program, SafetensorsFile(weights));
    std::vector<std::vector<float>> outputs(6);
    std::vector<std::thread> threads;
    for (std::vector<float> &own : outputs)
      threads.emplace_back([&] {
        Asker asker(predictor);
        for (int turn = 0; turn < 20; ++turn)
          asker.askRows(test.data, own);
      });
    for (std::thread &thread : threads)
      thread.join();
    for (const std::vector<float> &own : outputs)
      EXPECT_EQ(own, expected);
  }
}

TEST_F(PredictorTest, CallsAllocateNothing) {
  for (const Case &test : {sparse, real, classes}) {
    save(test.program);
    const Predictor predictor(test.program, SafetensorsFile(weights));
    Asker asker(predictor);
    std::vector<float> outputs;
    const std::int64_t before = allocations();
    asker.askRows(test.data, outputs);
    const std::int64_t warm = allocations();
    EXPECT_GT(warm, before); // They are counted.
    asker.askRows(test.data, outputs);
    EXPECT_EQ(allocations(), warm);
  }
}

std::int64_t threadsOfProcess() {
  std::int64_t count = 0;
  for ([[maybe_unused]] const auto &entry :
       std::filesystem::directory_iterator("/proc/self/task"))
    ++count;
  return count;
}

TEST_F(PredictorTest, OneBatchNeedsNoTeam) {
  save(sparse.program);
  const Predictor predictor(sparse.program, SafetensorsFile(weights));
  const auto threadsFor = [&](std::int64_t rows) {
    sparseData(rows).write(data);
    const Examples examples(sparse.program, data, LabelUse::Ignored);
    const std::int64_t before = threadsOfProcess();
    Executor executor(predictor, 5);
    ForwardPass(executor, examples)
        .run(ProgramStep::Predict, allRows(rows), [](const ForwardChunk &) {});
    return threadsOfProcess() - before;
  };
  EXPECT_EQ(threadsFor(1), 0);
  EXPECT_EQ(threadsFor(8), 0);
  EXPECT_EQ(threadsFor(9), 4);
}

/// Weights stay in the file; no more than those that are not aligned there, as
/// the bias behind 20 numbers, is copied.
TEST_F(PredictorTest, WeightsStayInTheFile) {
  save(sparse.program);
  const Predictor predictor(sparse.program, SafetensorsFile(weights));
  const TensorView *tensor = predictor.weights().find("layer.weight");
  EXPECT_EQ(static_cast<const void *>(predictor.parameters()[0]),
            tensor->bytes.data());
  EXPECT_EQ(predictor.copiedBytes(), 64u);
  EXPECT_EQ(std::uintptr_t(predictor.parameters()[1]) % 64, 0u);
}

/// sparseProgram with another parameter, of 32 MiB as its state is.
MlcProgram largeProgram() {
  static const MlcParameter parameters[] = {
      sparseProgram().parameters[0], sparseProgram().parameters[1],
      parameter("table", {8 << 20, 1}, MLC_INIT_ZEROS)};
  static const MlcState states[] = {sparseProgram().states[0],
                                    sparseProgram().states[1],
                                    state("table.momentum", 2, parameters[2])};
  static ChangeableProgram changed(sparseProgram());
  MlcProgram &program = changed.program;
  program.parameters = parameters;
  program.states = states;
  program.parameter_count = program.state_count = 3;
  // What training's workers share, and predictors do not use.
  changed.entry("train").workspace.shared = 64 * mebibyte;
  return program;
}

TEST_F(PredictorTest, TakesTheMemoryOfTheFile) {
  if (isSanitized)
    GTEST_SKIP() << "a sanitizer needs memory of its own";
  const MlcProgram program = largeProgram();
  save(program);
  const TestData one = sparseData(1);
  const std::int64_t peak = peakMemory([&] {
    const Predictor predictor(program, SafetensorsFile(weights));
    std::array<std::int64_t, 2> starts;
    for (int thread = 0; thread < 4; ++thread) {
      Predictor::Workspace workspace(predictor);
      float output;
      predictor.predict(rowOf(one, 0, starts), std::span(&output, 1),
                        workspace);
    }
  });
  // Mapped, to be looked at once, and nothing beside it.
  EXPECT_LE(peak, 32 * mebibyte + constantMemory);
}

TEST_F(PredictorTest, RefusesWhatItCannotRead) {
  constexpr float nan = std::numeric_limits<float>::quiet_NaN();
  save(sparse.program);
  const Predictor predictor(sparse.program, SafetensorsFile(weights));
  Predictor::Workspace workspace(predictor);
  std::vector<float> outputs(2);
  const auto errorFor = [&](std::vector<std::int64_t> starts,
                            std::vector<std::int32_t> columns,
                            std::vector<float> values) {
    return errorOf([&] {
      predictor.predict(
          {.count = 2, .starts = starts, .columns = columns, .values = values},
          outputs, workspace);
    });
  };
  const std::string sizes = "expected the starts of 2 rows, from 0 to the "
                            "number of their columns, and a value for each "
                            "column or none at all";
  EXPECT_EQ(errorFor({0, 1}, {3}, {}), sizes);
  EXPECT_EQ(errorFor({1, 1, 1}, {3}, {}), sizes);
  EXPECT_EQ(errorFor({0, 1, 2}, {3}, {}), sizes);
  EXPECT_EQ(errorFor({0, 1, 1}, {3}, {1, 2}), sizes);
  for (std::int64_t middle : {-1, 2})
    EXPECT_NE(errorFor({0, middle, 1}, {3}, {}).find("to end where the next"),
              std::string::npos);
  const std::string columns =
      "row 1: expected columns that rise and are from 0 to 19, but got ";
  EXPECT_EQ(errorFor({0, 1, 2}, {19, 20}, {}), columns + "20");
  EXPECT_EQ(errorFor({0, 1, 2}, {19, -1}, {}), columns + "-1");
  EXPECT_EQ(errorFor({0, 0, 2}, {4, 4}, {}), columns + "4");
  EXPECT_EQ(errorFor({0, 1, 2}, {4, 5}, {1, nan}),
            "row 1: expected a finite number in column 5, but got nan");
  EXPECT_EQ(errorOf([&] {
              outputs.resize(3);
              predictor.predict(rowsOf(sparseData(2)), outputs, workspace);
            }),
            "expected room for 1 outputs of each of 2 rows, but got room for "
            "3");

  save(real.program);
  const Predictor dense(real.program, SafetensorsFile(weights));
  Predictor::Workspace own(dense);
  std::vector<float> features(5, 1);
  outputs.resize(2);
  dense.predict({.count = 1, .features = features}, outputs, own);
  features[3] = nan;
  EXPECT_EQ(errorOf([&] {
              dense.predict({.count = 1, .features = features}, outputs, own);
            }),
            "row 0: expected a finite number in column 3, but got nan");
  features.resize(4);
  EXPECT_EQ(errorOf([&] {
              dense.predict({.count = 1, .features = features}, outputs, own);
            }),
            "expected 1 rows of 5 features, but got 4 numbers");
}

} // namespace
} // namespace mlc::runtime
