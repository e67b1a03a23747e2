//===- BudgetCommandTest.cpp - PROGRAM budget -----------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Private/Ledger.h"
#include "Support/CommandLineFixture.h"

#include <boost/json.hpp>

namespace mlc::test {
namespace {

using namespace runtime;

class BudgetTest : public CommandLineTest {
protected:
  BudgetTest() { sparseData(40).write(data); }

  LedgerEntry begin(unsigned number, double noise, std::int64_t steps) {
    LedgerEntry entry;
    entry.run = fmt::format("{:032x}", number);
    entry.started = "2026-12-01T12:00:00Z";
    entry.steps = {.noise = noise, .rate = 0.08192, .steps = steps};
    entry.delta = 1e-5;
    return beginRun(ledgerPath(data), entry);
  }
  /// Weights that say they are of this run.
  std::string weightsOf(const LedgerEntry &entry) {
    const std::string path = folder / "private";
    writeSafetensors(
        path, {.tensors = {}, .metadata = {{ledgerMetadata, entry.line()}}});
    return path;
  }
  Result budget(Arguments more) {
    more.insert(more.begin(), "budget");
    return runInside(program, more);
  }
  boost::json::value json(Arguments more) {
    more.push_back("--json");
    const Result result = budget(more);
    EXPECT_EQ(result.status, 0) << result.error;
    return boost::json::parse(result.out);
  }

  MlcProgram program = sparseProgram();
};

TEST_F(BudgetTest, AddsUpTheRunsOfADataFile) {
  EXPECT_NE(budget({"--data", data}).out.find("epsilon 0\n"),
            std::string::npos);
  begin(1, 2, 244);
  const auto one = json({"--data", data});
  EXPECT_NEAR(one.at("epsilon").as_double(), 2.9905598, 1e-6);
  EXPECT_NEAR(one.at("epsilon_renyi").as_double(), 3.286316214, 1e-6);
  EXPECT_EQ(one.at("delta").as_double(), 1e-5);
  begin(2, 1.5, 400);
  const auto two = json({"--data", data});
  EXPECT_GT(two.at("epsilon").as_double(),
            two.at_pointer("/runs/1/epsilon").as_double());
  EXPECT_LT(two.at("epsilon").as_double(),
            two.at_pointer("/runs/0/epsilon").as_double() +
                two.at_pointer("/runs/1/epsilon").as_double());
  // What was not executed costs nothing.
  endRun(ledgerPath(data), fmt::format("{:032x}", 2), 0);
  EXPECT_NEAR(json({"--data", data}).at("epsilon").as_double(), 2.9905598,
              1e-6);
  const std::string text = budget({"--data", data}).out;
  EXPECT_NE(text.find("2 private runs\n"), std::string::npos) << text;
  EXPECT_NE(text.find("0 of 400"), std::string::npos) << text;
  EXPECT_NE(text.find("together, at delta 1e-05: epsilon 2.9906 by the privacy "
                      "loss, 3.2863 by Renyi divergence\n"),
            std::string::npos)
      << text;
  EXPECT_LT(json({"--data", data, "--delta", "1e-3"}).at("epsilon").as_double(),
            2.5);
}

TEST_F(BudgetTest, WeightsHaveTheirRun) {
  const std::string path = weightsOf(begin(1, 2, 244));
  EXPECT_NEAR(json({"--weights", path}).at("epsilon").as_double(), 2.9905598,
              1e-6);
  EXPECT_EQ(budget({"--weights", path, "--data", data}).status, 0);
  // Without noise nothing is bounded, which JSON has no number for.
  EXPECT_TRUE(
      json({"--weights", weightsOf(begin(2, 0, 1))}).at("epsilon").is_null());
  // A ledger from which the run was taken away.
  std::filesystem::remove(ledgerPath(data));
  const Result result = budget({"--weights", path, "--data", data});
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.error.find("does not have the run"), std::string::npos);
}

TEST_F(BudgetTest, WrongInputsAreNamed) {
  EXPECT_EQ(budget({}).status, 2);
  for (const char *delta : {"0", "1", "1e-12", "-1"})
    EXPECT_EQ(budget({"--data", data, "--delta", delta}).status, 2) << delta;
  EXPECT_EQ(budget({"--data", folder / "none"}).status, 1);
  train(program, sparseData(40), "1");
  const Result result = budget({"--weights", weights});
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.error.find("was not trained privately"), std::string::npos)
      << result.error;
}

} // namespace
} // namespace mlc::test
