//===- CalibrateCommandTest.cpp - PROGRAM calibrate -----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Support/CommandLineFixture.h"

#include "Data/Safetensors.h"

#include <boost/json.hpp>
#include <fstream>

namespace mlc::test {
namespace {

using runtime::SafetensorsFile;

/// One row in five is positive, and features tell it in part.
TestData unevenData(std::int64_t rows, unsigned seed) {
  TestData data = sparseData(rows, seed);
  for (std::int64_t row = 0; row < rows; ++row)
    data.realLabels[row] = data.realLabels[row] > 0 && (row * 7 + seed) % 5 < 2;
  return data;
}

class CalibrateCommandTest : public CommandLineTest {
protected:
  CalibrateCommandTest() {
    train(sparseProgram(), unevenData(400, 1), "20");
    heldOut = folder / "held-out";
    unevenData(300, 2).write(heldOut);
  }

  Result calibrate(Arguments more = {}) {
    Arguments arguments = {"calibrate", "--data", heldOut,   "--weights",
                           weights,     "-o",     calibrated};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return runInside(sparseProgram(), arguments);
  }

  boost::json::object eval(const std::string &with) {
    const Result result =
        runInside(sparseProgram(),
                  {"eval", "--data", heldOut, "--weights", with, "--json"});
    EXPECT_EQ(result.status, 0) << result.error;
    return boost::json::parse(result.out).as_object();
  }

  std::string heldOut, calibrated = folder / "calibrated";
};

TEST_F(CalibrateCommandTest, WhatIsStoredIsUsedAndNamed) {
  const Result result = calibrate({"--threshold", "f1", "--json"});
  ASSERT_EQ(result.status, 0) << result.error;
  const auto told = boost::json::parse(result.out).as_object();
  const auto before = eval(weights), after = eval(calibrated);
  for (const char *name : {"f1", "log_loss", "ece", "roc_auc", "brier"}) {
    EXPECT_EQ(told.at("before").at(name), before.at(name)) << name;
    EXPECT_EQ(told.at("after").at(name), after.at(name)) << name;
  }
  EXPECT_EQ(after.at("temperature"), told.at("temperature"));
  EXPECT_EQ(after.at("threshold"), told.at("threshold"));
  EXPECT_GT(after.at("f1").to_number<double>(),
            before.at("f1").to_number<double>());
  EXPECT_LT(after.at("log_loss").to_number<double>(),
            before.at("log_loss").to_number<double>());
  EXPECT_EQ(after.at("roc_auc"), before.at("roc_auc"));
  // Answers of predict are those that eval judged.
  const Result predicted =
      runInside(sparseProgram(), {"predict", "--data", heldOut, "--weights",
                                  calibrated, "--json"});
  EXPECT_NE(predicted.error.find("threshold"), std::string::npos);
  const double threshold = told.at("threshold").to_number<double>();
  std::int64_t positive = 0;
  for (const std::string &line : linesOf(predicted.out)) {
    const auto object = boost::json::parse(line).as_object();
    const double probability =
        object.at("probabilities").at(0).to_number<double>();
    const auto label = object.at("labels").at(0).as_int64();
    EXPECT_EQ(label, probability >= threshold);
    positive += label;
  }
  const auto &confusion = after.at("confusion_matrix").as_array();
  EXPECT_EQ(positive,
            confusion[0].at(1).as_int64() + confusion[1].at(1).as_int64());
  // The file is else the same.
  const SafetensorsFile old(weights), changed(calibrated);
  EXPECT_EQ(old.tensors().size(), changed.tensors().size());
  EXPECT_EQ(old.metadata().at("data_hash"), changed.metadata().at("data_hash"));
  const std::string text =
      runInside(sparseProgram(),
                {"eval", "--data", heldOut, "--weights", calibrated})
          .out;
  EXPECT_NE(text.find("threshold"), std::string::npos);
}

TEST_F(CalibrateCommandTest, CalibratingAgainReplaces) {
  ASSERT_EQ(calibrate({"--threshold", "0.3"}).status, 0);
  weights = calibrated;
  calibrated = folder / "again";
  ASSERT_EQ(calibrate().status, 0);
  const SafetensorsFile first(weights), second(calibrated);
  EXPECT_EQ(first.metadata().at("threshold"), "0.3");
  EXPECT_FALSE(second.metadata().contains("threshold"));
  EXPECT_EQ(second.metadata().at("temperature"),
            first.metadata().at("temperature"));
}

TEST_F(CalibrateCommandTest, RefusesTheRowsThatWereLearned) {
  heldOut = data;
  const Result result = calibrate();
  EXPECT_EQ(result.status, 1);
  EXPECT_TRUE(result.error.starts_with("error: " + data + ": "))
      << result.error;
  EXPECT_FALSE(std::filesystem::exists(calibrated));
}

TEST_F(CalibrateCommandTest, RefusesWhatWasLearnedInAnotherForm) {
  const std::string raw = folder / "raw.csv", other = folder / "other.csv";
  std::ofstream(raw) << "not read\n";
  std::ofstream(other) << "not read\n1\n";
  const Result trained =
      runInside(sparseProgram(), {"train", "--data", data, "-o", weights,
                                  "--also-learned", raw, heldOut});
  ASSERT_EQ(trained.status, 0) << trained.error;
  const std::string rows = heldOut;
  for (const std::string &path : {raw, rows, data}) {
    heldOut = path;
    const Result result = calibrate();
    EXPECT_EQ(result.status, 1);
    EXPECT_TRUE(result.error.starts_with("error: " + path + ": ")) << path;
    EXPECT_NE(result.error.find("was trained on these rows"),
              std::string::npos);
  }
  heldOut = other;
  EXPECT_EQ(calibrate().error.find("was trained on these rows"),
            std::string::npos);
  // Stored again, they are refused still.
  heldOut = folder / "more";
  unevenData(300, 3).write(heldOut);
  ASSERT_EQ(calibrate().status, 0);
  weights = calibrated;
  calibrated = folder / "again";
  heldOut = rows;
  EXPECT_EQ(calibrate().status, 1);
  const Result missing =
      runInside(sparseProgram(),
                {"train", "--data", data, "--also-learned", folder / "none"});
  EXPECT_EQ(missing.status, 1);
}

TEST_F(CalibrateCommandTest, WhatLearnsAgainKeepsTheDecision) {
  ASSERT_EQ(calibrate({"--threshold", "f1"}).status, 0);
  const std::string again = folder / "again";
  const Arguments command = {"train", "--data", data, "-o", again};
  const auto trainAs = [&](const std::string &path) {
    Arguments arguments = command;
    arguments.insert(arguments.end(), {"--decision-of", path});
    return runInside(sparseProgram(), arguments);
  };
  ASSERT_EQ(trainAs(calibrated).status, 0);
  for (const char *key : {"temperature", "threshold"})
    EXPECT_EQ(SafetensorsFile(again).metadata().at(key),
              SafetensorsFile(calibrated).metadata().at(key));
  // These have none.
  const Result result = trainAs(weights);
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.error.find("expected weights with a temperature"),
            std::string::npos);
}

TEST_F(CalibrateCommandTest, ChecksItsOptions) {
  for (const char *threshold : {"f2", "1.5", "0", "precision>=2"}) {
    EXPECT_EQ(calibrate({"--threshold", threshold}).status, 2) << threshold;
    EXPECT_FALSE(std::filesystem::exists(calibrated));
  }
  const Result result = calibrate({"--threshold", "precision>=1"});
  if (result.status != 0) {
    EXPECT_NE(result.error.find("no threshold gives precision>=1"),
              std::string::npos);
  }
  calibrated = weights;
  EXPECT_EQ(calibrate().status, 2);
}

TEST_F(CalibrateCommandTest, NumbersAndManyClassesHaveNoThreshold) {
  train(realProgram(), realData(50));
  realData(50, 2).write(heldOut);
  EXPECT_EQ(runInside(realProgram(), {"calibrate", "--data", heldOut,
                                      "--weights", weights, "-o", calibrated})
                .status,
            2);
  train(classProgram(), classData(100));
  TestData noisy = classData(100, 2);
  for (std::size_t i = 0; i < noisy.classLabels.size(); i += 9)
    noisy.classLabels[i] = 0;
  noisy.write(heldOut);
  const Arguments arguments = {"calibrate", "--data", heldOut,   "--weights",
                               weights,     "-o",     calibrated};
  EXPECT_EQ(runInside(classProgram(), arguments).status, 0);
  Arguments more = arguments;
  more.insert(more.end(), {"--threshold", "0.4"});
  EXPECT_EQ(runInside(classProgram(), more).status, 2);
}

TEST_F(CalibrateCommandTest, DamagedEntriesAreRefused) {
  SafetensorsFile file(weights);
  for (const char *entry : {"0", "-1", "x", "nan", "1 "}) {
    runtime::SafetensorsContents contents;
    contents.tensors = file.tensors();
    contents.metadata = file.metadata();
    contents.metadata["temperature"] = entry;
    contents.sealed = true;
    runtime::writeSafetensors(calibrated, contents);
    const Result result =
        runInside(sparseProgram(),
                  {"predict", "--data", heldOut, "--weights", calibrated});
    EXPECT_EQ(result.status, 1) << entry;
    EXPECT_NE(result.error.find("temperature"), std::string::npos);
  }
  // One output has one threshold, or a list of one.
  for (const auto &[entry, status] : {std::pair("[0.4]", 0),
                                      {"[0.4, 0.5]", 1},
                                      {"[]", 1},
                                      {"[0.4", 1},
                                      {"[0.4, x]", 1},
                                      {"[1.5]", 1},
                                      {"[", 1},
                                      {"0.4]", 1}}) {
    runtime::SafetensorsContents contents;
    contents.tensors = file.tensors();
    contents.metadata = file.metadata();
    contents.metadata["threshold"] = entry;
    contents.sealed = true;
    runtime::writeSafetensors(calibrated, contents);
    const Result result =
        runInside(sparseProgram(),
                  {"predict", "--data", heldOut, "--weights", calibrated});
    EXPECT_EQ(result.status, status) << entry << result.error;
    EXPECT_NE(result.error.find("threshold"), std::string::npos) << entry;
  }
}

TEST_F(CalibrateCommandTest, SeveralLabelsAloneHaveSeveralThresholds) {
  const Result result = calibrate({"--threshold", "f1", "--each-label"});
  EXPECT_EQ(result.status, 2);
  EXPECT_NE(result.error.find("has not several labels"), std::string::npos);
  EXPECT_EQ(calibrate({"--each-label"}).status, 2);
}

} // namespace
} // namespace mlc::test
