//===- InputGradientTest.cpp - Gradients with respect to the data ---------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What ReverseMode builds for another source than parameters: the gradient of
// all predictions with respect to a CSR batch, in f64 against differences and
// compiled against f64.
//
//===----------------------------------------------------------------------===//

#include "lib/Autodiff/ReverseMode.h"
#include "lib/Check/JitProgram.h"
#include "lib/Check/RoundingError.h"
#include "lib/Reference/StepFunction.h"

#include "Signature.h"
#include "dialects/Graph/TensorExpr.h"
#include "mlc/Passes.h"
#include "mlc/Steps.h"

#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"

#include <gtest/gtest.h>

using namespace mlir;
using namespace mlc;
using namespace mlc::reference;

namespace {

/// Two layers of the data, which are added: %x has two uses.
const char kModel[] = R"(graph.program @model {
  %w1 = graph.parameter "w1" zeros : tensor<7x5xf32>
  %w2 = graph.parameter "w2" zeros : tensor<7x5xf32>
  %w3 = graph.parameter "w3" zeros : tensor<5x2xf32>
  graph.predict(%x: tensor<?x7xf32, #graph.csr>) {
    %h = graph.linear %x, %w1 : tensor<?x7xf32, #graph.csr>, tensor<7x5xf32>
    %k = graph.linear %x, %w2 : tensor<?x7xf32, #graph.csr>, tensor<7x5xf32>
    %s = graph.sigmoid %k : tensor<?x5xf32>
    %a = graph.mul %h, %s : tensor<?x5xf32>, tensor<?x5xf32>
    %y = graph.linear %a, %w3 : tensor<?x5xf32>, tensor<5x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.5) batch(4) epochs(1)
})";

/// A row without entries, and one that the batch has not.
const CsrRows kData{7,
                    {0, 3, 3, 5, 6, 10},
                    {0, 2, 6, 1, 5, 4, 0, 1, 3, 6},
                    {1, -0.5, 2, 0.25, 1.5, -1, 0.75, 1, -2, 0.5}};
const std::vector<int64_t> kBatch{4, 0, 1, 2};

class InputGradientTest : public testing::Test {
protected:
  InputGradientTest() {
    DialectRegistry registry;
    registerDialects(registry);
    context.appendDialectRegistry(registry);
    module = parseSourceString<ModuleOp>(kModel, &context, "model.mlir");
    PassManager manager(&context);
    addAutodiffPasses(manager);
    EXPECT_TRUE(succeeded(manager.run(*module)));
    inputs.data = makeDatum(kData);
    inputs.rows = kBatch;
    inputs.parameters = {makeDatum(numbers({7, 5}, 3)),
                         makeDatum(numbers({7, 5}, 5)),
                         makeDatum(numbers({5, 2}, 7))};
  }

  static Reals numbers(const Shape &shape, int64_t step) {
    Reals tensor(shape, 0.0);
    for (size_t i = 0; i < tensor.elements.size(); ++i)
      tensor.elements[i] = static_cast<double>((i * step) % 11) / 8 - 0.5;
    return tensor;
  }

  /// The step of prediction, which from now on returns the gradient of the sum
  /// of all predictions with respect to the batch.
  StepFunction differentiated() {
    auto step = module->lookupSymbol<func::FuncOp>(steps::kPredict);
    Block &body = step.getBody().front();
    Operation *end = body.getTerminator();
    Value prediction = end->getOperand(0);
    end->erase();
    auto batch = *body.getOps<graph::GatherOp>().begin();
    OpBuilder b = OpBuilder::atBlockEnd(&body);
    ReverseMode reverse(b, batch.getResult(), body);
    Value ones = graph::TensorExpr(b, prediction).filled(1.0).value();
    EXPECT_TRUE(succeeded(reverse.run(prediction, ones)));
    func::ReturnOp::create(b, step.getLoc(), reverse.of(batch));
    steps::setResults(step, {steps::kPrediction});
    return StepFunction(step);
  }

  double sumOfPredictions(StepFunction predict, const CsrRows &data) {
    reference::StepInputs moved = inputs;
    moved.data = makeDatum(data);
    FailureOr<StepOutputs> outputs = predict.run(moved);
    double sum = 0;
    for (double y : std::get<Reals>(*outputs->prediction).elements)
      sum += y;
    return sum;
  }

  /// Of each entry of the data: where it stands in the batch, -1 if nowhere.
  static std::vector<int64_t> placesInBatch() {
    std::vector<int64_t> places(kData.values.size(), -1);
    int64_t next = 0;
    for (int64_t row : kBatch)
      for (int64_t p = kData.starts[row]; p < kData.starts[row + 1]; ++p)
        places[p] = next++;
    return places;
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  reference::StepInputs inputs;
};

TEST_F(InputGradientTest, AgreesWithDifferences) {
  OwningOpRef<ModuleOp> original(module->clone());
  StepFunction predict(original->lookupSymbol<func::FuncOp>(steps::kPredict));
  FailureOr<StepOutputs> outputs = differentiated().run(inputs);
  ASSERT_TRUE(succeeded(outputs));
  const auto &gradient = std::get<CsrRows>(*outputs->prediction);
  const std::vector<int64_t> places = placesInBatch();
  for (size_t p = 0; p < places.size(); ++p) {
    constexpr double distance = 1e-5;
    CsrRows above = kData, below = kData;
    above.values[p] += distance;
    below.values[p] -= distance;
    const double expected =
        (sumOfPredictions(predict, above) - sumOfPredictions(predict, below)) /
        (2 * distance);
    EXPECT_NEAR(places[p] < 0 ? 0 : gradient.values[places[p]], expected, 1e-8)
        << "entry " << p;
  }
}

TEST_F(InputGradientTest, CompiledCodeWritesItAtTheDatasPlaces) {
  StepFunction step = differentiated();
  FailureOr<StepOutputs> outputs = step.run(inputs);
  ASSERT_TRUE(succeeded(outputs));
  const auto &expected = std::get<CsrRows>(*outputs->prediction);
  llvm::Expected<JitProgram> compiled =
      JitProgram::compileSteps(*module, JitOptions());
  ASSERT_TRUE(bool(compiled)) << llvm::toString(compiled.takeError());

  const std::vector<int32_t> rows(kBatch.begin(), kBatch.end());
  const std::vector<uint16_t> indices(kData.indices.begin(),
                                      kData.indices.end());
  const std::vector<float> values(kData.values.begin(), kData.values.end());
  std::vector<std::vector<float>> parameters;
  for (const DatumRef &datum : inputs.parameters) {
    const auto &elements = std::get<Reals>(*datum).elements;
    parameters.emplace_back(elements.begin(), elements.end());
  }
  std::vector<void *> pointers;
  for (std::vector<float> &parameter : parameters)
    pointers.push_back(parameter.data());
  constexpr float untouched = 12345;
  std::vector<float> gradient(values.size(), untouched);
  const MlcProgram &program = compiled->program();
  const int64_t nonzeros = static_cast<int64_t>(values.size());
  const MlcEntryPoint &predict = *runtime::findEntry(program, "predict");
  const MlcWorkspace &need = predict.workspace;
  std::vector<char> workspace(need.shared + need.own +
                              need.own_per_nonzero * nonzeros + 64);
  void *aligned = workspace.data();
  size_t space = workspace.size();
  MlcCall call = {};
  call.rows = rows.data();
  call.row_count = static_cast<int64_t>(rows.size());
  const MlcInputData input{values.data(), indices.data(), kData.starts.data()};
  call.inputs = &input;
  call.parameters = pointers.data();
  call.workspace = std::align(64, 1, aligned, space);
  void *outputTable[] = {gradient.data()};
  call.outputs = outputTable;
  call.capacities = &nonzeros;
  call.workers = 1;
  predict.function(&call);

  const std::vector<int64_t> places = placesInBatch();
  for (size_t p = 0; p < places.size(); ++p) {
    if (places[p] < 0)
      EXPECT_EQ(gradient[p], untouched) << "entry " << p;
    else
      EXPECT_NEAR(gradient[p], expected.values[places[p]], 1e-5)
          << "entry " << p;
  }
}

} // namespace
