//===- TextProgramFixture.h - A program trained on texts --------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_UNIT_SUPPORT_TEXTPROGRAMFIXTURE_H
#define MLC_TEST_UNIT_SUPPORT_TEXTPROGRAMFIXTURE_H

#include "Import/DataCommand.h"
#include "Support/CommandLineFixture.h"

#include <fstream>
#include <string>

namespace mlc::test {

class TextProgramTest : public CommandLineTest {
protected:
  /// A text on each line; `good` and `bad` decide, and 18 words do not.
  static std::string textOf(int row) {
    return "w" + std::to_string(row % 18) + (row % 2 ? " good" : " bad");
  }
  std::string csvOf(int rows, int padding = 0) const {
    std::string text = "review,label\n";
    for (int row = 0; row < rows; ++row)
      text += textOf(row) + std::string(padding, '.') + "," +
              std::to_string(row % 2) + "\n";
    return text;
  }
  static std::string linesOf(int rows, int padding = 0) {
    std::string text;
    for (int row = 0; row < rows; ++row)
      text += textOf(row) + std::string(padding, '.') + "\n";
    return text;
  }
  std::string write(const std::string &name, const std::string &text) {
    const std::string path = folder / name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

  void makeData(Arguments arguments) {
    arguments.insert(arguments.begin(), "mlc data");
    std::vector<char *> argv;
    for (std::string &argument : arguments)
      argv.push_back(argument.data());
    testing::internal::CaptureStderr();
    const int status = runtime::dataMain(int(argv.size()), argv.data());
    ASSERT_EQ(status, 0) << testing::internal::GetCapturedStderr();
    testing::internal::GetCapturedStderr();
  }
  void trainOn(const MlcProgram &program) {
    const Result result = runInside(
        program, {"train", "--data", data, "-o", weights, "--epochs", "20"});
    ASSERT_EQ(result.status, 0) << result.error;
  }
  /// Weights that know words.
  void trainOnTexts() {
    const std::string csv = write("train.csv", csvOf(72));
    makeData({csv, "-o", data, "--max-features", "20"});
    trainOn(sparseProgram());
  }
  /// Weights that know the numbers of columns.
  void trainOnCounts() {
    std::string text;
    for (int row = 0; row < 40; ++row)
      text += std::to_string(row % 2) + " " + std::to_string(row % 2) + ":1 " +
              std::to_string(2 + row % 18) + ":2\n";
    makeData({write("train.feat", text), "-o", data});
    trainOn(sparseProgram());
  }

  Result predict(Arguments more) {
    Arguments arguments = {"predict", "--weights", weights};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return runInside(sparseProgram(), arguments);
  }
  void expectError(const Result &result, const std::string &part) {
    EXPECT_EQ(result.status, 1);
    EXPECT_NE(result.error.find(part), std::string::npos) << result.error;
    EXPECT_NE(result.error.find("; "), std::string::npos) << result.error;
  }
};

} // namespace mlc::test

#endif // MLC_TEST_UNIT_SUPPORT_TEXTPROGRAMFIXTURE_H
