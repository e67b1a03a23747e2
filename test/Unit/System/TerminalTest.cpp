//===- TerminalTest.cpp - What is shown on a terminal ---------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "System/Terminal.h"

#include <gtest/gtest.h>

namespace mlc::runtime {
namespace {

TEST(WithoutControls, ShowsNone) {
  EXPECT_EQ(withoutControls("a\033[31mb\x7F\xC2\x9B"
                            "c\n"),
            "a [31mb   c\n");
}

} // namespace
} // namespace mlc::runtime
