//===- CommandLineFixture.h - Runs command lines ----------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_UNIT_SUPPORT_COMMANDLINEFIXTURE_H
#define MLC_TEST_UNIT_SUPPORT_COMMANDLINEFIXTURE_H

#include "Commands/CommandLine.h"
#include "Support/HandmadeProgram.h"
#include "Support/Process.h"
#include "Support/TestData.h"

#include <gtest/gtest.h>

namespace mlc::test {

using Arguments = std::vector<std::string>;

/// Runs a program inside this one.
inline Result runInside(const MlcProgram &program, Arguments arguments) {
  std::string name = "/somewhere/program";
  std::vector<char *> argv = {name.data()};
  for (std::string &argument : arguments)
    argv.push_back(argument.data());
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  Result result;
  result.status = runtime::programMain(program, int(argv.size()), argv.data());
  result.out = testing::internal::GetCapturedStdout();
  result.error = testing::internal::GetCapturedStderr();
  return result;
}

inline std::vector<std::string> linesOf(const std::string &text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);)
    lines.push_back(line);
  return lines;
}

class CommandLineTest : public testing::Test {
protected:
  /// Trains and leaves `data` and `weights`.
  void train(const MlcProgram &program, const TestData &examples,
             const char *epochs = "5") {
    examples.write(data);
    const Result result = runInside(
        program, {"train", "--data", data, "-o", weights, "--epochs", epochs});
    ASSERT_EQ(result.status, 0) << result.error;
    ASSERT_FALSE(linesOf(result.out).empty());
    trained = linesOf(result.out).back();
  }

  Result use(const MlcProgram &program, const std::string &command,
             Arguments more = {}) {
    Arguments arguments = {command, "--data", data, "--weights", weights};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return runInside(program, arguments);
  }

  TemporaryFolder folder;
  std::string data = folder / "data", weights = folder / "weights";
  std::string trained; ///< The last epoch's line.
};

} // namespace mlc::test

#endif // MLC_TEST_UNIT_SUPPORT_COMMANDLINEFIXTURE_H
