//===- LastWordsTest.cpp - A file that vanishes under a run ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "System/LastWords.h"
#include "Support/TrainCommandFixture.h"

#include <csignal>

namespace mlc::test {
namespace {

using LastWordsTest = TrainCommandTest;

TEST_F(LastWordsTest, NamesAMappedFileThatIsCutOff) {
  for (const char *threads : {"1", "3"}) {
    sparseData(200).write(data);
    std::filesystem::remove(metrics);
    const Result result =
        train({"--epochs", "100000000", "--metrics", metrics, "--threads",
               threads, "-o", weights},
              {.meanwhile = [&](pid_t child) {
                waitUntil(child, [&] { return !readFile(metrics).empty(); });
                std::filesystem::resize_file(data, 0);
              }});
    EXPECT_EQ(result.status, 1);
    EXPECT_NE(result.error.find("error: " + data +
                                ": cannot be read any more; it was cut off "
                                "meanwhile, or its disk has failed\n"),
              std::string::npos)
        << result.error;
    EXPECT_FALSE(std::filesystem::exists(weights));
  }
}

/// What is none of these is left to the system, which keeps a core.
TEST_F(LastWordsTest, OtherEndsStayTheirOwn) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  const auto busErrors = [] {
    runtime::installLastWords();
    // The first puts back what the system does.
    std::raise(SIGBUS);
    std::raise(SIGBUS);
  };
  EXPECT_EXIT(busErrors(), testing::KilledBySignal(SIGBUS), "^$");
  const auto terminate = [] {
    runtime::installLastWords();
    std::terminate();
  };
  EXPECT_EXIT(terminate(), testing::KilledBySignal(SIGABRT), "^$");
}

} // namespace
} // namespace mlc::test
