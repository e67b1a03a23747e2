//===- ReferenceRunTest.cpp - Whole runs of the reference -----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Reference/ReferenceRun.h"

#include "Data/Safetensors.h"
#include "Program/Random.h"
#include "dialects/Graph/Graph.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Parser/Parser.h"

#include <filesystem>
#include <gtest/gtest.h>

using namespace mlc;
using namespace mlc::reference;
using runtime::ElementType;

namespace {

/// y = x w, mean squares, plain descent; batches of 2.
const char kModel[] = R"(
graph.program @line {
  %w = graph.parameter "w" zeros : tensor<2x1xf32>
  graph.predict(%x: tensor<?x2xf32>) {
    %y = graph.linear %x, %w : tensor<?x2xf32>, tensor<2x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.25) batch(2) epochs(2)
})";

const std::vector<float> kFeatures = {1, 2, -1, 0.5, 3, 1, 0, -2, 1, 1};
const std::vector<float> kLabels = {1, 0, -1, 2, 0.5};
const std::vector<float> kStart = {0.5, -0.25};

class ReferenceRunTest : public testing::Test {
protected:
  ReferenceRunTest() {
    context.loadDialect<graph::GraphDialect, mlir::func::FuncDialect>();
    std::filesystem::create_directories(folder);
    options.data =
        write("data", "mlc.dataset",
              {tensor("features", ElementType::F32, {5, 2}, kFeatures),
               tensor("labels", ElementType::F32, {5}, kLabels)});
    options.init = write("weights", "mlc.weights",
                         {tensor("w", ElementType::F32, {2, 1}, kStart)});
  }
  ~ReferenceRunTest() override { std::filesystem::remove_all(folder); }

  template <typename T>
  static runtime::TensorView tensor(std::string name, ElementType type,
                                    std::vector<int64_t> shape,
                                    const std::vector<T> &elements) {
    return {std::move(name), type, std::move(shape),
            std::as_bytes(std::span(elements))};
  }

  std::string write(const std::string &name, const std::string &format,
                    std::vector<runtime::TensorView> tensors) {
    const std::string path = folder / name;
    runtime::writeSafetensors(
        path, {std::move(tensors),
               {{"format", format}, {"version", "1"}, {"features", "2"}}});
    return path;
  }

  llvm::Expected<ReferenceResult> run(const std::string &model = kModel) {
    module = mlir::parseSourceString<mlir::ModuleOp>(model, &context);
    return runReference(*module, options);
  }

  /// The message of a run that fails.
  std::string errorOf(const std::string &model = kModel) {
    auto result = run(model);
    return result ? "no error" : llvm::toString(result.takeError());
  }

  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  const std::filesystem::path folder =
      testing::TempDir() + "mlc-reference-" +
      testing::UnitTest::GetInstance()->current_test_info()->name();
  ReferenceOptions options;
};

/// The run as a plain loop; rows of epoch e come as `orders[e]` says.
ReferenceResult runByHand(const std::vector<std::vector<int>> &orders,
                          double rate,
                          const std::vector<double> &factors = {}) {
  ReferenceResult result;
  double w[2] = {kStart[0], kStart[1]};
  for (const std::vector<int> &order : orders)
    for (size_t first = 0; first < order.size(); first += 2) {
      const size_t last = std::min(first + 2, order.size());
      const double count = static_cast<double>(last - first);
      double loss = 0, g[2] = {0, 0};
      for (size_t place = first; place < last; ++place) {
        const float *x = &kFeatures[order[place] * 2];
        const double error = x[0] * w[0] + x[1] * w[1] - kLabels[order[place]];
        loss += error * error / count;
        for (int i : {0, 1})
          g[i] += 2 * error * x[i] / count;
      }
      const double factor = factors.empty() ? 1 : factors[result.losses.size()];
      result.losses.push_back(loss);
      for (int i : {0, 1})
        w[i] -= rate * factor * g[i];
    }
  result.weights = {{"w", Reals({2, 1}, {w[0], w[1]})}};
  return result;
}

void expectSame(llvm::Expected<ReferenceResult> actual,
                const ReferenceResult &expected) {
  ASSERT_TRUE(bool(actual)) << llvm::toString(actual.takeError());
  ASSERT_EQ(actual->losses.size(), expected.losses.size());
  for (size_t i = 0; i < expected.losses.size(); ++i)
    EXPECT_NEAR(actual->losses[i], expected.losses[i], 1e-13) << "step " << i;
  ASSERT_EQ(actual->weights.size(), 1u);
  EXPECT_EQ(actual->weights[0].name, "w");
  for (int i : {0, 1})
    EXPECT_NEAR(actual->weights[0].value.elements[i],
                expected.weights[0].value.elements[i], 1e-13);
}

TEST_F(ReferenceRunTest, InOrderWithASmallerLastBatch) {
  options.shuffle = false;
  expectSame(run(), runByHand({{0, 1, 2, 3, 4}, {0, 1, 2, 3, 4}}, 0.25));
}

TEST_F(ReferenceRunTest, ShuffledAsTheRuntimeDoes) {
  options.seed = 7;
  std::vector<std::vector<int>> orders(2);
  for (int epoch : {1, 2}) {
    runtime::Permutation permutation(5, 7, runtime::RandomPurpose::Shuffle,
                                     epoch);
    for (int place = 0; place < 5; ++place)
      orders[epoch - 1].push_back(permutation(place));
  }
  ASSERT_NE(orders[0], orders[1]);
  expectSame(run(), runByHand(orders, 0.25));
}

TEST_F(ReferenceRunTest, StepsEpochsAndLearningRateAsGiven) {
  options.shuffle = false;
  options.learningRate = 0.125;
  options.epochs = 3;
  options.steps = 4;
  ReferenceResult expected = runByHand({{0, 1, 2, 3, 4}, {0, 1}}, 0.125);
  expectSame(run(), expected);
  options.steps = 100;
  auto result = run();
  ASSERT_TRUE(bool(result));
  EXPECT_EQ(result->losses.size(), 9u);
}

TEST_F(ReferenceRunTest, RatesAsTheScheduleSays) {
  options.shuffle = false;
  const auto runWith = [&](const std::string &schedule) {
    std::string model = kModel;
    model.insert(model.find("epochs(2)") + 9, " " + schedule);
    return run(model);
  };
  const auto expected = [&](const std::vector<double> &factors) {
    return runByHand({{0, 1, 2, 3, 4}, {0, 1, 2, 3, 4}}, 0.25, factors);
  };
  const double root = std::sqrt(0.5);
  expectSame(runWith("schedule(constant, warmup = 2)"),
             expected({0.5, 1, 1, 1, 1, 1}));
  expectSame(runWith("schedule(linear, final = 0.4)"),
             expected({1, 0.9, 0.8, 0.7, 0.6, 0.5}));
  // A third of six steps is two.
  expectSame(runWith("schedule(cosine, warmup = 0.33)"),
             expected({0.5, 1, 1, (1 + root) / 2, 0.5, (1 - root) / 2}));
  expectSame(runWith("schedule(step, every = 1)"),
             expected({1, 1, 1, 0.1, 0.1, 0.1}));
  expectSame(runWith("schedule(exponential, gamma = 0.3)"),
             expected({1, 1, 1, 0.3, 0.3, 0.3}));
  expectSame(runWith("schedule(wsd, final = 0.2)"),
             expected({1, 1, 1, 1, 1, 0.2 + 0.8 * (1 - root)}));
  expectSame(runWith("schedule(coslog4)"),
             expected({0, 0.5 - 0.5 * std::cos(2 * M_PI * std::log2(3.5)),
                       0.5 - 0.5 * std::cos(2 * M_PI * std::log2(6.0)),
                       0.5 - 0.5 * std::cos(2 * M_PI * std::log2(8.5)),
                       0.5 - 0.5 * std::cos(2 * M_PI * std::log2(11.0)),
                       0.5 - 0.5 * std::cos(2 * M_PI * std::log2(13.5))}));
  options.learningRate = 0.125;
  options.epochs = 1;
  expectSame(runWith("schedule(linear)"),
             runByHand({{0, 1, 2, 3, 4}}, 0.125, {1, 2 / 3.0, 1 / 3.0}));
}

TEST_F(ReferenceRunTest, ReportsEachStep) {
  std::vector<int64_t> steps;
  std::vector<double> losses;
  module = mlir::parseSourceString<mlir::ModuleOp>(kModel, &context);
  auto result = runReference(*module, options, [&](int64_t step, double loss) {
    steps.push_back(step);
    losses.push_back(loss);
  });
  ASSERT_TRUE(bool(result));
  EXPECT_EQ(steps, (std::vector<int64_t>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(losses, result->losses);
}

TEST_F(ReferenceRunTest, FilesThatDoNotSuitTheModelAreErrors) {
  EXPECT_EQ(errorOf(), "no error");
  ReferenceOptions good = options;

  options.init = (folder / "absent").string();
  EXPECT_NE(errorOf().find("absent"), std::string::npos);
  options.init = write("wrong", "mlc.weights",
                       {tensor("w", ElementType::F32, {1, 2}, kStart)});
  EXPECT_NE(errorOf().find("another shape"), std::string::npos);

  options = good;
  const std::vector<float> wide(15);
  options.data = write("dense", "mlc.dataset",
                       {tensor("features", ElementType::F32, {5, 2}, kFeatures),
                        tensor("labels", ElementType::F32, {5, 3}, wide)});
  EXPECT_NE(errorOf().find("labels of 1 columns"), std::string::npos);
  std::string model = kModel;
  model.replace(model.find("tensor<?x2xf32>"), 15,
                "tensor<?x2xf32, #graph.csr>");
  model.replace(model.find("tensor<?x2xf32>,"), 15,
                "tensor<?x2xf32, #graph.csr>");
  options = good;
  EXPECT_NE(errorOf(model).find("expected sparse rows of 2 features"),
            std::string::npos);
}

} // namespace
