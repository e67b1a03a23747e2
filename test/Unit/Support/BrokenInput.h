//===- BrokenInput.h - What is said of inputs that are broken ---*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_UNIT_SUPPORT_BROKENINPUT_H
#define MLC_TEST_UNIT_SUPPORT_BROKENINPUT_H

#include "Support/DataCommand.h"
#include "Support/Files.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace mlc::test {

struct Broken {
  std::string text;
  /// `line:column`; empty where the whole file is at fault.
  std::string place;
  std::string message;
  /// Of `mlc data`; "@/NAME" is a file beside the input.
  std::vector<std::string> more = {"--label-column", "y"};
  std::string file = "x.csv"; ///< Which one is at fault.
};

/// An input that is broken is refused with the place of what is at fault, where
/// there is one, and with what to do; nothing is written.
class BrokenInput : public testing::Test {
protected:
  void expectRefused(const Broken &broken, const std::string &name) {
    writeFile(folder / name, broken.text);
    std::vector<std::string> arguments = {folder / name, "-o",
                                          folder / "none.st"};
    for (const std::string &argument : broken.more)
      arguments.push_back(
          argument.starts_with("@/") ? folder / argument.substr(2) : argument);
    const Outcome outcome = runData(arguments);
    const std::string place =
        broken.place.empty() ? broken.place : ":" + broken.place;
    const std::string expected =
        "error: " + (folder / broken.file) + place + ": " + broken.message;
    const std::string shown = broken.text.substr(0, 200);
    EXPECT_EQ(outcome.status, 1) << shown;
    EXPECT_NE(outcome.err.find(expected), std::string::npos)
        << shown << "\nexpected " << expected << "\nbut got  " << outcome.err;
    EXPECT_NE(outcome.err.find("; "), std::string::npos) << outcome.err;
    EXPECT_FALSE(std::filesystem::exists(folder / "none.st"));
    ++count;
  }

  TemporaryFolder folder;
  int count = 0; ///< Of inputs that were tried.
};

} // namespace mlc::test

#endif // MLC_TEST_UNIT_SUPPORT_BROKENINPUT_H
