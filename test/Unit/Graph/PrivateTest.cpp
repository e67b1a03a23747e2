//===- PrivateTest.cpp - What a row adds to a private step ----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Gradients of single rows, which private training never makes, are made here:
// by a plain step of a batch of one row.

#include "Models.h"
#include "TrainStep.h"

#include "dialects/Graph/Graph.h"
#include "mlc/Passes.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <numeric>
#include <random>

using namespace mlc;
using namespace mlc::reference;
using namespace mlc::test;

namespace {

using Gradients = std::vector<Reals>;

std::string privately(std::string model, const std::string &clip) {
  const std::string before = "epochs(1)";
  return model.insert(model.find(before) + before.size(),
                      " private(clip = " + clip + ")");
}

/// The first error of making a model's steps; empty where there is none.
std::string errorOf(const std::string &model) {
  mlir::MLIRContext context;
  context.loadDialect<graph::GraphDialect, mlir::func::FuncDialect>();
  std::string error;
  mlir::ScopedDiagnosticHandler handler(&context,
                                        [&](mlir::Diagnostic &diagnostic) {
                                          if (error.empty())
                                            error = diagnostic.str();
                                          return mlir::success();
                                        });
  auto module = mlir::parseSourceString<mlir::ModuleOp>(model, &context);
  mlir::PassManager manager(&context);
  addAutodiffPasses(manager);
  if (!module || mlir::failed(manager.run(*module)))
    return error.empty() ? "no error" : error;
  return "";
}

double normOf(const Gradients &gradients) {
  double squares = 0;
  for (const Reals &gradient : gradients)
    for (double element : gradient.elements)
      squares += element * element;
  return std::sqrt(squares);
}

/// Each row's gradient of its own loss.
std::vector<Gradients> gradientsOfRows(TrainStep &plain,
                                       const StepInputs &inputs) {
  std::vector<Gradients> gradients;
  for (int64_t row : inputs.rows) {
    StepInputs one = inputs;
    one.rows = {row};
    gradients.push_back(gradientsOf(plain, one));
  }
  return gradients;
}

/// What rows have added when a batch that is not the step's last has ended.
Gradients sumsOf(TrainStep &step, StepInputs inputs,
                 std::vector<double> scales = {}) {
  inputs.callEnds = false;
  inputs.rowScales = std::move(scales);
  for (Reals &state : inputs.states)
    state.elements.assign(state.elements.size(), 0.0);
  return step.run(inputs).states;
}

std::vector<double> onlyRow(size_t row, size_t rows) {
  std::vector<double> scales(rows, 0.0);
  scales[row] = 1;
  return scales;
}

/// A clip in the middle of the norms, which f32 has exactly.
double middleOf(const std::vector<Gradients> &rows) {
  std::vector<double> norms;
  for (const Gradients &row : rows)
    norms.push_back(normOf(row));
  std::ranges::sort(norms);
  return std::max(std::round(norms[norms.size() / 2] * 64), 1.0) / 64;
}

Gradients times(Gradients gradients, double factor) {
  for (Reals &gradient : gradients)
    for (double &element : gradient.elements)
      element *= factor;
  return gradients;
}

/// Expects each row to add its own gradient, clipped, and no row to change what
/// another one adds.
void expectClippedRows(const std::string &model, const std::string &name) {
  TrainStep plain(model);
  StepInputs inputs = plain.makeInputs(11);
  const std::vector<Gradients> rows = gradientsOfRows(plain, inputs);
  const double clip = middleOf(rows);
  const std::string text = privately(model, std::to_string(clip));
  TrainStep exact(text, /*roundoff=*/0), bounded(text);
  inputs.states = exact.makeInputs(11).states;
  Gradients whole = times(rows[0], 0);
  for (size_t row = 0; row < rows.size(); ++row) {
    const double norm = normOf(rows[row]);
    const Gradients expected =
        times(rows[row], norm > 0 ? std::min(1.0, clip / norm) : 1.0);
    const std::vector<double> scales = onlyRow(row, rows.size());
    EXPECT_LT(relativeError(sumsOf(exact, inputs, scales), expected, 1e-3),
              1e-12)
        << name << ", row " << row;
    // What rounding may do is taken off the clip, and no more.
    const double most = normOf(sumsOf(bounded, inputs, scales));
    EXPECT_LE(most, std::min(norm, clip) * (1 + 1e-12)) << name;
    EXPECT_GE(most, std::min(norm, clip) * (1 - 1e-4)) << name;
    for (size_t i = 0; i < whole.size(); ++i)
      for (size_t j = 0; j < whole[i].elements.size(); ++j)
        whole[i].elements[j] += expected[i].elements[j];
  }
  EXPECT_LT(relativeError(sumsOf(exact, inputs), whole, 1e-3), 1e-12) << name;
}

class PrivateTest : public ::testing::TestWithParam<NamedModel> {};

TEST_P(PrivateTest, EachRowAddsItsClippedGradient) {
  const std::string error = errorOf(privately(GetParam().text, "1"));
  if (!error.empty())
    GTEST_SKIP() << error;
  expectClippedRows(GetParam().text, GetParam().name);
}

INSTANTIATE_TEST_SUITE_P(Models, PrivateTest,
                         ::testing::ValuesIn(gradientModels()),
                         [](const auto &info) { return info.param.name; });

TEST(PrivateModelsTest, RowsWithoutANormAddNothing) {
  for (const NamedModel &model : gradientModels()) {
    if (!errorOf(privately(model.text, "1")).empty())
      continue;
    TrainStep step(privately(model.text, "1"));
    StepInputs inputs = step.makeInputs(3);
    for (Reals &parameter : inputs.parameters)
      parameter.elements.assign(parameter.elements.size(), NAN);
    for (const Reals &sum : sumsOf(step, inputs))
      for (double element : sum.elements)
        EXPECT_EQ(element, 0) << model.name;
  }
}

/// The step descends along the sums, of all batches of a call and of what they
/// began with, divided by the constant size of a batch, and begins anew.
TEST(PrivateModelsTest, TheLastBatchDescends) {
  const std::string text = privately(gradientModels().front().text, "0.5");
  TrainStep step(text);
  StepInputs inputs = step.makeInputs(4);
  const std::vector<Reals> noise = inputs.states;
  const std::vector<Reals> sums = sumsOf(step, inputs);
  inputs.callEnds = false;
  const StepResults first = step.run(inputs);
  EXPECT_EQ(relativeError(first.parameters, inputs.parameters), 0);
  EXPECT_EQ(first.loss, 0);
  inputs.callEnds = true;
  inputs.states = first.states;
  const StepResults last = step.run(inputs);
  for (size_t i = 0; i < noise.size(); ++i)
    for (size_t j = 0; j < noise[i].elements.size(); ++j) {
      const double sum = noise[i].elements[j] + 2 * sums[i].elements[j];
      EXPECT_NEAR(last.parameters[i].elements[j],
                  inputs.parameters[i].elements[j] - 0.5 * sum / 5, 1e-7);
      EXPECT_EQ(last.states[i].elements[j], 0);
    }
}

/// What is refused is so for a reason.
TEST(PrivateModelsTest, RefusesWhatItHasNoRuleFor) {
  std::vector<std::string> refused;
  for (const NamedModel &model : gradientModels())
    if (!errorOf(privately(model.text, "1")).empty())
      refused.push_back(model.name);
  EXPECT_EQ(refused,
            (std::vector<std::string>{
                "batch_norm", // Statistics of all rows.
                "reshapes",   // A weight that is computed.
                // As many places of a row as a batch has.
                "layers_of_bounded_rows", "dropout",
                "scalar_ops", // The loss of all rows times itself.
                "computed_weights"}));
}

} // namespace
