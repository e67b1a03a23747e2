//===- DecompositionTest.cpp - What composite ops get for nothing ---------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Models.h"
#include "TrainStep.h"

#include "dialects/Graph/Graph.h"
#include "dialects/Graph/TensorExpr.h"
#include "lib/Autodiff/ReverseMode.h"
#include "lib/Reference/Decomposition.h"
#include "lib/Reference/Interpreter.h"

#include <functional>
#include <gtest/gtest.h>

using namespace mlc;
using namespace mlc::test;
using namespace mlc::reference;
using graph::TensorExpr;

namespace {

//===----------------------------------------------------------------------===//
// Gradients of arith and math ops
//===----------------------------------------------------------------------===//

/// A formula of two tensors; the second is positive.
struct Formula {
  std::string name;
  std::function<TensorExpr(TensorExpr, TensorExpr)> build;
};

std::vector<Formula> formulas() {
  return {
      {"add", [](auto a, auto b) { return a + b * b; }},
      {"sub", [](auto a, auto b) { return a - b * a; }},
      {"mul", [](auto a, auto b) { return a * b * a; }},
      {"div", [](auto a, auto b) { return a / b + 2.0 / b; }},
      {"max", [](auto a, auto) { return max(a, 0.1) * a; }},
      {"select", [](auto a, auto b) { return ifPositive(a, a * a, a * b); }},
      {"abs", [](auto a, auto b) { return abs(a) * b; }},
      {"exp", [](auto a, auto b) { return exp(a * b); }},
      {"log", [](auto a, auto b) { return log(b) * a; }},
      {"log1p", [](auto a, auto b) { return log1p(b) * a; }},
      {"sqrt", [](auto a, auto b) { return sqrt(b) * a; }},
      {"tanh", [](auto a, auto b) { return tanh(a) * b; }},
      {"erf", [](auto a, auto b) { return erf(a) * b; }},
      {"sigmoid", [](auto a, auto b) { return sigmoid(a) * b; }},
  };
}

class ArithGradientTest : public testing::TestWithParam<Formula> {
protected:
  ArithGradientTest() {
    context.loadDialect<graph::GraphDialect, mlir::func::FuncDialect>();
    mlir::OpBuilder b(&context);
    mlir::Location loc = b.getUnknownLoc();
    auto type = mlir::RankedTensorType::get({6}, b.getF32Type());
    function = mlir::func::FuncOp::create(loc, "f",
                                          b.getFunctionType({type, type}, {}));
    mlir::Block &body = *function->addEntryBlock();
    b.setInsertionPointToEnd(&body);
    mlir::Value y = GetParam()
                        .build(TensorExpr(b, body.getArgument(0)),
                               TensorExpr(b, body.getArgument(1)))
                        .value();
    ReverseMode reverse(b, body.getArguments(), body);
    EXPECT_TRUE(
        mlir::succeeded(reverse.run(y, TensorExpr(b, y).filled(1.0).value())));
    llvm::SmallVector<mlir::Value> results{y};
    for (mlir::Value argument : body.getArguments())
      results.push_back(reverse.of(argument)
                            ? reverse.of(argument)
                            : TensorExpr(b, y).filled(0.0).value());
    mlir::func::ReturnOp::create(b, loc, results);
    function->setType(
        b.getFunctionType({type, type}, mlir::ValueRange(results).getTypes()));
  }

  std::vector<std::vector<double>> run(const std::vector<double> &a,
                                       const std::vector<double> &b) {
    auto results = evaluate(
        *function, {makeDatum(Reals({6}, a)), makeDatum(Reals({6}, b))});
    std::vector<std::vector<double>> numbers;
    for (const DatumRef &datum : *results)
      numbers.push_back(std::get<Reals>(*datum).elements);
    return numbers;
  }

  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::func::FuncOp> function;
};

TEST_P(ArithGradientTest, AgreesWithDifferences) {
  const std::vector<double> a{-1.5, -0.4, -0.1, 0.3, 0.8, 2.0};
  const std::vector<double> b{0.4, 1.0, 1.7, 0.6, 2.5, 0.2};
  constexpr double distance = 1e-5;
  const auto here = run(a, b);
  for (size_t which : {0, 1}) {
    std::vector<double> above[2] = {a, b}, below[2] = {a, b};
    for (size_t i = 0; i < a.size(); ++i) {
      above[which][i] += distance;
      below[which][i] -= distance;
    }
    // Elements do not depend on one another.
    const auto up = run(above[0], above[1])[0];
    const auto down = run(below[0], below[1])[0];
    for (size_t i = 0; i < a.size(); ++i)
      EXPECT_NEAR(here[1 + which][i], (up[i] - down[i]) / (2 * distance), 1e-6)
          << "operand " << which << ", element " << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Formulas, ArithGradientTest,
                         testing::ValuesIn(formulas()),
                         [](const auto &info) { return info.param.name; });

//===----------------------------------------------------------------------===//
// Formulas of the reference against decompositions
//===----------------------------------------------------------------------===//

class DecompositionTest : public testing::TestWithParam<NamedModel> {};

/// Of every composite op and loss that has a formula of its own: the formula
/// and the decomposition give the same numbers.
TEST_P(DecompositionTest, AgreesWithTheFormula) {
  TrainStep step(GetParam().text);
  const StepInputs inputs = step.makeInputs(6);
  int compared = 0;
  step.run(inputs, [&](mlir::Operation *op, llvm::ArrayRef<DatumRef> operands,
                       Datum &result) {
    auto function = decompositionOf(op);
    if (!function)
      return;
    auto parts = evaluate(*function, std::vector<DatumRef>(operands));
    ASSERT_TRUE(mlir::succeeded(parts));
    std::vector<double> actual = std::get<Reals>(*parts->front()).elements;
    if (auto loss = mlir::dyn_cast<graph::LossOpInterface>(op)) {
      std::vector<double> weights{1.0};
      if (loss.getWeight())
        weights = std::get<Reals>(*operands.back()).elements;
      double sum = 0;
      for (size_t i = 0; i < actual.size(); ++i)
        sum += actual[i] * weights[i * weights.size() / actual.size()];
      actual = {sum / static_cast<double>(actual.size())};
    }
    const std::vector<double> &expected = std::get<Reals>(result).elements;
    ASSERT_EQ(actual.size(), expected.size());
    for (size_t i = 0; i < actual.size(); ++i)
      EXPECT_NEAR(actual[i], expected[i], 1e-6 * (1 + std::abs(expected[i])))
          << op->getName().getStringRef().str();
    ++compared;
  });
  EXPECT_GE(compared, 1);
}

INSTANTIATE_TEST_SUITE_P(Models, DecompositionTest,
                         testing::ValuesIn(gradientModels()),
                         [](const auto &info) { return info.param.name; });

} // namespace
