//===- QuantizedWeightsTest.cpp - Whole numbers as weights ----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Data/PackedFile.h"
#include "Data/Quantize.h"
#include "Error.h"
#include "Program/Predictor.h"
#include "Program/Records.h"
#include "Program/Weights.h"
#include "Support/HandmadeProgram.h"
#include "Support/TestData.h"

#include <cmath>
#include <cstring>
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace mlc::runtime {
namespace {

using namespace mlc::test;

constexpr std::int64_t rows = 20, columns = 3;

class QuantizedWeightsTest : public testing::TestWithParam<int> {
protected:
  QuantizedWeightsTest() {
    for (std::int64_t i = 0; i < rows * columns; ++i)
      weight.push_back(std::sin(float(i)) * float(1 + i % 5));
  }

  int bits() const { return GetParam(); }
  MlcProgram program() const {
    return quantizedProgram(bits() == 8 ? MLC_I8 : MLC_I4);
  }

  TensorView view(const char *name, std::vector<std::int64_t> shape,
                  const std::vector<float> &elements) const {
    return {name, ElementType::F32, std::move(shape),
            std::as_bytes(std::span(elements))};
  }

  void pack(int bits, std::vector<std::int64_t> shape = {rows, columns},
            PackedUse use = PackedUse::AsStored, bool byColumns = false) const {
    const SafetensorsContents contents = {
        .tensors = {view("layer.weight", std::move(shape), weight),
                    view("layer.bias", {columns}, bias)},
        .metadata = {{"format", "mlc.weights"}, {"version", "1"}}};
    writePacked(path, contents,
                {.matrix = "layer.weight",
                 .bits = bits,
                 .use = use,
                 .byColumns = byColumns});
  }

  SafetensorsFile open() const { return SafetensorsFile(path); }

  std::string errorOf(const MlcProgram &program) const {
    try {
      checkWeights(open(), program);
    } catch (const InputError &error) {
      return error.what();
    }
    return "no error";
  }

  TemporaryFolder folder;
  std::string path = folder / "weights.xz";
  std::vector<float> weight;
  const std::vector<float> bias = {0.1f, 0.2f, 0.3f};
};

// What a call is given: a scale, then its row's numbers.
TEST_P(QuantizedWeightsTest, LieInMemoryAsRecords) {
  pack(bits());
  const MlcProgram quantized = program();
  const Predictor predictor(quantized, open());
  const auto *records =
      static_cast<const std::byte *>(predictor.parameters()[0]);
  EXPECT_EQ(predictor.parameters()[2], nullptr) << "scales";
  EXPECT_EQ(std::uintptr_t(records) % 64, 0u);
  // A scale and `columns` numbers, to a multiple of 2 bytes.
  const std::int64_t record = bits() == 8 ? 6 : 4;
  const QuantizedRows expected = quantizeRows(weight, rows, bits());
  const std::vector<float> wide = dequantizeRows(
      bits(), expected.numbers, expected.scales, std::size_t(columns));
  for (std::int64_t row = 0; row < rows; ++row) {
    std::uint16_t half;
    std::memcpy(&half, records + row * record, sizeof(half));
    EXPECT_EQ(half, expected.scales[row]);
    const float scale = floatFromHalf(half);
    for (std::int64_t column = 0; column < columns; ++column) {
      int number;
      if (bits() == 8) {
        number = static_cast<std::int8_t>(records[row * record + 2 + column]);
      } else {
        number = std::to_integer<int>(records[row * record + 2 + column / 2]) >>
                     (4 * (column % 2)) &
                 15;
        number -= number >= 8 ? 16 : 0;
      }
      EXPECT_EQ(scale * float(number), wide[row * columns + column])
          << row << ", " << column;
    }
  }
  for (std::int64_t at = rows * record; at < rows * record + 64; ++at)
    EXPECT_EQ(records[at], std::byte(0));
}

// With a scale for each column: numbers alone, and the scales as floats.
TEST_P(QuantizedWeightsTest, OfColumnsLieInMemoryAlone) {
  pack(8, {rows, columns}, PackedUse::AsStored, /*byColumns=*/true);
  const MlcProgram quantized = quantizedProgram(MLC_I8, /*byColumns=*/true);
  EXPECT_TRUE(isScaledByColumns(quantized, quantized.parameters[0]));
  EXPECT_FALSE(isScaledByColumns(program(), program().parameters[0]));
  const Predictor predictor(quantized, open());
  const auto *numbers =
      static_cast<const std::int8_t *>(predictor.parameters()[0]);
  const auto *scales = static_cast<const float *>(predictor.parameters()[2]);
  EXPECT_EQ(std::uintptr_t(numbers) % 64, 0u);
  const QuantizedRows expected = quantizeColumns(weight, rows);
  const std::vector<float> wide =
      dequantizeColumns(expected.numbers, expected.scales);
  const std::int64_t record = 4;
  for (std::int64_t row = 0; row < rows; ++row)
    for (std::int64_t column = 0; column < columns; ++column)
      EXPECT_EQ(scales[column] * float(numbers[row * record + column]),
                wide[row * columns + column])
          << row << ", " << column;
  for (std::int64_t at = rows * record; at < rows * record + 64; ++at)
    EXPECT_EQ(numbers[at], 0);
  // One kind of scales is not taken for the other.
  EXPECT_NE(errorOf(program()).find(bits() == 8 ? "expected shape [20], but "
                                                  "the file has [1, 3]"
                                                : "whole numbers of 4 bits"),
            std::string::npos)
      << errorOf(program());
  pack(8);
  EXPECT_NE(errorOf(quantized).find("expected shape [1, 3], but the file has "
                                    "[20]"),
            std::string::npos)
      << errorOf(quantized);
}

// A file for models of f32 weights, as older ones are, stands for the matrix.
TEST_P(QuantizedWeightsTest, AreWidenedForOtherModels) {
  pack(bits());
  EXPECT_EQ(open().find("layer.weight")->type,
            bits() == 8 ? ElementType::I8 : ElementType::U8);
  pack(bits(), {rows, columns}, PackedUse::Widened);
  EXPECT_EQ(open().get("layer.weight", ElementType::F32).shape,
            (std::vector<std::int64_t>{rows, columns}));
  EXPECT_NE(errorOf(program()).find("but got F32"), std::string::npos);
}

TEST_P(QuantizedWeightsTest, OthersAreRefused) {
  const int other = bits() == 8 ? 4 : 8;
  pack(other);
  const std::string ask =
      fmt::format("expected whole numbers of {} bits", bits());
  EXPECT_NE(errorOf(program()).find(ask), std::string::npos)
      << errorOf(program());
  pack(bits(), {columns, rows});
  EXPECT_NE(errorOf(program()).find(
                "tensor 'layer.weight': expected shape [20, 3], but the file "
                "has [3, 20]"),
            std::string::npos)
      << errorOf(program());
  writeSafetensors(path,
                   {.tensors = {view("layer.weight", {rows, columns}, weight),
                                view("layer.bias", {columns}, bias)},
                    .metadata = {{"format", "mlc.weights"}, {"version", "1"}}});
  EXPECT_NE(errorOf(program()).find(ask +
                                    ", but got F32; give the weights that "
                                    "mlc compress --bits"),
            std::string::npos)
      << errorOf(program());
  pack(bits());
  EXPECT_EQ(errorOf(program()), "no error");
}

INSTANTIATE_TEST_SUITE_P(Bits, QuantizedWeightsTest, testing::Values(8, 4));

} // namespace
} // namespace mlc::runtime
