//===- QuantizedDenseTest.cpp - Quantised weights of dense layers ---------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A model of dense rows whose two layers have weights of whole numbers,
// compiled for each level of CPU: its predictions and the gradients by its
// inputs against the f64 interpreter on the dequantised weights.
//
//===----------------------------------------------------------------------===//

#include "StepRuns.h"
#include "lib/Check/JitProgram.h"

#include "Data/Quantize.h"
#include "Program/Records.h"
#include "Signature.h"
#include "mlc/Pipeline.h"
#include "mlc/Steps.h"

#include "mlir/Parser/Parser.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>

using namespace mlir;
using namespace mlc;
using namespace mlc::reference;

namespace {

constexpr int64_t kRows = 37, kOutputs = 3;

struct Case {
  int64_t features, units;
  std::string cpu;
};

std::string modelOf(int64_t features, int64_t units) {
  const std::string k = std::to_string(features), h = std::to_string(units);
  return "graph.program @model {\n"
         "  %q = graph.parameter \"w\" stored : tensor<" +
         k + "x" + h +
         "xi8>\n"
         "  %s = graph.parameter \"w.scale\" stored : tensor<1x" +
         h +
         "xf16>\n"
         "  %b = graph.parameter \"b\" zeros : tensor<" +
         h +
         "xf32>\n"
         "  %r = graph.parameter \"v\" stored : tensor<" +
         h +
         "x3xi8>\n"
         "  %t = graph.parameter \"v.scale\" stored : tensor<1x3xf16>\n"
         "  graph.predict(%x: tensor<?x" +
         k +
         "xf32>) {\n"
         "    %w = graph.dequantize %q, %s : tensor<" +
         k + "x" + h +
         "xi8>, "
         "tensor<1x" +
         h +
         "xf16>\n"
         "    %v = graph.dequantize %r, %t : tensor<" +
         h +
         "x3xi8>, tensor<1x3xf16>\n"
         "    %h = graph.linear %x, %w, %b : tensor<?x" +
         k + "xf32>, tensor<" + k + "x" + h + "xf32>, tensor<" + h +
         "xf32>\n"
         "    %a = graph.tanh %h : tensor<?x" +
         h +
         "xf32>\n"
         "    %y = graph.linear %a, %v : tensor<?x" +
         h + "xf32>, tensor<" + h +
         "x3xf32>\n"
         "    graph.yield %y : tensor<?x3xf32>\n"
         "  }\n"
         "  graph.loss(%y: tensor<?x3xf32>, %l: tensor<?x3xf32>) {\n"
         "    %e = graph.mse %y, %l : tensor<?x3xf32>, tensor<?x3xf32>\n"
         "    graph.yield %e : tensor<f32>\n"
         "  }\n"
         "  graph.train sgd(learning_rate = 0.5) batch(16) epochs(1)\n"
         "}\n";
}

/// A weight as the interpreter and as a call have it.
struct Weight {
  Weight(int64_t rows, int64_t columns, uint32_t state)
      : rows(rows), columns(columns) {
    std::vector<float> elements = someNumbers(rows * columns, state);
    for (int64_t row = 0; row < rows; ++row) // Scales that differ.
      for (int64_t column = 0; column < columns; ++column)
        elements[row * columns + column] *=
            std::exp2(static_cast<float>(column % 5) - 2);
    quantized = runtime::quantizeColumns(elements, rows);
    scales = runtime::columnScales(quantized.scales);
  }

  DatumRef numbers() const {
    Integers made({rows, columns}, int64_t(0));
    for (int64_t at = 0; at < rows * columns; ++at)
      made.elements[at] = static_cast<int8_t>(quantized.numbers[at]);
    return makeDatum(made);
  }
  std::vector<std::byte> records() const {
    const runtime::QuantizedMatrix matrix{
        8, rows, columns, quantized.numbers, quantized.scales, true};
    std::vector<std::byte> made(runtime::recordBytes(matrix));
    runtime::fillRecords(matrix, made);
    return made;
  }

  int64_t rows, columns;
  runtime::QuantizedRows quantized;
  std::vector<float> scales;
};

class QuantizedDenseTest : public testing::TestWithParam<Case> {
protected:
  QuantizedDenseTest() {
    DialectRegistry registry;
    registerDialects(registry);
    context.appendDialectRegistry(registry);
    module = parseSourceString<ModuleOp>(modelOf(features, units), &context,
                                         "model.mlir");
    for (int64_t row = kRows - 1; row >= 0; --row)
      batch.push_back(static_cast<int32_t>(row));
  }

  void SetUp() override {
    const std::string missing = llvm::cantFail(missingHere(GetParam().cpu));
    if (!missing.empty())
      GTEST_SKIP() << "this CPU lacks " << missing;
  }

  StepOutputs expected(StringRef step) {
    reference::StepInputs inputs;
    inputs.data = makeDatum(asReals({kRows, features}, data));
    inputs.rows.assign(batch.begin(), batch.end());
    inputs.parameters = {first.numbers(),
                         makeDatum(asReals({1, units}, first.scales)),
                         makeDatum(asReals({units}, bias)), second.numbers(),
                         makeDatum(asReals({1, kOutputs}, second.scales))};
    inputs.path = makeDatum(Reals({2}, {0.25, 0.75}));
    inputs.baseline = makeDatum(asReals({1, features}, baseline));
    inputs.direction = makeDatum(Reals({kOutputs}, {1, -0.5, 0.25}));
    return interpret(*module, step, inputs);
  }

  void call(const MlcProgram &program, const char *name, float *outputs,
            float *gradients) {
    const MlcEntryPoint &entry = *runtime::findEntry(program, name);
    std::vector<std::byte> records = first.records(), others = second.records();
    void *parameters[] = {records.data(), first.scales.data(), bias.data(),
                          others.data(), second.scales.data()};
    const MlcInputData input{data.data(), nullptr, nullptr};
    const float path[] = {0.25f, 0.75f}, direction[] = {1, -0.5f, 0.25f};
    void *outputTable[] = {outputs};
    MlcCall call = {};
    call.rows = batch.data();
    call.row_count = kRows;
    call.inputs = &input;
    call.parameters = parameters;
    call.outputs = outputTable;
    call.path = path;
    call.baseline = baseline.data();
    call.direction = direction;
    call.input_gradients = gradients;
    callEntry(entry, call);
  }

  /// Of what a sum of so many terms of this size may lose.
  static double bound(int64_t terms) {
    return 3e-7 * (4 + static_cast<double>(terms));
  }

  const int64_t features = GetParam().features, units = GetParam().units;
  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  Weight first{features, units, 1}, second{units, kOutputs, 3};
  std::vector<float> bias = someNumbers(units, 2),
                     data = someNumbers(kRows * features, 4),
                     baseline = someNumbers(features, 5);
  std::vector<int32_t> batch;
};

TEST_P(QuantizedDenseTest, CompiledCodeAgreesWithTheInterpreter) {
  JitOptions options;
  options.cpu = GetParam().cpu;
  llvm::Expected<JitProgram> compiled = JitProgram::compile(*module, options);
  ASSERT_TRUE(bool(compiled)) << llvm::toString(compiled.takeError());
  const MlcProgram &program = compiled->program();
  EXPECT_FALSE(runtime::findEntry(program, "train"));
  EXPECT_TRUE(runtime::isScaledByColumns(program, program.parameters[0]));

  std::vector<float> predicted(kRows * kOutputs);
  call(program, "predict", predicted.data(), nullptr);
  const StepOutputs prediction = expected(steps::kPredict);
  for (auto [i, y] :
       llvm::enumerate(std::get<Reals>(*prediction.prediction).elements))
    EXPECT_NEAR(predicted[i], y, bound(features + units)) << "prediction " << i;

  std::vector<float> gradients(kRows * features);
  call(program, "explain", predicted.data(), gradients.data());
  const StepOutputs explained = expected(steps::kExplain);
  const Reals &wanted = std::get<Reals>(*explained.inputGradient);
  for (int64_t at = 0; at < kRows; ++at)
    for (int64_t feature = 0; feature < features; ++feature) {
      const double one = wanted.elements[at * features + feature];
      EXPECT_NEAR(gradients[at * features + feature], one,
                  bound(units) * (1 + std::abs(one)))
          << "row " << at << ", feature " << feature;
    }

  // That the comparison sees an error: in one number of each weight.
  for (Weight *weight : {&first, &second}) {
    const std::vector<float> right = predicted;
    weight->quantized.numbers[0] ^= std::byte{4};
    call(program, "predict", predicted.data(), nullptr);
    double most = 0;
    for (size_t at = 0; at < right.size(); ++at)
      most =
          std::max(most, std::abs(double(right[at]) - double(predicted[at])));
    EXPECT_GT(most, 4 * bound(features + units));
    weight->quantized.numbers[0] ^= std::byte{4};
    call(program, "predict", predicted.data(), nullptr);
    EXPECT_EQ(predicted, right);
  }
}

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const char *cpu : {"x86-64-v2", "x86-64-v3", "x86-64-v4", "native"})
    for (auto [features, units] : std::initializer_list<std::pair<int, int>>{
             {1, 1}, {9, 2}, {5, 7}, {70, 33}, {64, 128}, {700, 520}})
      all.push_back({features, units, cpu});
  return all;
}

INSTANTIATE_TEST_SUITE_P(All, QuantizedDenseTest, testing::ValuesIn(cases()),
                         [](const testing::TestParamInfo<Case> &info) {
                           std::string name =
                               info.param.cpu + "_" +
                               std::to_string(info.param.features) + "_" +
                               std::to_string(info.param.units);
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

} // namespace
