//===- EarlierOptionsTest.cpp ---------------------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/EarlierOptions.h"

#include <gtest/gtest.h>

namespace mlc::runtime {
namespace {

using Metadata = std::map<std::string, std::string>;

TEST(EarlierOptionsTest, WeightsHaveLearnedWhatThoseBeforeThemHad) {
  Metadata metadata = {{"data_hash", "b"}};
  addLearnedBefore({{"data_hash", "a"}, {"also_learned", "c,b"}}, metadata);
  EXPECT_EQ(metadata["also_learned"], "a,c");
  addLearnedBefore({{"data_hash", "a"}}, metadata);
  EXPECT_EQ(metadata["also_learned"], "a,c");
}

TEST(EarlierOptionsTest, WeightsOfTheSameRowsAddNothing) {
  Metadata metadata = {{"data_hash", "b"}};
  addLearnedBefore({{"data_hash", "b"}}, metadata);
  addLearnedBefore({}, metadata);
  EXPECT_FALSE(metadata.contains("also_learned"));
}

} // namespace
} // namespace mlc::runtime
