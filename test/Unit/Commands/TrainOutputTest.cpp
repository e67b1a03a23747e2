//===- TrainOutputTest.cpp - What train leaves when it fails --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Support/TrainCommandFixture.h"

#include <fstream>
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

TEST_F(TrainOutputTest, APageMayBeginWithTheTrainingBefore) {
  const std::string page = folder / "page.html", odd = folder / "odd";
  ASSERT_EQ(train({"--test", test, "--metrics", metrics, "--epochs", "3",
                   "--metrics-every-step", "-o", weights})
                .status,
            0);
  // Without a test: a figure that the epochs before have and these have not is
  // left out.
  ASSERT_EQ(train({"--init", weights, "--report", page, "--report-after",
                   metrics, "--epochs", "2"})
                .status,
            0);
  const std::string text = readFile(page);
  for (const char *id : {"epoch/1/loss", "epoch/3/loss", "epoch/5/loss"})
    EXPECT_NE(text.find(id), std::string::npos) << id;
  for (const char *id : {"epoch/6/loss", "epoch/1/test_loss"})
    EXPECT_EQ(text.find(id), std::string::npos) << id;
  EXPECT_EQ(train({"--report-after", metrics}).status, 2);
  for (const char *line : {"", "{\"loss\": 1}\n", "[1]\n", "{\"epoch\": 1"}) {
    std::ofstream(odd) << line;
    const Result result = train({"--report", page, "--report-after", odd});
    EXPECT_EQ(result.status, 1) << line;
    EXPECT_TRUE(result.error.starts_with("error: " + odd + ":"))
        << result.error;
  }
  EXPECT_EQ(train({"--report", page, "--report-after", page}).status, 2);
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

/// A device has neither a size nor a name to bring to the disk.
TEST_F(TrainOutputTest, MetricsMayGoToADevice) {
  const std::string checkpoints = folder / "checkpoints";
  Arguments arguments = {"--metrics", "/dev/null",   "--checkpoints",
                         checkpoints, "--max-steps", "30"};
  EXPECT_EQ(train(arguments).status, 0);
  arguments.insert(arguments.end(), {"--resume", "--max-steps", "40"});
  arguments.erase(arguments.begin() + 4, arguments.begin() + 6);
  const Result resumed = train(arguments);
  EXPECT_EQ(resumed.status, 0) << resumed.error;
  const Result full = train({"--metrics", "/dev/full"});
  EXPECT_EQ(full.status, 1);
  EXPECT_NE(full.error.find("/dev/full: cannot be written: No space left"),
            std::string::npos)
      << full.error;
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/full"));
}

TEST_F(TrainOutputTest, CheckpointsWithoutMetrics) {
  EXPECT_EQ(train({"--checkpoints", folder / "checkpoints"}).status, 0);
  EXPECT_EQ(files(), (Arguments{"checkpoints", "data", "test"}));
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
