//===- ExplanationTest.cpp - Gradients by inputs, and their means ---------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The step of explanation of every model that has a gradient rule, in f64: at a
// place of the path against differences of the prediction, over a path against
// an integral of these, and its sum against the change of the prediction.
//
//===----------------------------------------------------------------------===//

#include "Models.h"
#include "TrainStep.h"

#include "dialects/Graph/Graph.h"
#include "lib/Reference/StepFunction.h"
#include "mlc/Passes.h"
#include "mlc/Steps.h"

#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/StringSet.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace mlir;
using namespace mlc;
using namespace mlc::reference;
using test::NamedModel;

namespace {

/// Numbers of a model's shapes, on which its predictions and explanations are
/// computed.
class Explained {
public:
  explicit Explained(const std::string &text) : step_(text) {
    PassManager manager(step_.module().getContext());
    manager.addPass(createMakeExplanation());
    EXPECT_TRUE(succeeded(manager.run(step_.module())));
    const test::StepInputs numbers = step_.makeInputs(3);
    inputs.data = numbers.data;
    inputs.rows = {0, 1, 2};
    for (const Reals &parameter : numbers.parameters)
      inputs.parameters.push_back(makeDatum(parameter));
    Value asked = explain()
                      ? Value(steps::findArgument(explain(), steps::kDirection))
                      : Value();
    const int64_t elements =
        asked ? cast<RankedTensorType>(asked.getType()).getDimSize(0) : 0;
    Reals direction(Shape{elements}, 0.0);
    for (int64_t i = 0; i < elements; ++i)
      direction.elements[i] = 0.5 + 0.25 * static_cast<double>(i);
    inputs.direction = makeDatum(direction);
    if (!isSparse()) {
      Shape row = std::get<Reals>(*inputs.data).shape;
      row[0] = 1;
      Reals baseline(row, 0.0);
      for (size_t i = 0; i < baseline.elements.size(); ++i)
        baseline.elements[i] = 0.3 - 0.2 * static_cast<double>(i % 4);
      inputs.baseline = makeDatum(baseline);
    }
  }

  func::FuncOp explain() {
    return step_.module().lookupSymbol<func::FuncOp>(steps::kExplain);
  }
  bool isSparse() const {
    return std::holds_alternative<CsrRows>(*inputs.data);
  }
  bool isClosed() { return explain()->hasAttr(steps::kPaths); }

  /// The gradient by each element, or entry, of the rows.
  std::vector<double> gradient(double begin, double end) {
    reference::StepInputs now = inputs;
    now.path = makeDatum(Reals(Shape{2}, std::vector<double>{begin, end}));
    FailureOr<StepOutputs> outputs = StepFunction(explain()).run(now);
    EXPECT_TRUE(succeeded(outputs));
    return isSparse() ? std::get<CsrRows>(*outputs->inputGradient).values
                      : std::get<Reals>(*outputs->inputGradient).elements;
  }

  /// Of the data: rows' values, and those of the baseline.
  std::vector<double> values() const {
    if (isSparse())
      return std::get<CsrRows>(*inputs.data).values;
    return std::get<Reals>(*inputs.data).elements;
  }
  double baselineAt(size_t element) const {
    if (isSparse())
      return 0;
    const auto &baseline = std::get<Reals>(*inputs.baseline).elements;
    return baseline[element % baseline.size()];
  }
  /// How many of the values are of the batch, which has the first rows.
  size_t batchSize() const {
    if (isSparse())
      return std::get<CsrRows>(*inputs.data).starts[inputs.rows.size()];
    const auto &data = std::get<Reals>(*inputs.data);
    return data.elements.size() / data.shape[0] * inputs.rows.size();
  }

  /// What is explained, summed over the batch, where the data are at a place.
  double score(const std::vector<double> &values) {
    reference::StepInputs now = inputs;
    if (isSparse()) {
      CsrRows data = std::get<CsrRows>(*inputs.data);
      data.values = values;
      now.data = makeDatum(data);
    } else {
      now.data = makeDatum(Reals(std::get<Reals>(*inputs.data).shape, values));
    }
    auto predict = step_.module().lookupSymbol<func::FuncOp>(steps::kPredict);
    FailureOr<StepOutputs> outputs = StepFunction(predict).run(now);
    EXPECT_TRUE(succeeded(outputs));
    const auto &direction = std::get<Reals>(*inputs.direction).elements;
    double sum = 0;
    const auto &predicted = std::get<Reals>(*outputs->prediction).elements;
    for (size_t i = 0; i < predicted.size(); ++i)
      sum += predicted[i] * direction[i % direction.size()];
    return sum;
  }
  std::vector<double> valuesAt(double place) const {
    std::vector<double> there = values();
    for (size_t i = 0; i < there.size(); ++i)
      there[i] = (1 - place) * baselineAt(i) + place * there[i];
    return there;
  }

  reference::StepInputs inputs;

private:
  test::TrainStep step_;
};

class ExplanationTest : public testing::TestWithParam<NamedModel> {};

TEST_P(ExplanationTest, GradientsAgreeWithDifferences) {
  Explained model(GetParam().text);
  ASSERT_TRUE(model.explain());
  for (double place : {0.3, 1.0}) {
    const std::vector<double> gradient = model.gradient(place, place);
    const std::vector<double> there = model.valuesAt(place);
    for (size_t i = 0; i < model.batchSize(); ++i) {
      constexpr double distance = 1e-5;
      std::vector<double> above = there, below = there;
      above[i] += distance;
      below[i] -= distance;
      EXPECT_NEAR(gradient[i],
                  (model.score(above) - model.score(below)) / (2 * distance),
                  1e-6)
          << "element " << i << " at " << place;
    }
  }
}

/// The mean over a path, where it has a closed form, is an integral's value.
TEST_P(ExplanationTest, MeansAgreeWithIntegrals) {
  Explained model(GetParam().text);
  if (!model.isClosed())
    return; // Its gradients at places are tested above.
  const std::vector<double> mean = model.gradient(0, 1);
  constexpr int points = 4000;
  std::vector<double> sums(mean.size());
  for (int point = 0; point < points; ++point) {
    const double place = (point + 0.5) / points;
    const std::vector<double> there = model.gradient(place, place);
    for (size_t i = 0; i < sums.size(); ++i)
      sums[i] += there[i] / points;
  }
  // The sum is exact but where a kink lies, which is between two points.
  for (size_t i = 0; i < mean.size(); ++i)
    EXPECT_NEAR(mean[i], sums[i], 1e-3) << "element " << i;
}

/// Gradients times changes of the input add up to the change of the score; also
/// where input and baseline are so close that slopes are derivatives.
TEST_P(ExplanationTest, PartsAddUp) {
  Explained model(GetParam().text);
  if (!model.isClosed())
    return; // Its gradients at places are tested above.
  for (auto [begin, end] : {std::pair(0.0, 1.0), {0.5, 0.52}, {1.0, 0.0}}) {
    const std::vector<double> mean = model.gradient(begin, end);
    const std::vector<double> values = model.values();
    double sum = 0;
    for (size_t i = 0; i < mean.size(); ++i)
      sum += mean[i] * (values[i] - model.baselineAt(i)) * (end - begin);
    EXPECT_NEAR(sum,
                model.score(model.valuesAt(end)) -
                    model.score(model.valuesAt(begin)),
                1e-6)
        << "from " << begin << " to " << end;
  }
}

INSTANTIATE_TEST_SUITE_P(Models, ExplanationTest,
                         testing::ValuesIn(test::gradientModels()),
                         [](const auto &info) { return info.param.name; });

/// A rule that is wrong does not pass: each op of a closed form in turn gives
/// twice as much, and parts no longer add up.
TEST(Explanation, PlantedErrorsAreCaught) {
  int planted = 0;
  for (const NamedModel &named : test::gradientModels()) {
    Explained correct(named.text);
    if (!correct.isClosed())
      continue;
    const std::vector<double> right = correct.gradient(0, 1);
    for (size_t number = 0;; ++number) {
      Explained model(named.text);
      SmallVector<Operation *> made;
      for (Operation &op : model.explain().getBody().front())
        if (isa<arith::MulFOp, arith::DivFOp, arith::SubFOp>(op))
          made.push_back(&op);
      if (number >= made.size())
        break;
      Operation *op = made[number];
      OpBuilder b(op->getContext());
      b.setInsertionPointAfter(op);
      Value wrong = arith::AddFOp::create(b, op->getLoc(), op->getResult(0),
                                          op->getResult(0));
      op->getResult(0).replaceAllUsesExcept(wrong, wrong.getDefiningOp());
      const std::vector<double> then = model.gradient(0, 1);
      double most = 0;
      for (size_t i = 0; i < then.size(); ++i)
        most = std::max(most, std::abs(then[i] - right[i]));
      if (most < 1e-3)
        continue; // It is multiplied with 0, or cancels.
      ++planted;
      const std::vector<double> values = model.values();
      double sum = 0;
      for (size_t i = 0; i < then.size(); ++i)
        sum += then[i] * (values[i] - model.baselineAt(i));
      const double change =
          model.score(model.valuesAt(1)) - model.score(model.valuesAt(0));
      EXPECT_GT(std::abs(sum - change), 1e-6)
          << named.name << ": not seen: " << number;
    }
  }
  EXPECT_GT(planted, 100);
}

/// Every op of a prediction has a rule along paths, or a gradient rule alone
/// for a reason that is known.
TEST(Explanation, EveryOpHasARule) {
  MLIRContext context;
  context.loadDialect<graph::GraphDialect>();
  llvm::StringSet<> without;
  for (RegisteredOperationName op : context.getRegisteredOperations())
    if (isa<graph::GraphDialect>(op.getDialect()) &&
        op.hasInterface<graph::DifferentiableOpInterface>() &&
        !op.hasInterface<graph::LossOpInterface>() &&
        !op.hasInterface<graph::AffineOpInterface>() &&
        !op.hasInterface<graph::CurvedOpInterface>())
      without.insert(op.getStringRef());
  // Their derivatives have no mean in closed form.
  EXPECT_EQ(without.size(), 2u);
  EXPECT_TRUE(without.contains("graph.softmax"));
  EXPECT_TRUE(without.contains("graph.layer_norm"));
}

} // namespace
