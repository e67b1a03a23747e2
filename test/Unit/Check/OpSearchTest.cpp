//===- OpSearchTest.cpp - Planted errors are found where they are ---------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Check/Check.h"

#include "Data/Safetensors.h"
#include "dialects/Graph/Graph.h"
#include "mlc/Pipeline.h"
#include "mlc/Steps.h"

#include "mlir/Parser/Parser.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <unistd.h>

using namespace mlir;
using namespace mlc;
using runtime::ElementType;

namespace {

constexpr int64_t kRows = 6;
const char kModel[] = R"(graph.program @model {
  %w1 = graph.parameter "w1" zeros : tensor<3x4xf32>
  %b1 = graph.parameter "b1" zeros : tensor<4xf32>
  %w2 = graph.parameter "w2" zeros : tensor<4x2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %h = graph.linear %x, %w1, %b1 : tensor<?x3xf32>, tensor<3x4xf32>, tensor<4xf32>
    %a = graph.sigmoid %h : tensor<?x4xf32>
    %y = graph.linear %a, %w2 : tensor<?x4xf32>, tensor<4x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.5) batch(4) epochs(1)
})";

class OpSearchTest : public testing::Test {
protected:
  OpSearchTest() {
    DialectRegistry registry;
    registerDialects(registry);
    context.appendDialectRegistry(registry);
    module = parseSourceString<ModuleOp>(kModel, &context, "model.mlir");
    folder = std::filesystem::temp_directory_path() /
             ("mlc-op-search." + std::to_string(getpid()));
    std::filesystem::create_directory(folder);
    write("data",
          {{"format", "mlc.dataset"}, {"version", "1"}, {"features", "3"}},
          {{"features", {kRows, 3}}, {"labels", {kRows, 2}}});
    write("init", {{"format", "mlc.weights"}, {"version", "1"}},
          {{"w1", {3, 4}}, {"b1", {4}}, {"w2", {4, 2}}});
  }
  ~OpSearchTest() override { std::filesystem::remove_all(folder); }

  /// Writes tensors of numbers without a pattern.
  void write(const std::string &name,
             std::map<std::string, std::string> metadata,
             const std::vector<std::pair<std::string, std::vector<int64_t>>>
                 &tensors) {
    std::vector<std::vector<float>> numbers;
    runtime::SafetensorsContents contents;
    contents.metadata = std::move(metadata);
    for (const auto &[tensor, shape] : tensors) {
      int64_t size = 1;
      for (int64_t dim : shape)
        size *= dim;
      std::vector<float> &elements = numbers.emplace_back(size);
      for (int64_t i = 0; i < size; ++i)
        elements[i] = static_cast<float>((i * 7 + size) % 11) / 11 - 0.4f;
      contents.tensors.push_back({tensor, ElementType::F32, shape, {}});
    }
    for (size_t i = 0; i < numbers.size(); ++i)
      contents.tensors[i].bytes = std::as_bytes(std::span(numbers[i]));
    runtime::writeSafetensors(folder / name, contents);
  }

  /// Checks the model with `plant` as an error of the compiler.
  CheckResult check(std::function<void(ModuleOp)> plant) {
    CheckOptions options;
    options.run.data = folder / "data";
    options.run.init = folder / "init";
    options.compile.plantError = std::move(plant);
    options.threads = {1};
    options.turns = {};
    options.findOp = true;
    options.compile.optimize = false;
    llvm::Expected<CheckResult> result = checkModel(*module, options);
    if (!result) {
      ADD_FAILURE() << llvm::toString(result.takeError());
      return {};
    }
    return *result;
  }

  /// Lets the result of the first op of a kind in a step be 1.25 of it. Where
  /// another op's value is wanted, the step may have no such op any more.
  template <typename Op>
  static void spoil(ModuleOp module, StringRef step) {
    for (Op op : module.lookupSymbol<func::FuncOp>(step).getOps<Op>()) {
      OpBuilder b(op->getContext());
      b.setInsertionPointAfter(op);
      auto wrong = graph::ScaleOp::create(b, op.getLoc(), op->getResult(0),
                                          llvm::APFloat(1.25));
      op->getResult(0).replaceAllUsesExcept(wrong.getResult(), wrong);
      return;
    }
  }

  MLIRContext context{MLIRContext::Threading::DISABLED};
  OwningOpRef<ModuleOp> module;
  std::filesystem::path folder;
};

TEST_F(OpSearchTest, NothingIsFoundWhereNothingDiffers) {
  const CheckResult result = check(nullptr);
  EXPECT_EQ(result.difference, "");
  EXPECT_EQ(result.op, "");
  EXPECT_EQ(result.steps, 2);
}

TEST_F(OpSearchTest, FindsAnActivation) {
  const CheckResult result = check(
      [](ModuleOp module) { spoil<graph::SigmoidOp>(module, steps::kTrain); });
  EXPECT_NE(result.difference.find("step 1 of training"), std::string::npos);
  EXPECT_TRUE(result.op.starts_with("graph.sigmoid at model.mlir:7:10, "))
      << result.op;
}

TEST_F(OpSearchTest, FindsAGradient) {
  const CheckResult result = check(
      [](ModuleOp module) { spoil<graph::MatmulOp>(module, steps::kTrain); });
  EXPECT_TRUE(result.op.starts_with("graph.matmul at model.mlir:8:10, "))
      << result.op;
}

TEST_F(OpSearchTest, FindsALoss) {
  const CheckResult result = check(
      [](ModuleOp module) { spoil<graph::MseOp>(module, steps::kTrain); });
  EXPECT_TRUE(result.op.starts_with("graph.mse at model.mlir:12:10, "))
      << result.op;
}

TEST_F(OpSearchTest, FindsAnOpOfPredictionOnly) {
  const CheckResult result = check([](ModuleOp module) {
    spoil<graph::SigmoidOp>(module, steps::kPredict);
  });
  EXPECT_NE(result.difference.find("prediction of rows"), std::string::npos);
  EXPECT_TRUE(result.op.starts_with("graph.sigmoid at model.mlir:7:10, "))
      << result.op;
}

} // namespace
