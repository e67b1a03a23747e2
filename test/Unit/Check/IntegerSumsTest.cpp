//===- IntegerSumsTest.cpp - Sums of whole numbers in compiled code -------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A layer whose weight has a scale for each column, compiled for each level of
// CPU: its bits are those that the definition of csr.integer_matmul gives,
// computed here number by number; and they are as near to the f64 interpreter
// as the definition says.
//
//===----------------------------------------------------------------------===//

#include "lib/Check/JitProgram.h"

#include "Data/Quantize.h"
#include "Program/Records.h"
#include "Signature.h"
#include "mlc/Passes.h"

#include "mlir/Parser/Parser.h"

#include <bit>
#include <cmath>
#include <gtest/gtest.h>

using namespace mlir;
using namespace mlc;

namespace {

constexpr int64_t kFeatures = 1200;

std::string modelOf(int64_t units) {
  const std::string h = std::to_string(units);
  return "graph.program @model {\n"
         "  %q = graph.parameter \"w\" stored : tensor<1200x" +
         h +
         "xi8>\n"
         "  %s = graph.parameter \"w.scale\" stored : tensor<1x" +
         h +
         "xf16>\n"
         "  %b = graph.parameter \"b\" zeros : tensor<" +
         h +
         "xf32>\n"
         "  graph.predict(%x: tensor<?x1200xf32, #graph.csr>) {\n"
         "    %w = graph.dequantize %q, %s : tensor<1200x" +
         h + "xi8>, tensor<1x" + h +
         "xf16>\n"
         "    %y = graph.linear %x, %w, %b : tensor<?x1200xf32, #graph.csr>, "
         "tensor<1200x" +
         h + "xf32>, tensor<" + h +
         "xf32>\n"
         "    graph.yield %y : tensor<?x" +
         h +
         "xf32>\n"
         "  }\n"
         "  graph.loss(%y: tensor<?x" +
         h + "xf32>, %t: tensor<?x" + h +
         "xf32>) {\n"
         "    %l = graph.mse %y, %t : tensor<?x" +
         h + "xf32>, tensor<?x" + h +
         "xf32>\n"
         "    graph.yield %l : tensor<f32>\n"
         "  }\n"
         "  graph.train sgd(learning_rate = 0.5) batch(8) epochs(1)\n"
         "}\n";
}

/// The same for any machine.
class Draws {
public:
  int64_t below(int64_t bound) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<int64_t>((state_ >> 33) % static_cast<uint64_t>(bound));
  }
  float number() { return static_cast<float>(below(1 << 20)) / 0x1p19f - 1; }

private:
  uint64_t state_ = 1;
};

/// Rows of a data set, and whether `values` are given at all.
struct Rows {
  std::vector<int64_t> starts{0};
  std::vector<uint16_t> columns;
  std::vector<float> values;
  bool isBinary = false;

  /// `count` non-zeros from column `first` on.
  template <typename Value>
  void add(int64_t count, int64_t first, Value value) {
    for (int64_t at = 0; at < count; ++at) {
      columns.push_back(static_cast<uint16_t>(first + at));
      values.push_back(value(at));
    }
    starts.push_back(static_cast<int64_t>(columns.size()));
  }
  int64_t count() const { return std::ssize(starts) - 1; }
};

struct Case {
  int64_t units;
  std::string cpu;
};

class IntegerSumsTest : public testing::TestWithParam<Case> {
protected:
  IntegerSumsTest() {
    DialectRegistry registry;
    registerDialects(registry);
    context.appendDialectRegistry(registry);
    module =
        parseSourceString<ModuleOp>(modelOf(units), &context, "model.mlir");
    Draws draws;
    for (int64_t at = 0; at < kFeatures * units; ++at)
      numbers.push_back(static_cast<int8_t>(draws.below(255) - 127));
    // All of one sign, so that sums are as large as any: C4 of 127 x 258.
    for (int64_t row = 0; row < 700; ++row)
      for (int64_t unit = 0; unit < units; unit += 2)
        numbers[row * units + unit] = unit % 4 == 0 ? 127 : -127;
    for (int64_t unit = 0; unit < units; ++unit) {
      scales.push_back(
          runtime::halfFromFloat(0.001f * static_cast<float>(unit + 1)));
      bias.push_back(draws.number());
    }
  }

  void SetUp() override {
    const std::string missing = llvm::cantFail(missingHere(GetParam().cpu));
    if (!missing.empty())
      GTEST_SKIP() << "this CPU lacks " << missing;
  }

  std::vector<float> predict(const Rows &rows) {
    JitOptions options;
    options.cpu = GetParam().cpu;
    llvm::Expected<JitProgram> compiled = JitProgram::compile(*module, options);
    EXPECT_TRUE(bool(compiled)) << llvm::toString(compiled.takeError());
    const MlcProgram &program = compiled->program();
    EXPECT_TRUE(runtime::isScaledByColumns(program, program.parameters[0]));
    const MlcEntryPoint &entry = *runtime::findEntry(program, "predict");
    const runtime::QuantizedMatrix matrix{
        8, kFeatures, units, std::as_bytes(std::span(numbers)), scales, true};
    std::vector<std::byte> records(runtime::recordBytes(matrix));
    EXPECT_EQ(records.size(),
              runtime::recordBytes(program, program.parameters[0]));
    runtime::fillRecords(matrix, records);
    std::vector<float> factors = runtime::columnScales(scales);
    void *parameters[] = {records.data(), factors.data(), bias.data()};
    std::vector<int32_t> numbers;
    for (int64_t row = 0; row < rows.count(); ++row)
      numbers.push_back(static_cast<int32_t>(row));
    const MlcInputData input{rows.isBinary ? nullptr : rows.values.data(),
                             rows.columns.data(), rows.starts.data()};
    const auto nonzeros = std::ssize(rows.columns);
    std::vector<char> workspace(entry.workspace.shared + entry.workspace.own +
                                entry.workspace.own_per_nonzero * nonzeros +
                                64);
    void *aligned = workspace.data();
    size_t space = workspace.size();
    std::vector<float> outputs(rows.count() * units);
    void *outputTable[] = {outputs.data()};
    MlcCall call = {};
    call.rows = numbers.data();
    call.row_count = rows.count();
    call.inputs = &input;
    call.parameters = parameters;
    call.workspace = std::align(64, 1, aligned, space);
    call.outputs = outputTable;
    call.capacities = &nonzeros;
    call.workers = call.ranks = 1;
    entry.function(&call);
    return outputs;
  }

  /// By the definition.
  float expected(const Rows &rows, int64_t row, int64_t unit) const {
    const float scale = runtime::floatFromHalf(scales[unit]);
    float largest = 0;
    for (int64_t p = rows.starts[row]; p < rows.starts[row + 1]; ++p)
      largest = std::max(largest, std::abs(rows.values[p]));
    const float step = rows.isBinary ? 1 : unitFor(largest);
    const int64_t block = rows.isBinary ? rows.columns.size() : 512;
    float sum = 0;
    for (int64_t from = rows.starts[row]; from < rows.starts[row + 1];
         from += block) {
      int64_t part = 0;
      for (int64_t p = from; p < std::min(from + block, rows.starts[row + 1]);
           ++p)
        part +=
            valueOf(rows, p, step) * numbers[rows.columns[p] * units + unit];
      sum += static_cast<float>(part);
    }
    return bias[unit] + scale * step * sum;
  }

  /// Of a row whose largest value has that size.
  static float unitFor(float largest) {
    return std::ldexp(1.0f, std::max(std::ilogb(largest), 32 - 127) - 14);
  }
  static int64_t valueOf(const Rows &rows, int64_t p, float step) {
    if (rows.isBinary)
      return 1;
    const float rounded = std::nearbyint(rows.values[p] / step);
    return std::llround(std::min(std::max(rounded, -32767.0f), 32767.0f));
  }

  /// In f64, of the values as they are.
  double exact(const Rows &rows, int64_t row, int64_t unit) const {
    double sum = 0;
    for (int64_t p = rows.starts[row]; p < rows.starts[row + 1]; ++p)
      sum += double(rows.isBinary ? 1 : rows.values[p]) *
             numbers[rows.columns[p] * units + unit];
    return bias[unit] + double(runtime::floatFromHalf(scales[unit])) * sum;
  }

  /// Returns what was predicted.
  std::vector<float> expectBits(const Rows &rows) {
    std::vector<float> made = predict(rows);
    for (int64_t row = 0; row < rows.count(); ++row)
      for (int64_t unit = 0; unit < units; ++unit) {
        const float got = made[row * units + unit];
        EXPECT_EQ(std::bit_cast<uint32_t>(got),
                  std::bit_cast<uint32_t>(expected(rows, row, unit)))
            << "row " << row << ", unit " << unit << ": " << got << " and not "
            << expected(rows, row, unit);
      }
    return made;
  }

  /// What a row's terms may add up to.
  double termsOf(const Rows &rows, int64_t row, int64_t unit) const {
    double sum = 0;
    for (int64_t p = rows.starts[row]; p < rows.starts[row + 1]; ++p)
      sum += std::abs(double(rows.values[p])) * 127;
    return 1 + sum * runtime::floatFromHalf(scales[unit]);
  }

  const int64_t units = GetParam().units;
  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  std::vector<int8_t> numbers;
  std::vector<uint16_t> scales;
  std::vector<float> bias;
};

const auto kOne = [](int64_t) { return 1.0f; };

TEST_P(IntegerSumsTest, OnesAreExact) {
  Rows rows;
  rows.isBinary = true;
  for (int64_t count : {0, 1, 2, 91, 257, 258, 259, 516, 517, 700, 1200})
    rows.add(count, 0, kOne);
  rows.add(400, 800, kOne);
  expectBits(rows);
}

TEST_P(IntegerSumsTest, WholeNumbersLoseNothing) {
  Rows rows;
  Draws draws;
  for (int64_t count : {0, 1, 2, 3, 91, 258, 511, 512, 513, 700, 1200})
    rows.add(count, 0, [&](int64_t) {
      return static_cast<float>(draws.below(2001) - 1000);
    });
  rows.add(512, 0, [](int64_t) { return 32767.0f; });
  // Where the lower byte is largest, and where the upper one is alone.
  for (float value : {255.0f, 256.0f, -256.0f, -255.0f, 32512.0f, -32513.0f})
    rows.add(511, 100, [&](int64_t) { return value; });
  rows.add(1200, 0, [](int64_t at) { return at % 2 ? -32767.0f : 32767.0f; });
  const std::vector<float> made = expectBits(rows);
  for (int64_t row = 0; row < rows.count(); ++row)
    for (int64_t unit = 0; unit < units; ++unit)
      EXPECT_NEAR(made[row * units + unit], exact(rows, row, unit),
                  0x1p-22 * termsOf(rows, row, unit));
}

TEST_P(IntegerSumsTest, OtherValuesAreRounded) {
  Rows rows;
  Draws draws;
  for (float size : {1.0f, 1e-3f, 1e3f, 1e-30f, 1e30f, 0x1p-100f, 0.0f})
    for (int64_t count : {1, 2, 7, 91, 600})
      rows.add(count, count % 5,
               [&](int64_t) { return size * draws.number() * draws.number(); });
  // Halves between two numbers, to the largest.
  rows.add(4, 3, [](int64_t at) { return at == 0 ? 16384.0f : 0.5f + at; });
  rows.add(3, 3, [](int64_t at) { return at == 0 ? 32767.9f : -32767.6f; });
  const std::vector<float> made = expectBits(rows);
  for (int64_t row = 0; row < rows.count(); ++row) {
    double largest = 0;
    for (int64_t p = rows.starts[row]; p < rows.starts[row + 1]; ++p)
      largest = std::max(largest, std::abs(double(rows.values[p])));
    const double lost = 0x1p-15 * largest * 127 *
                        double(rows.starts[row + 1] - rows.starts[row]);
    for (int64_t unit = 0; unit < units; ++unit)
      EXPECT_NEAR(made[row * units + unit], exact(rows, row, unit),
                  lost * runtime::floatFromHalf(scales[unit]) +
                      0x1p-22 * termsOf(rows, row, unit))
          << "row " << row;
  }
}

TEST_P(IntegerSumsTest, WhatIsNotFiniteStaysSo) {
  Rows rows;
  for (float value : {INFINITY, -INFINITY, NAN})
    rows.add(3, 5, [&](int64_t at) { return at == 1 ? value : 1.0f; });
  for (float y : predict(rows))
    EXPECT_FALSE(std::isfinite(y));
}

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const char *cpu : {"x86-64-v2", "x86-64-v3", "x86-64-v4", "native"})
    // 64 and more in a register of bytes, or not all of its lanes.
    for (int64_t units : {1, 7, 33, 64, 70, 128, 200})
      all.push_back({units, cpu});
  return all;
}

INSTANTIATE_TEST_SUITE_P(All, IntegerSumsTest, testing::ValuesIn(cases()),
                         [](const testing::TestParamInfo<Case> &info) {
                           std::string name = info.param.cpu + "_" +
                                              std::to_string(info.param.units);
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

} // namespace
