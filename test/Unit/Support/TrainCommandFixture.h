//===- TrainCommandFixture.h - Runs PROGRAM train ---------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_UNIT_SUPPORT_TRAINCOMMANDFIXTURE_H
#define MLC_TEST_UNIT_SUPPORT_TRAINCOMMANDFIXTURE_H

#include "Data/Safetensors.h"
#include "Support/Process.h"
#include "Support/TestData.h"

#include <algorithm>
#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace mlc::test {

using Arguments = std::vector<std::string>;
using runtime::SafetensorsFile;

class TrainCommandTest : public testing::Test {
protected:
  TrainCommandTest() {
    sparseData(200).write(data);
    sparseData(100, 2).write(test);
  }

  Result train(Arguments more, const Start &start = {}) {
    Arguments arguments = {"train", "--data", data};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return runProgram(HANDMADE_PROGRAM, arguments, start);
  }

  /// Names of what is in the folder.
  std::vector<std::string> files() {
    std::vector<std::string> names;
    for (const auto &entry : std::filesystem::directory_iterator(folder / "."))
      names.push_back(entry.path().filename());
    std::ranges::sort(names);
    return names;
  }

  std::vector<boost::json::object> readMetrics() {
    std::vector<boost::json::object> objects;
    std::istringstream lines(readFile(metrics));
    for (std::string line; std::getline(lines, line);)
      objects.push_back(boost::json::parse(line).as_object());
    return objects;
  }

  TemporaryFolder folder;
  std::string data = folder / "data", test = folder / "test",
              weights = folder / "weights", metrics = folder / "metrics";
};

} // namespace mlc::test

#endif // MLC_TEST_UNIT_SUPPORT_TRAINCOMMANDFIXTURE_H
