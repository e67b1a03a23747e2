//===- TuneCommand.cpp - The command mlc tune -----------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TuneCommand.h"

#include "Amounts.h"
#include "Error.h"
#include "Tuning.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

using namespace mlc;
using namespace mlc::runtime;

static constexpr const char *description =
    "Searches settings for a time: learning rate and its schedule (kind, "
    "warm-up, final\nrate), weight decay, dropout, batch and hidden units, "
    "each "
    "judged by rows that are\nset aside. What is given stays as it is, as does "
    "a "
    "schedule that --model has. INPUT\nand all options that are not below are "
    "those of `mlc data`.";
static constexpr const char *footer =
    "Examples:\n"
    "  mlc tune reviews.csv --budget 5m -o tuned\n"
    "  mlc tune visits.csv --label-column cured --metric f1 --folds 5 --budget "
    "1h -o tuned\n"
    "  mlc tune --data train.st --model model.mlir --budget 10m -o tuned\n"
    "\n"
    "Trial 1 is the model as it is; then nine random settings at a time are "
    "tried for\na ninth of the epochs, the best three go on for a third, the "
    "best one for all.\nEach is trained as `mlc train` does; with the best "
    "settings it then learns from\nall rows, beyond the budget. The folder has "
    "trials.jsonl, a line a trial, and what\n`mlc train` makes; the last line "
    "is the command that made it.\nThe same seed tries the same settings; what "
    "was stopped or killed goes on with\n--resume.\n"
    "\n"
    "Exit status: 0 done, 1 an input is at fault, 2 wrong usage.";

static void check(const CLI::App &app, TuneOptions &options) {
  if (options.seconds == 0 && app.count("--trials") == 0)
    throw UsageError("expected --budget TIME or --trials N, which end the "
                     "search");
  if (!(options.validation > 0 && options.validation < 1))
    throw UsageError("--validation: expected a share between 0 and 1");
  if (app.count("--folds") > 0 && (options.folds < 2 || options.folds > 1000))
    throw UsageError("--folds: expected a number from 2 to 1000");
  if (options.mostTrials < 1)
    throw UsageError("--trials: expected a number from 1");
  const Words rest = app.remaining();
  if (options.dataset.empty()) {
    options.data = readDataWords(rest, "mlc tune").words;
    return;
  }
  if (!rest.empty())
    throw UsageError(fmt::format("{}: --data takes the place of inputs and of "
                                 "what mlc data is told; leave it out",
                                 rest.front()));
  if (options.folds > 0)
    throw UsageError("--folds: what a data set's features were learned from "
                     "has all of its rows, so folds of it would leak; give the "
                     "inputs in the place of --data");
}

int mlc::tuneMain(int argc, char **argv) {
  TuneOptions options;
  std::string budget, size;
  CLI::App app(description, argv[0]);
  app.allow_extras();
  app.footer(footer);
  const auto add = [&](const char *name, auto &value, const char *what,
                       const char *type) {
    return app.add_option(name, value, what)->type_name(type);
  };
  add("-o,--output", options.folder, "The folder to write everything to", "DIR")
      ->required();
  add("--budget", budget, "How long to search: 90s, 5m, 2h", "TIME");
  add("--trials", options.mostTrials, "Stop after so many", "N");
  add("--metric", options.learning.selectBy,
      "What is best: loss (default), f1, f1:NAME, roc_auc, ..., as "
      "train --measure names them",
      "NAME");
  CLI::Option *validation =
      add("--validation", options.validation,
          "Share to set aside to judge by (default: 0.2)", "SHARE");
  add("--folds", options.folds,
      "Judge by the mean over so many folds, for each of which everything is "
      "learned anew",
      "K")
      ->excludes(validation);
  add("--max-size", size, "The most bytes that weights may have: 500k, 2M",
      "BYTES");
  add("--space", options.spaceFile,
      "What to search, as JSON: {\"learning_rate\": [1e-4, 1e-2], \"batch\": "
      "64, \"dropout\": null, \"schedule\": [\"constant\", \"linear\", "
      "\"cosine\", \"wsd\"], \"warmup\": [0, 0.2], \"final\": [0, 0.1]}",
      "FILE");
  add("--data", options.dataset, "A data set, in the place of INPUT", "FILE");
  options.learning.declare(app);
  app.get_option("--model")->excludes(app.get_option("--learning-rate"));
  app.add_flag_callback(
      "--no-refit", [&options] { options.mayRefit = false; },
      "Keep the weights that were chosen; do not learn from all rows");
  app.add_flag("--resume", options.isResumed,
               "Go on with the search that the folder has, if there is one; "
               "the budget counts what it took");
  app.add_flag("--json", options.json, "Print a JSON object");
  return runSteps(app, argc, argv, [&] {
    if (!budget.empty())
      options.seconds = secondsIn("--budget", budget);
    if (!size.empty())
      options.mostBytes = bytesIn("--max-size", size);
    check(app, options);
    tune(options);
  });
}
