//===- PackedFileTest.cpp - Weights in few bits ---------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Data/PackedFile.h"

#include "Data/Quantize.h"
#include "Data/Safetensors.h"
#include "Error.h"
#include "Support/TestData.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <limits>
#include <lzma.h>
#include <random>

namespace mlc::runtime {
namespace {

using namespace mlc::test;

std::vector<float> through(const std::vector<float> &elements, std::size_t rows,
                           int bits) {
  const QuantizedRows made = quantizeRows(elements, rows, bits);
  return dequantizeRows(bits, made.numbers, made.scales,
                        elements.size() / rows);
}

// Where halves are rounded away from 0, or numbers cut off, some of these
// differ: a scale of 1 makes the numbers the elements.
TEST(Quantize, RoundsToTheNearestAndHalvesToEven) {
  const std::vector<float> row = {127,   0.5f,  1.5f, 2.5f,  -0.5f,
                                  -1.5f, -2.5f, 2.6f, -2.6f, 0.4f};
  EXPECT_EQ(through(row, 1, 8),
            (std::vector<float>{127, 0, 2, 2, 0, -2, -2, 3, -3, 0}));
  std::vector<float> few = row;
  few[0] = 7;
  EXPECT_EQ(through(few, 1, 4),
            (std::vector<float>{7, 0, 2, 2, 0, -2, -2, 3, -3, 0}));
}

TEST(Quantize, ScalesAreOfRowsAndSymmetric) {
  const std::vector<float> rows = {127, -127, 1, -254, 2, 254, 0, 0, 0};
  EXPECT_EQ(through(rows, 3, 8), rows);
  const QuantizedRows made = quantizeRows(rows, 3, 8);
  EXPECT_EQ(floatFromHalf(made.scales[0]), 1);
  EXPECT_EQ(floatFromHalf(made.scales[1]), 2);
  EXPECT_EQ(floatFromHalf(made.scales[2]), 1) << "of zeros";
}

// A scale that f16 rounds down lets the largest element be more than the
// largest number, which would become the smallest one.
TEST(Quantize, NumbersAreBounded) {
  for (int bits : {8, 4}) {
    const float most = bits == 8 ? 127 : 7;
    for (int i = 0; i < 5000; ++i) {
      const float largest =
          std::exp2(float(i % 24) - 6) * (1 + float(i) / 5000);
      const std::vector<float> told = through({largest, -largest, 0}, 1, bits);
      // Half a step, and what f16 rounds the scale by.
      EXPECT_NEAR(told[0], largest, largest * (0.5f / most + 0x1p-9f))
          << largest;
      EXPECT_EQ(told[1], -told[0]);
      EXPECT_EQ(told[2], 0);
    }
  }
}

TEST(Quantize, TinyAndHugeRows) {
  const float tiny = 1e-12f;
  EXPECT_EQ(through({tiny, -tiny}, 1, 8), (std::vector<float>{0, 0}));
  // The least scale is 2^-24; 1.4 times it rounds to it.
  for (int bits : {8, 4}) {
    const float most = bits == 8 ? 127 : 7, element = most * 1.4f * 0x1p-24f;
    EXPECT_EQ(through({element, -element}, 1, bits),
              (std::vector<float>{most * 0x1p-24f, -most * 0x1p-24f}));
  }
  EXPECT_THROW(through({1e8f, 0}, 1, 8), InputError);
  EXPECT_THROW(through({1e6f, 0}, 1, 4), InputError);
}

TEST(Quantize, FourBitsInHalvesOfBytes) {
  const QuantizedRows made = quantizeRows(std::vector<float>{7, -7, 1}, 1, 4);
  ASSERT_EQ(made.numbers.size(), 2u);
  EXPECT_EQ(made.numbers[0], std::byte{0x97}); // -7 is 9.
  EXPECT_EQ(made.numbers[1], std::byte{0x01});
}

TEST(Quantize, ScalesOfColumns) {
  // Halves to even, a column of zeros, and one whose scale f16 rounds down.
  const float large = 2049 * 127.0f;
  const std::vector<float> elements = {127, 0,     -large, 2.5f, 0,
                                       0,   -1.5f, 0,      large};
  const QuantizedRows made = quantizeColumns(elements, 3);
  ASSERT_EQ(made.scales.size(), 3u);
  EXPECT_EQ(floatFromHalf(made.scales[0]), 1);
  EXPECT_EQ(floatFromHalf(made.scales[1]), 1) << "of zeros";
  EXPECT_EQ(floatFromHalf(made.scales[2]), 2048);
  EXPECT_EQ(dequantizeColumns(made.numbers, made.scales),
            (std::vector<float>{127, 0, -127 * 2048.0f, 2, 0, 0, -2, 0,
                                127 * 2048.0f}));
}

class PackedFileTest : public testing::Test {
protected:
  SafetensorsContents contents() const {
    const auto view = [](const char *name, std::vector<std::int64_t> shape,
                         const std::vector<float> &elements) {
      return TensorView{name, ElementType::F32, std::move(shape),
                        std::as_bytes(std::span(elements))};
    };
    return {.tensors = {view("w", {5, 3}, weights), view("b", {3}, bias)},
            .metadata = {{"format", "mlc.weights"}, {"version", "1"}},
            .sealed = true};
  }

  void write(int bits) {
    writePacked(path, contents(), {.matrix = "w", .bits = bits});
  }

  std::vector<std::byte> bytes() const {
    std::ifstream file(path, std::ios::binary);
    std::vector<char> read((std::istreambuf_iterator<char>(file)), {});
    std::vector<std::byte> result;
    for (char byte : read)
      result.push_back(std::byte(byte));
    return result;
  }

  /// xz of a file of these tensors.
  void pack(const SafetensorsContents &given) {
    const std::string text = safetensorsBytes("test", given);
    std::vector<std::uint8_t> packed(lzma_stream_buffer_bound(text.size()));
    std::size_t size = 0;
    ASSERT_EQ(lzma_easy_buffer_encode(
                  0, LZMA_CHECK_CRC64, nullptr,
                  reinterpret_cast<const std::uint8_t *>(text.data()),
                  text.size(), packed.data(), &size, packed.size()),
              LZMA_OK);
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char *>(packed.data()),
               std::streamsize(size));
  }

  std::string errorOf() const {
    try {
      const SafetensorsFile file(path);
    } catch (const InputError &error) {
      return error.what();
    }
    return "no error";
  }

  TemporaryFolder folder;
  std::string path = folder / "packed";
  const std::vector<float> weights = {1, -2, 0.5f, 0, 0, 0, 3, 1,
                                      2, -4, 4,    1, 9, 8, 7},
                           bias = {0.1f, 0.2f, 0.3f};
};

TEST_F(PackedFileTest, ReadsWhatWasWritten) {
  for (int bits : {8, 4}) {
    write(bits);
    EXPECT_TRUE(isPacked(bytes()));
    const SafetensorsFile file(path);
    ASSERT_EQ(file.tensors().size(), 2u);
    const TensorView &w = file.get("w", ElementType::F32);
    EXPECT_EQ(w.shape, (std::vector<std::int64_t>{5, 3}));
    const auto read = w.as<float>();
    EXPECT_EQ(std::vector<float>(read.begin(), read.end()),
              through(weights, 5, bits));
    const auto kept = file.get("b", ElementType::F32).as<float>();
    EXPECT_EQ(std::vector<float>(kept.begin(), kept.end()), bias);
    EXPECT_EQ(file.metadata().size(), 2u) << "neither hashes nor shapes";
  }
}

TEST_F(PackedFileTest, DamageShows) {
  write(4);
  const std::vector<std::byte> whole = bytes();
  for (std::size_t at = 6; at < whole.size(); ++at) {
    std::vector<std::byte> damaged = whole;
    damaged[at] ^= std::byte{0x10};
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char *>(damaged.data()),
               std::streamsize(damaged.size()));
    EXPECT_NE(errorOf(), "no error") << at;
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char *>(whole.data()),
               std::streamsize(at));
    EXPECT_NE(errorOf(), "no error") << at;
  }
}

TEST_F(PackedFileTest, MatricesThatDoNotFit) {
  const std::vector<std::byte> numbers(8);
  std::vector<std::uint16_t> scales = {0x3c00, 0x3c00, 0x3c00, 0x3c00, 0x3c00};
  std::string shape = "5,3";
  const auto error = [&](std::size_t bytes = 8) {
    pack({.tensors = {{"w",
                       ElementType::U8,
                       {std::int64_t(bytes)},
                       std::span(numbers).first(bytes)},
                      {"w.scale",
                       ElementType::F16,
                       {std::int64_t(scales.size())},
                       std::as_bytes(std::span(scales))}},
          .metadata = {{"int4/w", shape}}});
    return errorOf();
  };
  EXPECT_EQ(error(), "no error");
  EXPECT_NE(error(7).find("expected the numbers of [5, 3], 4 bits each"),
            std::string::npos);
  for (const char *text : {"", "5", "5,", "5,3,", "-5,-3", "5,0", "0,3",
                           "5,99999999999", "5,3 ", "a,b"}) {
    shape = text;
    EXPECT_NE(error().find("expected the shape of a matrix"), std::string::npos)
        << text;
  }
  shape = "4,3";
  EXPECT_NE(error().find("expected a scale for each row"), std::string::npos);
  shape = "5,3";
  for (std::uint16_t scale : {0x0000, 0x8000, 0xbc00, 0x7c00, 0x7e00}) {
    scales[3] = scale;
    EXPECT_NE(error().find("row 3: expected a scale above 0"),
              std::string::npos)
        << scale;
  }
  scales.pop_back();
  EXPECT_NE(error().find("expected a scale for each row"), std::string::npos);
}

// Of 32 bits a file has the elements that are not 0, and a mask.
TEST_F(PackedFileTest, ZerosAreLeftOut) {
  std::vector<float> wide(10000);
  std::minstd_rand random;
  for (std::size_t at = 0; at < wide.size(); ++at)
    wide[at] = random() % 20 == 0 ? std::sin(float(at + 1)) : 0;
  const auto bytesOf = [&](bool isSparse) {
    const SafetensorsContents given = {
        .tensors = {{"w",
                     ElementType::F32,
                     {400, 25},
                     std::as_bytes(std::span(wide))}},
        .metadata = {{"format", "mlc.weights"}, {"version", "1"}}};
    writePacked(path, given, {.matrix = isSparse ? "w" : "none", .bits = 32});
    const SafetensorsFile file(path);
    EXPECT_EQ(file.tensors().size(), 1u);
    EXPECT_EQ(file.metadata().size(), 2u);
    const TensorView &w = file.get("w", ElementType::F32);
    EXPECT_EQ(w.shape, (std::vector<std::int64_t>{400, 25}));
    EXPECT_TRUE(std::ranges::equal(w.as<float>(), wide));
    return bytes().size();
  };
  EXPECT_LT(bytesOf(true), bytesOf(false));
  write(32);
  const SafetensorsFile file(path);
  EXPECT_TRUE(
      std::ranges::equal(file.get("w", ElementType::F32).as<float>(), weights));
}

TEST_F(PackedFileTest, MasksThatDoNotFit) {
  const std::vector<float> stored = {1, 2, 3};
  std::vector<std::byte> mask = {std::byte{0x81}, std::byte{0x02}};
  std::string shape = "4,3", name = "w.mask", widened = "yes";
  const auto error = [&](ElementType type = ElementType::F32) {
    pack({.tensors =
              {{"w", type, {3}, std::as_bytes(std::span(stored))},
               {name, ElementType::U8, {std::int64_t(mask.size())}, mask}},
          .metadata = {{"sparse/w", shape}, {"widened", widened}}});
    return errorOf();
  };
  const auto expectError = [&](const char *part) {
    EXPECT_NE(error().find(part), std::string::npos) << error();
    EXPECT_EQ(error().find(path), 0u) << "the file's name first";
  };
  for (const char *use : {"no", "yes"}) {
    widened = use;
    ASSERT_EQ(error(), "no error");
    const SafetensorsFile file(path);
    EXPECT_EQ(file.tensors().size(), 1u);
    EXPECT_TRUE(std::ranges::equal(
        file.get("w", ElementType::F32).as<float>(),
        std::vector<float>{1, 0, 0, 0, 0, 0, 0, 2, 0, 3, 0, 0}));
  }
  EXPECT_NE(error(ElementType::I32), "no error");
  shape = "4";
  expectError("expected the shape of a matrix");
  shape = "5,4";
  expectError("expected a bit for each of 20 elements, but got 2 bytes");
  shape = "2,3";
  expectError("expected a bit for each of 6 elements, but got 2 bytes");
  shape = "10000,10000";
  expectError("is more than 268435456 bytes");
  shape = "9223372036854775807,3";
  expectError("is more than 268435456 bytes");
  shape = "3,3";
  expectError("expected no bits behind that of the last element");
  shape = "4,3";
  mask[1] = std::byte{0x06};
  expectError("of the 3 elements of \"w\", but got 4");
  mask[1] = std::byte{0x00};
  expectError("of the 3 elements of \"w\", but got 2");
  name = "other";
  expectError("w.mask");
}

TEST_F(PackedFileTest, ScalesOfColumnsThatDoNotFit) {
  std::vector<std::int8_t> numbers = {127, -127, 0, 1, 2, 3};
  const std::vector<std::uint16_t> scales(3, 0x3c00);
  std::vector<std::int64_t> shape = {1, 3};
  const auto error = [&] {
    pack(
        {.tensors =
             {{"w", ElementType::I8, {2, 3}, std::as_bytes(std::span(numbers))},
              {"w.scale", ElementType::F16, shape,
               std::as_bytes(std::span(scales))}},
         .metadata = {}});
    return errorOf();
  };
  EXPECT_EQ(error(), "no error");
  for (const auto &other :
       std::vector<std::vector<std::int64_t>>{{3, 1}, {3}, {1, 1, 3}}) {
    shape = other;
    EXPECT_NE(error().find("in one row for each column"), std::string::npos);
  }
  shape = {1, 3};
  numbers[4] = -128; // Of which sums of so many would be too large.
  EXPECT_NE(error().find("element 4: expected a number from -127 to 127, but "
                         "got -128"),
            std::string::npos)
      << error();
}

// A few bytes of xz that would be gigabytes.
TEST_F(PackedFileTest, BombsAreRefused) {
  lzma_stream stream = LZMA_STREAM_INIT;
  ASSERT_EQ(lzma_easy_encoder(&stream, 1, LZMA_CHECK_CRC64), LZMA_OK);
  const std::vector<std::uint8_t> zeros(1 << 20);
  std::vector<std::uint8_t> packed(1 << 20);
  stream.next_out = packed.data();
  stream.avail_out = packed.size();
  lzma_ret result = LZMA_OK;
  for (int i = 0; i < 300; ++i) {
    stream.next_in = zeros.data();
    stream.avail_in = zeros.size();
    while (stream.avail_in > 0 && result == LZMA_OK)
      result = lzma_code(&stream, LZMA_RUN);
  }
  while (result == LZMA_OK)
    result = lzma_code(&stream, LZMA_FINISH);
  ASSERT_EQ(result, LZMA_STREAM_END);
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char *>(packed.data()),
             std::streamsize(stream.total_out));
  lzma_end(&stream);
  EXPECT_NE(errorOf().find("unpacks to more than 256 MiB"), std::string::npos)
      << errorOf();
}

// Each matrix is smaller than the limit, and all are more: of zeros that have a
// mask, and of numbers of 4 bits.
TEST_F(PackedFileTest, MatricesTogetherAreLimited) {
  constexpr std::int64_t rows = 4096, columns = 8192; // 128 MiB as F32.
  const auto errorFor = [&](int matrices, bool isSparse) {
    SafetensorsContents given;
    const std::vector<std::byte> zeros(rows * columns / (isSparse ? 8 : 2));
    const std::vector<std::uint16_t> scales(rows, 0x3c00);
    for (int at = 0; at < matrices; ++at) {
      const std::string name = "w" + std::to_string(at);
      given.metadata[(isSparse ? "sparse/" : "int4/") + name] = "4096,8192";
      if (isSparse)
        given.tensors.push_back({name, ElementType::F32, {0}, {}});
      given.tensors.push_back({name + (isSparse ? ".mask" : ""),
                               ElementType::U8,
                               {std::ssize(zeros)},
                               zeros});
      if (!isSparse)
        given.tensors.push_back({name + ".scale",
                                 ElementType::F16,
                                 {rows},
                                 std::as_bytes(std::span(scales))});
    }
    pack(given);
    return errorOf();
  };
  for (bool isSparse : {true, false}) {
    EXPECT_EQ(errorFor(2, isSparse), "no error") << isSparse;
    EXPECT_NE(errorFor(3, isSparse).find("unpacks to more than 256 MiB"),
              std::string::npos)
        << isSparse;
  }
}

TEST_F(PackedFileTest, WhatNobodyWouldReadIsNotWritten) {
  const std::vector<float> wide((64 << 20) + 16);
  for (int bits : {32, 8}) {
    try {
      writePacked(path,
                  {.tensors = {{"w",
                                ElementType::F32,
                                {std::ssize(wide) / 16, 16},
                                std::as_bytes(std::span(wide))}},
                   .metadata = {}},
                  {.matrix = "w", .bits = bits});
      FAIL() << bits;
    } catch (const InputError &error) {
      EXPECT_NE(std::string(error.what()).find("256 MiB at most"),
                std::string::npos)
          << error.what();
    }
    EXPECT_FALSE(std::filesystem::exists(path));
  }
}

} // namespace
} // namespace mlc::runtime
