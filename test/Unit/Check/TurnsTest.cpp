//===- TurnsTest.cpp - Races show in one of two orders --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Check/Turns.h"

#include <gtest/gtest.h>

#include <array>

using namespace mlc;

namespace {

constexpr int64_t kWorkers = 3;
using Numbers = std::array<float, kWorkers>;

/// Each worker leaves a number for the one before it, and takes one after all
/// have met, or by mistake at once.
template <bool meets>
void passOn(const MlcCall *call) {
  auto *left = static_cast<float *>(call->workspace);
  left[call->worker] = static_cast<float>(call->worker + 1);
  if (meets)
    Turns::barrier(call->barrier, call->worker);
  static_cast<float *>(call->outputs[0])[call->worker] =
      left[(call->worker + 1) % call->workers];
}

Numbers run(MlcFunction function, Order order) {
  MlcEntryPoint entry{};
  entry.function = function;
  MlcProgram program{};
  program.entry_count = 1;
  program.entries = &entry;
  const Turns turns(program, order);
  Numbers left{}, outputs{};
  MlcCall call{};
  call.workspace = left.data();
  void *outputTable[] = {outputs.data()};
  call.outputs = outputTable;
  call.workers = kWorkers;
  // As the runtime does, on every worker.
  for (call.worker = kWorkers; call.worker-- > 0;)
    turns.program().entries[0].function(&call);
  return outputs;
}

TEST(Turns, WorkersThatMeetAgree) {
  const Numbers right = {2, 3, 1};
  EXPECT_EQ(run(passOn<true>, Order::FirstToLast), right);
  EXPECT_EQ(run(passOn<true>, Order::LastToFirst), right);
}

TEST(Turns, AMissingMeetingShows) {
  EXPECT_EQ(run(passOn<false>, Order::FirstToLast), (Numbers{0, 0, 1}));
  EXPECT_EQ(run(passOn<false>, Order::LastToFirst), (Numbers{2, 3, 0}));
}

} // namespace
