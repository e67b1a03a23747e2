//===- ContinueTest.cpp - train --continue --------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Support/TrainCommandFixture.h"

namespace mlc::test {
namespace {

/// The rows of one sparse data set behind those of another.
TestData joined(const TestData &first, const TestData &second) {
  TestData all = first;
  for (std::size_t row = 1; row < second.indptr.size(); ++row)
    all.indptr.push_back(first.indptr.back() + second.indptr[row]);
  const auto append = [](auto &to, const auto &from) {
    to.insert(to.end(), from.begin(), from.end());
  };
  append(all.indices, second.indices);
  append(all.values, second.values);
  append(all.realLabels, second.realLabels);
  return all;
}

class ContinueTest : public TrainCommandTest {
protected:
  ContinueTest() {
    // Whole batches of 8, so that no step is cut at the seam.
    sparseData(80, 1).write(old);
    sparseData(56, 7).write(fresh);
    joined(sparseData(80, 1), sparseData(56, 7)).write(both);
  }

  Result run(Arguments arguments) {
    return runProgram(HANDMADE_PROGRAM, arguments);
  }
  void expectDone(const Result &result) {
    ASSERT_EQ(result.status, 0) << result.error;
  }
  void expectSaid(const Result &result, std::initializer_list<const char *> all,
                  int status = 0) {
    EXPECT_EQ(result.status, status) << result.error;
    for (const char *part : all)
      EXPECT_NE(result.error.find(part), std::string::npos)
          << part << " is not in: " << result.error;
  }
  std::string tensors(const std::string &path) const {
    const SafetensorsFile file(path);
    std::string bytes;
    for (const runtime::TensorView &tensor : file.tensors())
      bytes.append(reinterpret_cast<const char *>(tensor.bytes.data()),
                   tensor.bytes.size());
    return bytes;
  }
  /// Trains on the old rows, and keeps a checkpoint in `before`.
  void trainOld(Arguments more = {}) {
    std::filesystem::remove_all(before);
    Arguments arguments = {"train",         "--data", old,
                           "--epochs",      "1",      "--no-shuffle",
                           "--checkpoints", before};
    arguments.insert(arguments.end(), more.begin(), more.end());
    expectDone(run(arguments));
  }
  Result goOn(Arguments more = {}) {
    Arguments arguments = {"train", "--continue",   before, "--data",
                           fresh,   "--no-shuffle", "-o",   weights};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments);
  }

  std::string old = folder / "old", fresh = folder / "fresh",
              both = folder / "both", before = folder / "before",
              after = folder / "after", whole = folder / "whole";
};

TEST_F(ContinueTest, OneDataSetAfterTheOtherIsBothInOneRun) {
  for (const char *rate : {"0.1", "0.03"}) {
    trainOld({"--learning-rate", rate});
    const Result result = goOn({"--epochs", "1", "--threads", "2"});
    expectSaid(result, {"going on from", "epoch 1, step 10", "--resume"});
    expectDone(run({"train", "--data", both, "--epochs", "1", "--no-shuffle",
                    "--learning-rate", rate, "-o", whole}));
    EXPECT_EQ(tensors(weights), tensors(whole));
    const SafetensorsFile file(weights);
    EXPECT_EQ(file.metadata().at("steps"), "17");
    // Both data sets were learned.
    EXPECT_EQ(file.metadata().at("data_hash"), SafetensorsFile(fresh).hash());
    EXPECT_EQ(file.metadata().at("also_learned"), SafetensorsFile(old).hash());
  }
}

TEST_F(ContinueTest, AStepOfTheOldScheduleComesAfterTheOther) {
  // Over three epochs of 10 steps, of which 15 are done.
  const Arguments schedule = {"--schedule",  "linear", "--epochs",     "3",
                              "--max-steps", "15",     "--final-rate", "0.1"};
  std::filesystem::remove_all(before);
  Arguments first = {"train", "--data", old, "--checkpoints", before};
  first.insert(first.end(), schedule.begin(), schedule.end());
  expectDone(run(first));
  const Result result =
      goOn({"--epochs", "3", "--metrics", metrics, "--metrics-every-step"});
  expectSaid(result, {"epoch 2, step 15", "its epoch 2 was not at its end",
                      "ends with step 30, 15 steps from here"});
  std::vector<double> rates;
  for (const auto &line : readMetrics())
    if (const auto *rate = line.if_contains("learning_rate");
        rate && !line.contains("seconds"))
      rates.push_back(rate->to_number<double>());
  ASSERT_EQ(rates.size(), 21u);
  for (int i = 0; i < 21; ++i)
    EXPECT_NEAR(rates[std::size_t(i)],
                rates[20] / 0.1 * (1 - 0.9 * std::min(1.0, (15 + i) / 30.0)),
                1e-12)
        << i;
  // A schedule that is asked for begins anew.
  expectDone(goOn({"--epochs", "1", "--metrics", metrics,
                   "--metrics-every-step", "--schedule", "linear"}));
  double first_rate = 0;
  for (const auto &line : readMetrics())
    if (line.contains("learning_rate")) {
      first_rate = line.at("learning_rate").to_number<double>();
      break;
    }
  EXPECT_NEAR(first_rate, rates[20] / 0.1, 1e-12);
}

TEST_F(ContinueTest, AScheduleThatHasEndedIsTold) {
  trainOld({"--schedule", "cosine"});
  expectSaid(goOn({"--epochs", "1"}),
             {"its schedule (cosine) ended with step 10",
              "the learning rate is 0", "--schedule"});
}

TEST_F(ContinueTest, ARunThatWentOnCanBeResumed) {
  trainOld();
  const Arguments more = {"--epochs", "3", "--checkpoints", after};
  expectDone(goOn(more));
  const std::string expected = readFile(weights);
  for (const char *steps : {"1", "7", "10"}) {
    std::filesystem::remove_all(after);
    Arguments part = more;
    part.insert(part.end(), {"--max-steps", steps});
    expectDone(goOn(part));
    part = more;
    part.push_back("--resume");
    expectDone(goOn(part));
    EXPECT_EQ(readFile(weights), expected) << steps;
  }
  // And be gone on from.
  before = after;
  expectSaid(goOn({"--epochs", "1"}), {"epoch 4, step 31"});
  EXPECT_EQ(SafetensorsFile(weights).metadata().at("also_learned"),
            SafetensorsFile(old).hash());
}

TEST_F(ContinueTest, ItsRecordProvesIt) {
  trainOld();
  expectDone(goOn({"--epochs", "2"}));
  std::string checkpoint;
  for (const auto &entry : std::filesystem::directory_iterator(before))
    checkpoint = std::max(checkpoint, entry.path().string());
  const Result proof = run({"verify", weights, "--data", fresh, "--continue",
                            checkpoint, "--retrain"});
  EXPECT_EQ(proof.status, 0) << proof.error << proof.out;
  expectSaid(run({"verify", weights, "--data", fresh, "--continue", old}),
             {"earlier run"}, 1);
}

TEST_F(ContinueTest, NewDataMustBeLikeTheOld) {
  trainOld();
  TestData other = sparseData(56);
  other.metadata["class_names"] = "[\"ham\", \"spam\"]";
  other.write(fresh);
  expectSaid(goOn(), {"fresh: its classes are", "numbers"}, 1);
  other = sparseData(56);
  other.metadata["vectorizer"] = "{}";
  other.write(fresh);
  expectSaid(goOn(), {"fresh: its features were not made as"}, 1);
  TestData named = sparseData(80);
  named.metadata["class_names"] = "[\"ham\", \"spam\"]";
  named.write(old);
  trainOld();
  named.metadata["class_names"] = "[\"ham\", \"virus\"]";
  named.write(fresh);
  expectSaid(goOn(), {"has the class \"virus\", which", "never seen"}, 1);
}

TEST_F(ContinueTest, WhatIsNoCheckpointIsRefused) {
  trainOld({"-o", weights});
  expectSaid(goOn({"--resume"}), {"--resume"}, 2);
  expectSaid(goOn({"--init", weights}), {"--init"}, 2);
  expectSaid(goOn({"--checkpoints", before}),
             {"has a checkpoint already", "--resume", "--continue"}, 1);
  const std::string start = before;
  before = weights;
  expectSaid(run({"train", "--continue", before, "--data", fresh}),
             {"got weights", "--init"}, 1);
  before = folder / "nothing";
  expectSaid(goOn(), {"nothing"}, 1);
  // With other data, --resume says how to go on.
  before = start;
  expectSaid(run({"train", "--data", fresh, "--epochs", "1", "--no-shuffle",
                  "--checkpoints", before, "--resume"}),
             {"another data set", "--continue"}, 1);
}

} // namespace
} // namespace mlc::test
