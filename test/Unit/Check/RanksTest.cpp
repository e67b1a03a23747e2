//===- RanksTest.cpp - Shards in two levels -------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A program for several ranks, run in one process: the order of its sums is
// that of its shards, for any number of ranks and of workers in each.
//
//===----------------------------------------------------------------------===//

#include "lib/Check/JitProgram.h"
#include "lib/Check/Turns.h"

#include "Program/Workspace.h"
#include "Signature.h"
#include "mlc/Passes.h"

#include "mlir/Parser/Parser.h"

#include <gtest/gtest.h>

#include <array>

using namespace mlir;
using namespace mlc;

namespace {

/// A sum of 96 terms, which are six shards of a cache line, and a bias, which
/// is too small to split, so that the leader alone updates it.
const char kModel[] = R"(graph.program @model {
  %w = graph.parameter "w" zeros : tensor<96x1xf32>
  %b = graph.parameter "b" zeros : tensor<1xf32>
  graph.predict(%x: tensor<?x96xf32>) {
    %y = graph.linear %x, %w, %b : tensor<?x96xf32>, tensor<96x1xf32>, tensor<1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.5) batch(4) epochs(1)
})";

constexpr int kShards = 6, kUnits = 16;
using Partials = std::array<float, kShards>;

/// What a training step of one row leaves.
struct Outcome {
  float loss = -1, bias = 0;
  std::vector<float> weights;

  bool operator==(const Outcome &) const = default;
};

class RanksTest : public testing::Test {
protected:
  RanksTest() {
    DialectRegistry registry;
    registerDialects(registry);
    context_.appendDialectRegistry(registry);
    model_ = parseSourceString<ModuleOp>(kModel, &context_, "model.mlir");
  }

  JitProgram compile(int64_t ranks) {
    JitOptions options;
    options.costs = {"rank-shards=" + std::to_string(ranks)};
    llvm::Expected<JitProgram> compiled = JitProgram::compile(*model_, options);
    EXPECT_TRUE(bool(compiled)) << llvm::toString(compiled.takeError());
    return std::move(*compiled);
  }

  /// One step on a row whose partial sums are `partials`: each shard has one
  /// term that is not zero. The target is 0, so that the loss is the square of
  /// the sum.
  static Outcome run(const MlcProgram &program, const Partials &partials,
                     int64_t ranks, int64_t workersOfRank, Order order) {
    const int64_t workers = ranks * workersOfRank;
    const Turns turns(program, order, ranks);
    std::vector<float> values(kShards * kUnits, 0.0f);
    for (int shard = 0; shard < kShards; ++shard)
      values[shard * kUnits + shard] = partials[shard];
    Outcome outcome;
    outcome.weights.assign(kShards * kUnits, 1.0f);
    const MlcEntryPoint &train = *runtime::findEntry(turns.program(), "train");
    auto workspace =
        runtime::makeWorkspace(train.workspace, workers, /*nonzeros=*/0);
    const int32_t row = 0;
    const int64_t capacity = 0;
    const float target = 0;
    const double rate = 0.5;
    const MlcInputData input{values.data(), nullptr, nullptr};
    const void *labels[] = {&target};
    void *parameters[] = {outcome.weights.data(), &outcome.bias};
    MlcCall call = {};
    call.rows = &row;
    call.row_count = 1;
    call.inputs = &input;
    call.capacities = &capacity;
    call.labels = labels;
    call.parameters = parameters;
    call.workspace = workspace.data();
    call.losses = &outcome.loss;
    call.learning_rates = &rate;
    call.workers = workers;
    call.ranks = 1;
    train.function(&call);
    return outcome;
  }

  MLIRContext context_;
  OwningOpRef<ModuleOp> model_;
};

/// Of six numbers, each sum of three at a time and both of those; and pairs,
/// pairs of pairs, which is the order without ranks.
float sumByRanks(const Partials &p) {
  return ((p[0] + p[1]) + p[2]) + ((p[3] + p[4]) + p[5]);
}
float sumByPairs(const Partials &p) {
  return ((p[0] + p[1]) + (p[2] + p[3])) + (p[4] + p[5]);
}

Partials numbers() {
  Partials partials;
  for (int shard = 0; shard < kShards; ++shard)
    partials[shard] =
        0.3f * static_cast<float>(shard + 3) / static_cast<float>(7 - shard);
  return partials;
}

TEST_F(RanksTest, SumsHaveTheOrderOfTheProgramsShards) {
  const Partials partials = numbers();
  const float byRanks = sumByRanks(partials), byPairs = sumByPairs(partials);
  ASSERT_NE(byRanks * byRanks, byPairs * byPairs);
  const JitProgram one = compile(1), two = compile(2);
  EXPECT_EQ(one.program().rank_shards, 1);
  EXPECT_EQ(two.program().rank_shards, 2);
  EXPECT_EQ(run(one.program(), partials, 1, 4, Order::FirstToLast).loss,
            byPairs * byPairs);
  EXPECT_EQ(run(two.program(), partials, 1, 4, Order::FirstToLast).loss,
            byRanks * byRanks);
}

TEST_F(RanksTest, RanksAndWorkersDoNotChangeBits) {
  const JitProgram two = compile(2);
  const Outcome expected =
      run(two.program(), numbers(), 1, 1, Order::FirstToLast);
  EXPECT_NE(expected.weights, std::vector<float>(kShards * kUnits, 1.0f));
  EXPECT_NE(expected.bias, 0);
  for (Order order : {Order::FirstToLast, Order::LastToFirst})
    for (auto [ranks, workers] :
         {std::pair(1, 4), std::pair(2, 2), std::pair(2, 1), std::pair(2, 4),
          std::pair(1, 3), std::pair(2, 3)})
      EXPECT_EQ(run(two.program(), numbers(), ranks, workers, order), expected)
          << ranks << " ranks of " << workers << " workers";
}

/// Three ranks' shards run by two: one has two groups of them.
TEST_F(RanksTest, FewerRanksThanTheProgramHasShardsFor) {
  const JitProgram three = compile(3);
  const Outcome expected =
      run(three.program(), numbers(), 1, 1, Order::FirstToLast);
  for (Order order : {Order::FirstToLast, Order::LastToFirst})
    for (auto [ranks, workers] :
         {std::pair(2, 2), std::pair(3, 1), std::pair(3, 2)})
      EXPECT_EQ(run(three.program(), numbers(), ranks, workers, order),
                expected)
          << ranks << " ranks of " << workers << " workers";
}

} // namespace
