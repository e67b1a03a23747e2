//===- LastWordsTest.cpp - A file that vanishes under a run ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TrainCommandFixture.h"

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

} // namespace
} // namespace mlc::test
