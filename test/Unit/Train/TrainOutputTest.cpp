//===- TrainOutputTest.cpp - What train leaves when it fails --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TrainCommandFixture.h"

#include <sys/resource.h>
#include <sys/stat.h>

namespace mlc::test {
namespace {

using TrainOutputTest = TrainCommandTest;

TEST_F(TrainOutputTest, RefusesToOverwriteItsInputs) {
  const std::string before = readFile(data);
  std::filesystem::create_symlink(data, folder / "link");
  EXPECT_EQ(train({"-o", data}).status, 2);
  EXPECT_EQ(train({"-o", folder / "link"}).status, 2);
  EXPECT_EQ(train({"--metrics", data}).status, 2);
  EXPECT_EQ(train({"--metrics", folder / "./data"}).status, 2);
  EXPECT_EQ(train({"--test", test, "-o", test}).status, 2);
  EXPECT_EQ(train({"-o", weights, "--metrics", folder / "./weights"}).status,
            2);
  EXPECT_EQ(readFile(data), before);
  EXPECT_EQ(files(), (Arguments{"data", "link", "test"}));
}

TEST_F(TrainOutputTest, ChecksTheOutputBeforeTraining) {
  // A pipe is no regular file. (A device must not be risked in a test: if this
  // failed, the superuser would replace it for the whole machine.)
  ASSERT_EQ(mkfifo((folder / "pipe").c_str(), 0600), 0);
  for (const char *name : {"none/weights", ".", "pipe"}) {
    const std::string path = folder / name;
    const Result result = train({"-o", path, "--epochs", "1"});
    EXPECT_EQ(result.status, 1) << path;
    EXPECT_EQ(result.out, "") << path;
    EXPECT_TRUE(result.error.starts_with("error: " + path + ": "));
  }
  EXPECT_EQ(files(), (Arguments{"data", "pipe", "test"}));
}

TEST_F(TrainOutputTest, FailedRunsLeaveNoFile) {
  TestData bad = sparseData(100);
  bad.realLabels[3] = 2;
  bad.write(test);
  EXPECT_EQ(train({"--test", test, "-o", weights, "--metrics", metrics}).status,
            1);
  EXPECT_EQ(train({"--init", test, "-o", weights, "--metrics", metrics}).status,
            1);
  EXPECT_EQ(files(), (Arguments{"data", "test"}));
}

TEST_F(TrainOutputTest, ReportsAFullDisk) {
  const Result result =
      train({"-o", weights}, {.inChild = [] {
              const rlimit limit = {256, 256}; // bytes of any file
              setrlimit(RLIMIT_FSIZE, &limit);
            }});
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.error.find("error: " + weights), std::string::npos);
  EXPECT_EQ(files(), (Arguments{"data", "test"}));
}

TEST_F(TrainOutputTest, ReportsAFullDiskForMetrics) {
  const Result file =
      train({"--metrics", metrics, "--metrics-every-step"}, {.inChild = [] {
              const rlimit limit = {500, 500};
              setrlimit(RLIMIT_FSIZE, &limit);
            }});
  EXPECT_EQ(file.status, 1);
  EXPECT_NE(
      file.error.find("error: " + metrics + ": cannot be written: File too"),
      std::string::npos)
      << file.error;
  EXPECT_EQ(files(), (Arguments{"data", "test"}));
}

TEST_F(TrainOutputTest, ReportsAFullStdoutAfterSaving) {
  const Result result = train({"-o", weights}, {.out = "/dev/full"});
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.error.find("error: standard output: No space left"),
            std::string::npos)
      << result.error;
  EXPECT_TRUE(std::filesystem::exists(weights));
}

} // namespace
} // namespace mlc::test
