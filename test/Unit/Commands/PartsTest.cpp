//===- PartsTest.cpp - train on the parts of a data set -------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Support/TrainCommandFixture.h"

namespace mlc::test {
namespace {

class PartsTest : public TrainCommandTest {
protected:
  PartsTest() {
    const TestData all = sparseData(200);
    all.part(0, 70).write(folder / "part-1.st");
    all.part(70, 71).write(folder / "part-2.st");
    all.part(71, 200).write(folder / "part-3.st");
  }

  Result run(Arguments arguments) {
    return runProgram(HANDMADE_PROGRAM, arguments);
  }
  Result trainParts(Arguments more) {
    Arguments arguments = {"train",  "--data", pattern, "--test", test,
                           "--seed", "3",      "-o",    weights};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments);
  }
  /// The bytes of the tensors alone: hashes of data differ.
  std::string tensors() const {
    const SafetensorsFile file(weights);
    std::string bytes;
    for (const runtime::TensorView &tensor : file.tensors())
      bytes.append(reinterpret_cast<const char *>(tensor.bytes.data()),
                   tensor.bytes.size());
    return bytes;
  }
  void expectDone(const Result &result) {
    ASSERT_EQ(result.status, 0) << result.error;
  }
  void expectRefused(const Result &result, int status,
                     std::initializer_list<const char *> parts) {
    EXPECT_EQ(result.status, status) << result.error;
    for (const char *part : parts)
      EXPECT_NE(result.error.find(part), std::string::npos) << result.error;
  }

  std::string pattern = folder / "part-*.st";
};

TEST_F(PartsTest, LearnWhatOneFileLearns) {
  for (const char *window : {"23", "1000000"}) {
    expectDone(train(
        {"--test", test, "--seed", "3", "-o", weights, "--window", window}));
    const std::string whole = tensors();
    const Result result = trainParts({"--window", window, "--threads", "2"});
    expectDone(result);
    EXPECT_EQ(tensors(), whole);
    EXPECT_NE(result.error.find("200 rows of 3 files"), std::string::npos)
        << result.error;
    // All names, as a shell gives them.
    expectDone(run({"train", "--data", folder / "part-1.st",
                    folder / "part-2.st", folder / "part-3.st", "--seed", "3",
                    "--test", test, "-o", weights, "--window", window}));
    EXPECT_EQ(tensors(), whole);
  }
}

TEST_F(PartsTest, GoOnInTheMidstOfAWindow) {
  const Arguments windows = {"--window",      "30",
                             "--epochs",      "3",
                             "--checkpoints", folder / "checkpoints"};
  expectDone(trainParts(windows));
  const std::string whole = readFile(weights);
  for (const char *step : {"1", "3", "4", "25", "26", "40", "75"}) {
    std::filesystem::remove_all(folder / "checkpoints");
    Arguments part = windows;
    part.insert(part.end(), {"--max-steps", step});
    expectDone(trainParts(part));
    part = windows;
    part.insert(part.end(), {"--resume", "--threads", "3"});
    expectDone(trainParts(part));
    EXPECT_EQ(readFile(weights), whole) << "stopped after step " << step;
  }
  Arguments other = {"--window",
                     "31",
                     "--epochs",
                     "4",
                     "--resume",
                     "--checkpoints",
                     folder / "checkpoints"};
  expectRefused(trainParts(other), 1, {"another --window: 30", "31"});
}

TEST_F(PartsTest, AWindowHasARow) {
  expectRefused(trainParts({"--window", "0"}), 2,
                {"--window", "a whole number from 1"});
  expectDone(trainParts({"--window", "1"}));
}

TEST_F(PartsTest, AreProvedByTheirRecord) {
  expectDone(trainParts({"--window", "30"}));
  const Result proof =
      run({"verify", weights, "--data", pattern, "--test", test, "--retrain"});
  EXPECT_EQ(proof.status, 0) << proof.error << proof.out;
  expectRefused(run({"verify", weights, "--data", folder / "part-1.st"}), 1,
                {"data"});
}

TEST_F(PartsTest, WhatNeedsAllRowsSaysSo) {
  const Arguments parts = {"train", "--data", pattern};
  expectRefused(run({"train", "--data", pattern, "--validation", "0.1"}), 2,
                {"names 3 files", "--validation", "--test"});
  expectRefused(run({"train", "--data", folder / "none-*.st"}), 1,
                {"none-*.st: no file matches"});
  expectRefused(run({"eval", "--data", pattern, "--weights", weights}), 1,
                {weights.c_str()});
  expectDone(trainParts({}));
  expectRefused(run({"eval", "--data", pattern, "--weights", weights}), 1,
                {"expected one file, but got a pattern", "in turn"});
  const std::string rows = folder / "rows";
  std::ofstream(rows) << "3\n";
  expectRefused(
      run({"forget", "--data", pattern, "--rows", rows, "-o", folder / "w2"}),
      2, {"--rows"});
}

TEST_F(PartsTest, TrialsTakeThem) {
  const Result dry = run({"train", "--data", pattern, "--dry-run"});
  expectDone(dry);
  EXPECT_NE(dry.out.find("dry run: one step"), std::string::npos);
  expectDone(run({"train", "--data", pattern, "--overfit", "8"}));
}

} // namespace
} // namespace mlc::test
