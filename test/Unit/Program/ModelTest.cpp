//===- ModelTest.cpp - The memory of a model ----------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program/Model.h"

#include "Program/ArenaLayout.h"
#include "Program/AveragedParameters.h"
#include "Support/HandmadeProgram.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <set>

namespace mlc::runtime {
namespace {

/// Two parameters with two states each, the states of one kind together.
struct Parts {
  explicit Parts(std::int64_t rows) {
    parameters[0] = test::parameter("weight", {rows, 16}, MLC_INIT_ZEROS);
    parameters[1] = test::parameter("bias", {16}, MLC_INIT_ZEROS);
    states[0] = test::state("weight.m", 0, parameters[0]);
    states[1] = test::state("bias.m", 1, parameters[1]);
    states[2] = test::state("weight.v", 0, parameters[0]);
    states[3] = test::state("bias.v", 1, parameters[1]);
    program.parameter_count = 2;
    program.parameters = parameters;
    program.state_count = 4;
    program.states = states;
  }
  Parts(const Parts &) = delete;

  MlcParameter parameters[2];
  MlcState states[4];
  MlcProgram program{};
};

std::uintptr_t addressOf(const float *data) {
  return reinterpret_cast<std::uintptr_t>(data);
}

/// "bias" has an average, which "weight" has not.
TEST(AveragedParametersTest, StandInThePlaceOfParametersForAWhile) {
  Parts parts(3);
  parts.states[2] = test::state("bias.ema", 1, parts.parameters[1]);
  parts.states[3] = test::state("weight.ema2", 0, parts.parameters[0]);
  parts.program.accumulate = 2;
  Model model(parts.program);
  for (std::int64_t i = 0; i < 2; ++i)
    std::ranges::fill(model.parameter(i), float(1 + i));
  for (std::int64_t i = 0; i < 4; ++i)
    std::ranges::fill(model.state(i), float(10 + i));
  const auto numbers = [&] {
    std::vector<float> first;
    model.forEach([&](std::span<float> tensor) { first.push_back(tensor[0]); });
    return first;
  };
  const std::vector<float> trained = {1, 2, 10, 11, 12, 13};
  {
    const AveragedParameters none(parts.program, model, 1); // no update yet
    EXPECT_EQ(numbers(), trained);
  }
  {
    const AveragedParameters averaged(parts.program, model, 2);
    EXPECT_EQ(numbers(), std::vector<float>({1, 12, 10, 11, 2, 13}));
    EXPECT_EQ(model.parameter(1).back(), 12);
  }
  EXPECT_EQ(numbers(), trained);
}

class ModelTest : public testing::TestWithParam<int> {};

TEST_P(ModelTest, ArraysAreApartAlignedAndZero) {
  const Parts parts(GetParam());
  Model model(parts.program);
  std::vector<std::pair<float *, std::int64_t>> arrays;
  for (std::int64_t i = 0; i < 2; ++i)
    arrays.emplace_back(static_cast<float *>(model.parameters()[i]),
                        elementsOf(parts.parameters[i].shape));
  for (std::int64_t i = 0; i < 4; ++i)
    arrays.emplace_back(static_cast<float *>(model.states()[i]),
                        elementsOf(parts.states[i].shape));
  EXPECT_EQ(model.parameter(0).data(), arrays[0].first);
  EXPECT_EQ(std::int64_t(model.parameter(0).size()), arrays[0].second);
  std::set<std::uintptr_t> placesInPage;
  float number = 0;
  for (auto [data, size] : arrays) {
    EXPECT_EQ(addressOf(data) % 64, 0u);
    placesInPage.insert(addressOf(data) % 4096);
    EXPECT_TRUE(std::all_of(data, data + size, [](float x) { return x == 0; }));
    std::fill_n(data, size, ++number);
  }
  EXPECT_EQ(placesInPage.size(), arrays.size());
  number = 0;
  for (auto [data, size] : arrays) {
    ++number;
    EXPECT_EQ(std::count(data, data + size, number), size);
  }
}

/// A parameter's update runs through it and its states: at each moment they
/// are at least a quarter of a page from each other, in either direction.
TEST_P(ModelTest, AParameterAndItsStatesAreFarApartInAPage) {
  const Parts parts(GetParam());
  const Model model(parts.program);
  const float *together[] = {model.parameter(0).data(), model.state(0).data(),
                             model.state(2).data()};
  for (const float *one : together)
    for (const float *other : together)
      if (one != other) {
        EXPECT_GE((addressOf(one) - addressOf(other)) % 4096, 1024u);
      }
}

/// Weights that the program itself has, and a state that is no optimiser's.
TEST(ModelOfTablesTest, HasTheProgramsNumbersAndItsStates) {
  static const float numbers[] = {1, 2, 3};
  MlcParameter parameters[] = {
      test::parameter("free", {2}, MLC_INIT_CONSTANT, 5),
      test::parameter("fixed", {3}, MLC_INIT_ZEROS)};
  parameters[1].data = numbers;
  parameters[1].training = MLC_TRAINING_NONE;
  const MlcState mean =
      test::state("mean", MLC_NO_PARAMETER, test::parameter("", {7}, {}));
  MlcProgram program{};
  program.parameter_count = 2;
  program.parameters = parameters;
  program.state_count = 1;
  program.states = &mean;
  Model model(program);
  model.initialize(1);
  EXPECT_TRUE(std::ranges::equal(model.parameter(0), std::vector{5.0f, 5.0f}));
  EXPECT_TRUE(std::ranges::equal(model.parameter(1), numbers));
  EXPECT_TRUE(std::ranges::equal(model.state(0), std::vector<float>(7)));
}

// Less than a huge page, about one, and some; with and without a whole page.
INSTANTIATE_TEST_SUITE_P(Rows, ModelTest,
                         testing::Values(1, 64, 1000, 32768, 100001),
                         testing::PrintToStringParamName());

TEST(AlignedBufferTest, FillsHugePages) {
  for (std::size_t bytes :
       {std::size_t(0), std::size_t(1), std::size_t(2000000),
        std::size_t(2) << 20, std::size_t(5000001)}) {
    AlignedBuffer<std::byte> buffer(bytes);
    const auto address = reinterpret_cast<std::uintptr_t>(buffer.data());
    EXPECT_EQ(address % (bytes < (2 << 20) ? 64 : 2 << 20), 0u) << bytes;
    EXPECT_EQ(buffer.span().size(), bytes);
    EXPECT_TRUE(std::ranges::all_of(
        buffer.span(), [](std::byte byte) { return byte == std::byte(); }));
  }
}

TEST(AlignedBufferTest, RefusesWhatNoMemoryHolds) {
  const std::size_t most = std::numeric_limits<std::size_t>::max();
  for (std::size_t size : {most, most / 4, most / 4 + 2, most / 8})
    EXPECT_THROW(AlignedBuffer<float>{size}, std::bad_alloc) << size;
}

TEST(ArenaLayoutTest, ManyArraysStartAtDifferentLines) {
  ArenaLayout layout;
  std::set<std::size_t> lines;
  std::size_t end = 0;
  for (std::size_t i = 0; i < 64; ++i) {
    const std::size_t offset = layout.place(i * 777);
    EXPECT_GE(offset, end);
    EXPECT_LT(offset, end + 2 * 4096);
    EXPECT_EQ(offset % 64, 0u);
    lines.insert(offset % 4096);
    end = offset + i * 777;
  }
  EXPECT_EQ(lines.size(), 64u);
  EXPECT_GE(layout.bytes(), end);
  EXPECT_THROW(layout.place(std::size_t(1) << 62), std::bad_alloc);
  EXPECT_THROW(layout.place(std::size_t(-1)), std::bad_alloc);
}

} // namespace
} // namespace mlc::runtime
