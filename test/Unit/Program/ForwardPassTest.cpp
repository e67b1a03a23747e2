//===- ForwardPassTest.cpp - Many batches a call ------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program/ForwardPass.h"

#include "Error.h"
#include "Support/HandmadeProgram.h"
#include "Support/TestData.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <limits>

namespace mlc::runtime {
namespace {

using namespace mlc::test;

/// Steps of each call of the entry point, as worker 0 is told.
std::vector<std::int64_t> stepsOfCalls;

void noteSteps(const MlcCall *call) {
  if (call->worker == 0)
    stepsOfCalls.push_back((call->row_count + 7) / 8);
}

class ForwardPassTest : public testing::Test {
protected:
  ForwardPassTest() { sparseData(4003).write(path); }

  /// Calls the program's entry point `predict` on `threads` workers.
  std::vector<float> predict(std::int64_t threads) {
    const Examples examples(program, path, LabelUse::Ignored);
    Model model(program);
    model.initialize(5);
    Executor executor(program, model, threads, examples.nonzeroCapacity(8));
    std::vector<float> outputs;
    ForwardPass(executor, examples)
        .run(ProgramStep::Predict, allRows(4003),
             [&](const ForwardChunk &chunk) {
               outputs.insert(outputs.end(), chunk.outputs.begin(),
                              chunk.outputs.end());
             });
    return outputs;
  }

  const TemporaryFolder folder;
  const std::string path = folder / "data";
  ChangeableProgram changed{sparseProgram()}; // Batches of 8.
  const MlcProgram &program = changed.program;
};

TEST_F(ForwardPassTest, ThreadsNeverChangeResults) {
  const std::vector<float> reference = predict(1);
  EXPECT_EQ(reference.size(), 4003u);
  for (std::int64_t threads : {2, 3, 8})
    EXPECT_EQ(predict(threads), reference);
}

TEST_F(ForwardPassTest, EveryWorkerHasWorkInEveryCall) {
  changed.entry("predict").function = noteSteps;
  for (std::int64_t threads : {1, 2, 5, 16}) {
    stepsOfCalls.clear();
    predict(threads);
    // One batch each at first, so that a signal is soon answered, and then as
    // many as there is room for; the last call has what is left.
    ASSERT_GE(stepsOfCalls.size(), 3u);
    EXPECT_EQ(stepsOfCalls[0], threads);
    EXPECT_GE(*std::max_element(stepsOfCalls.begin(), stepsOfCalls.end()),
              8 * threads);
    for (std::size_t i = 0; i + 1 < stepsOfCalls.size(); ++i)
      EXPECT_EQ(stepsOfCalls[i] % threads, 0);
  }
}

TEST_F(ForwardPassTest, NamesAWorkspaceThatIsTooLarge) {
  const Examples examples(program, path, LabelUse::Ignored);
  Model model(program);
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  for (const MlcWorkspace &need :
       {MlcWorkspace{0, 0, most / 2}, MlcWorkspace{0, most - 30, 0},
        MlcWorkspace{0, most / 2, 0}, MlcWorkspace{most - 63, 64, 0},
        MlcWorkspace{most - 63, 0, 0}}) {
    changed.entry("evaluate").workspace = need;
    try {
      Executor executor(program, model, 3, 4);
      FAIL() << "expected an error";
    } catch (const InputError &error) {
      const std::string message = error.what();
      EXPECT_TRUE(message.starts_with("not enough memory for a batch: "));
      EXPECT_NE(message.find("for each of 3 threads"), std::string::npos);
    }
  }
}

} // namespace
} // namespace mlc::runtime
