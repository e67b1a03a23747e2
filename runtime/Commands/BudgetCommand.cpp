//===- BudgetCommand.cpp - PROGRAM budget ---------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/AuditCommands.h"
#include "Commands/SharedOptions.h"
#include "Data/Safetensors.h"
#include "Error.h"
#include "Private/Ledger.h"
#include "System/Console.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>

namespace mlc::runtime {

void addBudgetOptions(CLI::App &command, BudgetCommand &budget) {
  addFile(command, "--data", budget.data,
          "a data set: tells of all private runs on it, by its ledger");
  addFile(command, "--weights", budget.weights,
          "weights of train --epsilon: tells of their run; with --data, that "
          "the ledger has it, too");
  command
      .add_option("--delta", budget.delta,
                  "the delta of epsilon; where not given, the smallest of the "
                  "runs")
      ->type_name("NUMBER");
  command.add_flag("--json", budget.json, "print a JSON object");
}

namespace {

/// Below it the accountant's transform has no digits left.
constexpr double leastDelta = 1e-11;

/// Runs, and what they cost at one delta.
struct Budget {
  std::string from; ///< A ledger or weights.
  std::vector<LedgerEntry> runs;
  std::vector<double> epsilons; ///< Of each run alone.
  double delta = 0, byLoss = 0, byRenyi = 0;
};

/// The run that made weights. Throws InputError where it was no private one.
LedgerEntry runOf(const std::string &weights) {
  const SafetensorsFile file(weights);
  const auto found = file.metadata().find(ledgerMetadata);
  if (found == file.metadata().end())
    throw InputError(fmt::format(
        "{}: was not trained privately, so no epsilon bounds what it tells of "
        "a row; give weights that train --epsilon wrote",
        weights));
  return LedgerEntry::parse(weights, found->second);
}

std::vector<LedgerEntry> runsOn(const std::string &data,
                                const std::string &ledger) {
  if (!std::filesystem::exists(data) && !std::filesystem::exists(ledger))
    throw InputError(fmt::format("{}: there is no such file; give the data set "
                                 "that private runs learned",
                                 data));
  return readLedger(ledger);
}

void expectRun(const std::string &ledger, const std::vector<LedgerEntry> &runs,
               const LedgerEntry &run, const std::string &weights) {
  const auto found = std::ranges::find(runs, run.run, &LedgerEntry::run);
  if (found == runs.end() || found->line() != run.line())
    throw InputError(fmt::format(
        "{}: does not have the run {} that made {}: it is the ledger of other "
        "data, or runs were taken away from it, and what was spent is not "
        "known",
        ledger, run.run, weights));
}

Budget budgetOf(const BudgetCommand &command) {
  Budget budget;
  if (!command.data.empty()) {
    budget.from = ledgerPath(command.data);
    budget.runs = runsOn(command.data, budget.from);
    if (!command.weights.empty())
      expectRun(budget.from, budget.runs, runOf(command.weights),
                command.weights);
  } else {
    budget.from = command.weights;
    budget.runs = {runOf(command.weights)};
  }
  budget.delta = command.delta.value_or(1);
  if (!command.delta)
    for (const LedgerEntry &run : budget.runs)
      budget.delta = std::min(budget.delta, run.delta);
  std::vector<PrivateSteps> all;
  for (const LedgerEntry &run : budget.runs) {
    const PrivateSteps &steps = all.emplace_back(run.counted());
    budget.epsilons.push_back(epsilonByLoss({&steps, 1}, budget.delta));
  }
  budget.byLoss = epsilonByLoss(all, budget.delta);
  budget.byRenyi = epsilonByRenyi(all, budget.delta);
  return budget;
}

/// What JSON has no word for is null.
boost::json::value finite(double value) {
  return std::isfinite(value) ? boost::json::value(value) : nullptr;
}

std::string budgetJson(const Budget &budget) {
  boost::json::array runs;
  for (std::size_t i = 0; i < budget.runs.size(); ++i) {
    const LedgerEntry &run = budget.runs[i];
    boost::json::object object{{"run", run.run},
                               {"started", run.started},
                               {"steps", run.steps.steps},
                               {"rate", run.steps.rate},
                               {"noise", run.steps.noise},
                               {"delta", run.delta},
                               {"unit", run.unit},
                               {"adjacency", run.adjacency},
                               {"epsilon", finite(budget.epsilons[i])}};
    if (run.executed)
      object["executed"] = *run.executed;
    runs.push_back(std::move(object));
  }
  boost::json::object object{{"runs", std::move(runs)}};
  if (!budget.runs.empty())
    object["delta"] = budget.delta;
  object["epsilon"] = finite(budget.byLoss);
  object["epsilon_renyi"] = finite(budget.byRenyi);
  return boost::json::serialize(object) + "\n";
}

std::string budgetText(const Budget &budget) {
  if (budget.runs.empty())
    return fmt::format("{}: no private run has begun; epsilon 0\n",
                       budget.from);
  std::string text = fmt::format(
      "{}: {} private run{}\n{:<32}  {:<20}  {:>12}  {:>9}  {:>9}  {:>9}  "
      "neighbours\n",
      budget.from, budget.runs.size(), budget.runs.size() == 1 ? "" : "s",
      "run", "began", "steps", "rate", "noise", "epsilon");
  for (std::size_t i = 0; i < budget.runs.size(); ++i) {
    const LedgerEntry &run = budget.runs[i];
    const std::string steps =
        run.executed ? fmt::format("{} of {}", *run.executed, run.steps.steps)
                     : std::to_string(run.steps.steps);
    text += fmt::format(
        "{}  {:<20}  {:>12}  {:>9.6g}  {:>9.6g}  {:>9.4f}  {} {}\n", run.run,
        run.started, steps, run.steps.rate, run.steps.noise, budget.epsilons[i],
        run.unit, run.adjacency);
  }
  return text + fmt::format("together, at delta {}: epsilon {:.4f} by the "
                            "privacy loss, {:.4f} by Renyi divergence\n",
                            budget.delta, budget.byLoss, budget.byRenyi);
}

} // namespace

int runCommand(const MlcProgram &, const BudgetCommand &command) {
  if (command.data.empty() && command.weights.empty())
    throw UsageError("give --data with a data set, or --weights with weights "
                     "of train --epsilon");
  if (command.delta && !(*command.delta >= leastDelta && *command.delta < 1))
    throw UsageError(fmt::format("--delta must be from {} to 1, but is {}",
                                 leastDelta, *command.delta));
  const Budget budget = budgetOf(command);
  printResult(command.json ? budgetJson(budget) : budgetText(budget));
  finishOutput();
  return 0;
}

} // namespace mlc::runtime
