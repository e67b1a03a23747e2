//===- QuantizedTest.cpp - Quantised weights in compiled code -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A model whose first weight is graph.dequantize, compiled for each level of
// CPU: its predictions and the gradients by its inputs against the f64
// interpreter on the dequantised weight.
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

#include <cmath>
#include <gtest/gtest.h>

using namespace mlir;
using namespace mlc;
using namespace mlc::reference;

namespace {

constexpr int64_t kFeatures = 9;

/// A row without entries, and one that the batch has not.
const std::vector<int64_t> kStarts{0, 3, 3, 5, 6, 10};
const std::vector<int64_t> kIndices{0, 2, 6, 1, 8, 4, 0, 1, 3, 7};
const std::vector<double> kValues{1, -0.5, 2, 0.25, 1.5, -1, 0.75, 1, -2, 0.5};
const std::vector<int64_t> kBatch{4, 0, 1, 2};

/// Of `units` hidden units, whose weights have `bits` bits.
std::string modelOf(int64_t units, int bits, bool byColumns) {
  const std::string h = std::to_string(units), q = "xi" + std::to_string(bits);
  const std::string scales = byColumns ? "1x" + h : "9";
  return "graph.program @model {\n"
         "  %q = graph.parameter \"w\" stored : tensor<9x" +
         h + q +
         ">\n"
         "  %s = graph.parameter \"w.scale\" stored : tensor<" +
         scales +
         "xf16>\n"
         "  %b = graph.parameter \"b\" zeros : tensor<" +
         h +
         "xf32>\n"
         "  %v = graph.parameter \"v\" zeros : tensor<" +
         h +
         "x2xf32>\n"
         "  graph.predict(%x: tensor<?x9xf32, #graph.csr>) {\n"
         "    %w = graph.dequantize %q, %s : tensor<9x" +
         h + q + ">, tensor<" + scales +
         "xf16>\n"
         "    %h = graph.linear %x, %w, %b : tensor<?x9xf32, #graph.csr>, "
         "tensor<9x" +
         h + "xf32>, tensor<" + h +
         "xf32>\n"
         "    %a = graph.tanh %h : tensor<?x" +
         h +
         "xf32>\n"
         "    %y = graph.linear %a, %v : tensor<?x" +
         h + "xf32>, tensor<" + h +
         "x2xf32>\n"
         "    graph.yield %y : tensor<?x2xf32>\n"
         "  }\n"
         "  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {\n"
         "    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>\n"
         "    graph.yield %l : tensor<f32>\n"
         "  }\n"
         "  graph.train sgd(learning_rate = 0.5) batch(3) epochs(1)\n"
         "}\n";
}

struct Case {
  int64_t units;
  int bits;
  std::string cpu;
  bool isBinary; ///< All values are 1, and none are given.
  bool byColumns = false;
};

class QuantizedTest : public testing::TestWithParam<Case> {
protected:
  QuantizedTest() {
    DialectRegistry registry;
    registerDialects(registry);
    context.appendDialectRegistry(registry);
    module = parseSourceString<ModuleOp>(modelOf(units, bits, byColumns),
                                         &context, "model.mlir");
    // One row of zeros, one of a tiny and one of a large size.
    weight = someNumbers(kFeatures * units, 1);
    for (int64_t unit = 0; unit < units; ++unit) {
      weight[1 * units + unit] = 0;
      weight[2 * units + unit] *= 1e-4f; // A scale below the normal ones.
      weight[3 * units + unit] *= 1000;
    }
    quantized = byColumns ? runtime::quantizeColumns(weight, kFeatures)
                          : runtime::quantizeRows(weight, kFeatures, bits);
    bias = someNumbers(units, 2);
    second = someNumbers(units * 2, 3);
  }

  void SetUp() override {
    const std::string missing = llvm::cantFail(missingHere(GetParam().cpu));
    if (!missing.empty())
      GTEST_SKIP() << "this CPU lacks " << missing;
  }

  /// As the interpreter has them: numbers and scales apart.
  reference::StepInputs inputs() const {
    const std::vector<float> wide =
        byColumns
            ? runtime::dequantizeColumns(quantized.numbers, quantized.scales)
            : runtime::dequantizeRows(bits, quantized.numbers, quantized.scales,
                                      units);
    Integers numbers({kFeatures, units}, int64_t(0));
    Reals scales(byColumns ? Shape{1, units} : Shape{kFeatures}, 0.0);
    for (size_t at = 0; at < scales.elements.size(); ++at)
      scales.elements[at] = runtime::floatFromHalf(quantized.scales[at]);
    for (int64_t at = 0; at < kFeatures * units; ++at)
      numbers.elements[at] = std::llround(
          wide[at] / scales.elements[byColumns ? at % units : at / units]);
    reference::StepInputs inputs;
    inputs.data = makeDatum(
        CsrRows{kFeatures, kStarts, kIndices,
                GetParam().isBinary ? std::vector<double>(kValues.size(), 1.0)
                                    : kValues});
    inputs.rows = kBatch;
    inputs.parameters = {makeDatum(numbers), makeDatum(scales),
                         makeDatum(asReals({units}, bias)),
                         makeDatum(asReals({units, 2}, second))};
    inputs.path = makeDatum(Reals({2}, {0.25, 0.75}));
    inputs.direction = makeDatum(Reals({2}, {1, -0.5}));
    return inputs;
  }

  Datum expected(StringRef step) {
    StepOutputs outputs = interpret(*module, step, inputs());
    return step == steps::kExplain ? *outputs.inputGradient
                                   : *outputs.prediction;
  }

  void call(const MlcProgram &program, const char *name, float *outputs,
            float *gradients) {
    const MlcEntryPoint &entry = *runtime::findEntry(program, name);
    runtime::QuantizedMatrix matrix{
        bits, kFeatures, units, quantized.numbers, quantized.scales, byColumns};
    std::vector<std::byte> records(runtime::recordBytes(matrix));
    runtime::fillRecords(matrix, records);
    std::vector<float> scales = runtime::columnScales(quantized.scales);
    void *parameters[] = {records.data(), byColumns ? scales.data() : nullptr,
                          bias.data(), second.data()};
    const std::vector<int32_t> rows(kBatch.begin(), kBatch.end());
    const std::vector<uint16_t> indices(kIndices.begin(), kIndices.end());
    const std::vector<float> values(kValues.begin(), kValues.end());
    const MlcInputData input{GetParam().isBinary ? nullptr : values.data(),
                             indices.data(), kStarts.data()};
    const float path[] = {0.25f, 0.75f}, direction[] = {1, -0.5f};
    void *outputTable[] = {outputs};
    MlcCall call = {};
    call.rows = rows.data();
    call.row_count = static_cast<int64_t>(rows.size());
    call.inputs = &input;
    call.parameters = parameters;
    call.outputs = outputTable;
    call.path = path;
    call.direction = direction;
    call.input_gradients = gradients;
    callEntry(entry, call, static_cast<int64_t>(kValues.size()));
  }

  const int64_t units = GetParam().units;
  const int bits = GetParam().bits;
  const bool byColumns = GetParam().byColumns;
  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  std::vector<float> weight, bias, second;
  runtime::QuantizedRows quantized;
};

// That the comparison sees an error: in one number of one row.
class PlantedQuantizedTest : public QuantizedTest {};

TEST_P(PlantedQuantizedTest, AnotherNumberIsSeen) {
  llvm::Expected<JitProgram> compiled =
      JitProgram::compile(*module, JitOptions());
  ASSERT_TRUE(bool(compiled)) << llvm::toString(compiled.takeError());
  std::vector<float> right(kBatch.size() * 2), wrong(right.size());
  call(compiled->program(), "predict", right.data(), nullptr);
  quantized.numbers[0] ^= std::byte{1};
  call(compiled->program(), "predict", wrong.data(), nullptr);
  double most = 0;
  for (size_t i = 0; i < right.size(); ++i)
    most = std::max(most, std::abs(double(right[i]) - double(wrong[i])));
  EXPECT_GT(most, 1e-6 * (1 + static_cast<double>(units)));
}

TEST_P(QuantizedTest, CompiledCodeAgreesWithTheInterpreter) {
  JitOptions options;
  options.cpu = GetParam().cpu;
  llvm::Expected<JitProgram> compiled = JitProgram::compile(*module, options);
  ASSERT_TRUE(bool(compiled)) << llvm::toString(compiled.takeError());
  const MlcProgram &program = compiled->program();
  EXPECT_FALSE(runtime::findEntry(program, "train"));
  EXPECT_TRUE(runtime::isQuantized(program));
  EXPECT_EQ(program.parameters[1].element, MLC_F16);

  std::vector<float> predicted(kBatch.size() * 2);
  call(program, "predict", predicted.data(), nullptr);
  const Datum prediction = expected(steps::kPredict);
  // Of what a sum adds up.
  const double size = 1 + static_cast<double>(units);
  for (auto [i, y] : llvm::enumerate(std::get<Reals>(prediction).elements))
    EXPECT_NEAR(predicted[i], y, 1e-6 * size) << "prediction " << i;

  constexpr float untouched = 12345;
  std::vector<float> gradients(kValues.size(), untouched);
  call(program, "explain", predicted.data(), gradients.data());
  const Datum explained = expected(steps::kExplain);
  const auto &entries = std::get<CsrRows>(explained).values;
  size_t next = 0;
  std::vector<bool> isInBatch(kValues.size());
  for (int64_t row : kBatch)
    for (int64_t p = kStarts[row]; p < kStarts[row + 1]; ++p) {
      isInBatch[p] = true;
      const double bound = 1e-6 * size * (1 + std::abs(entries[next]));
      EXPECT_NEAR(gradients[p], entries[next++], bound) << "entry " << p;
    }
  for (size_t p = 0; p < gradients.size(); ++p)
    if (!isInBatch[p])
      EXPECT_EQ(gradients[p], untouched) << "entry " << p;
}

std::vector<Case> cases(std::initializer_list<const char *> cpus,
                        std::initializer_list<int64_t> widths) {
  std::vector<Case> all;
  for (const char *cpu : cpus)
    for (int64_t units : widths) {
      for (int bits : {8, 4})
        all.push_back({units, bits, cpu, units % 2 == 0});
      all.push_back({units, 8, cpu, units % 2 == 0, true});
    }
  return all;
}

std::string nameOf(const testing::TestParamInfo<Case> &info) {
  std::string name = info.param.cpu + "_i" + std::to_string(info.param.bits) +
                     (info.param.byColumns ? "_columns_" : "_") +
                     std::to_string(info.param.units);
  std::ranges::replace(name, '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(
    All, QuantizedTest,
    testing::ValuesIn(cases({"x86-64-v2", "x86-64-v3", "x86-64-v4", "native"},
                            {1, 2, 3, 4, 7, 16, 19, 33, 130})),
    nameOf);
INSTANTIATE_TEST_SUITE_P(Few, PlantedQuantizedTest,
                         testing::ValuesIn(cases({"native"}, {1, 2, 3, 4})),
                         nameOf);

} // namespace
