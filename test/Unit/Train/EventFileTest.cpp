//===- EventFileTest.cpp - Figures as TensorBoard reads them --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Train/EventFile.h"

#include "Support/Files.h"
#include "Support/HandmadeProgram.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <limits>
#include <string>
#include <vector>

using namespace mlc::runtime;
using namespace mlc::test;

static std::string hex(const std::string &bytes) {
  std::string text;
  for (unsigned char byte : bytes)
    text += fmt::format("{:02x}", byte);
  return text;
}

/// Written by tensorboard 2.20.0: RecordWriter.write of
/// Event(wall_time=1.5, step=300) with simple_value 0.25 of the tag loss and
/// 0.5 of test_f1.
TEST(EventFile, RecordsHaveTensorBoardsBytes) {
  const std::vector<Figure> figures = {
      {"loss", 0.25},
      {"undefined", std::numeric_limits<double>::quiet_NaN()},
      {"test_f1", 0.5}};
  EXPECT_EQ(hex(eventRecord(scalarEvent(1.5, 300, figures))),
            "2b00000000000000861bc34b09000000000000f83f10ac022a1d0a0b0a04"
            "6c6f7373150000803e0a0e0a07746573745f6631150000003f11141c26");
}

static EpochResult epoch(std::int64_t step) {
  return {.epoch = 1,
          .step = step,
          .loss = 0.5,
          .learningRate = 0.25,
          .test = std::nullopt,
          .seconds = 1,
          .examplesPerSecond = 100};
}

TEST(EventFile, EveryRunHasItsFolder) {
  const MlcProgram program = sparseProgram();
  TemporaryFolder folder;
  const std::string events = folder / "events";
  {
    EventFile file(program, events, std::nullopt);
    file.writeEpoch(epoch(10));
  }
  EXPECT_NE(inputError([&] {
              EventFile(program, events, std::nullopt);
            }).find("has events of another run"),
            std::string::npos);
  // A resumed run adds a file, which comes after the first by its name, and
  // says where it begins: step 11 of a session that starts.
  EventFile(program, events, 10);
  std::vector<std::string> names;
  for (const auto &entry : std::filesystem::directory_iterator(events))
    names.push_back(entry.path());
  std::ranges::sort(names);
  ASSERT_EQ(names.size(), 2u);
  EXPECT_NE(hex(readFile(names[1])).find("100b3a020801"), std::string::npos);
  EXPECT_EQ(hex(readFile(names[0])).find("3a020801"), std::string::npos);

  writeFile(folder / "file", "");
  EXPECT_NE(inputError([&] {
              EventFile(program, folder / "file", 1);
            }).find("cannot be read as a folder"),
            std::string::npos);
}
