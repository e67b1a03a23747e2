//===- DataMemoryTest.cpp - Memory that mlc data's options take -----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Support/DataCommand.h"
#include "Support/Files.h"
#include "Support/PeakMemory.h"

#include <gtest/gtest.h>

using namespace mlc::test;

namespace {

struct Case {
  const char *name;
  std::vector<std::string> options;
  int status; ///< That it ends with.
  /// The most that it may take beside constantMemory.
  std::int64_t mebibytes;
};

void PrintTo(const Case &tried, std::ostream *out) { *out << tried.name; }

/// The most that can be asked for, and more.
const Case cases[] = {
    {"NoOptions", {}, 0, 10},
    {"Threads", {"--threads", "256"}, 0, 24},
    {"TooManyThreads", {"--threads", "257"}, 2, 0},
    {"Features", {"--max-features", "9223372036854775807"}, 0, 10},
    {"Length", {"--min-length", "2147483647"}, 1, 8},
    {"Documents", {"--min-df", "9223372036854775807"}, 1, 8},
    {"Ngrams", {"--ngrams", "1..3"}, 0, 16},
    {"TooLongNgrams", {"--ngrams", "1..4"}, 2, 0},
    {"CharacterNgrams", {"--char-ngrams", "1..16"}, 0, 96},
    {"TooLongCharacterNgrams", {"--char-ngrams", "1..17"}, 2, 0},
    {"HashBits", {"--hash-bits", "30"}, 0, 10},
    {"TooManyHashBits", {"--hash-bits", "31"}, 2, 0},
    // A table of 2^24 columns: 24 bytes each while they are learned.
    {"WeighedHashBits", {"--hash-bits", "24", "--value", "tfidf"}, 0, 8 + 384},
    {"TooManyWeighedHashBits", {"--hash-bits", "25", "--value", "tfidf"}, 2, 0},
};

class DataMemoryTest : public testing::TestWithParam<Case> {};

TEST_P(DataMemoryTest, StaysWithinTheOptionsLimits) {
  if (isSanitized)
    GTEST_SKIP() << "a sanitizer needs memory of its own";
  const TemporaryFolder folder;
  const std::string input = folder / "input.csv";
  writeFile(input, "label,review\n" +
                       repeat("1,a good film\n0,a bad film\n", mebibyte));
  std::vector<std::string> arguments = {input, "-o", folder / "output"};
  arguments.insert(arguments.end(), GetParam().options.begin(),
                   GetParam().options.end());
  const Outcome outcome = runData(arguments);
  EXPECT_EQ(outcome.status, GetParam().status) << outcome.err;
  const std::int64_t peak = peakMemory([&] { runData(arguments); });
  EXPECT_LE(peak, GetParam().mebibytes * mebibyte + constantMemory);
}

INSTANTIATE_TEST_SUITE_P(Options, DataMemoryTest, testing::ValuesIn(cases),
                         [](const auto &info) { return info.param.name; });

} // namespace
