//===- TrainCommand.cpp - The command mlc train ---------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TrainCommand.h"

#include "Training.h"

#include <CLI/CLI.hpp>

using namespace mlc;

static constexpr const char *description =
    "From files to a trained program in one command: makes data sets, writes "
    "a\nmodel, compiles it, trains it and tells how well it does. Shows the "
    "commands\nthat it runs, so that each can be changed and run again. INPUT "
    "and all\noptions that are not below are those of `mlc data`.";
static constexpr const char *footer =
    "Examples:\n"
    "  mlc train reviews.csv -o reviews\n"
    "  mlc train aclImdb/train --test aclImdb/test -o imdb\n"
    "  mlc train diamonds.csv --label-column price -o diamonds\n"
    "\n"
    "Texts become runs of one to three words, weighted by tf-idf, unless "
    "options\nof `mlc data` ask for other features. The number of epochs is "
    "chosen by rows\nthat are set aside, where they are 30 or more or "
    "--select-by names more than\nthe loss; then all rows are learned from for "
    "as long. The folder has\ntrain.safetensors, model.mlir, program, "
    "weights.safetensors, metrics.jsonl and\nreport.html; its folder choosing "
    "has the same of the first pass, and the rows\nthat were set aside, "
    "validation.safetensors.\n"
    "\n"
    "Exit status: 0 done, 1 an input is at fault, 2 wrong usage.";

static void declare(CLI::App &app, TrainOptions &options) {
  app.allow_extras();
  app.footer(footer);
  app.add_option("-o,--output", options.folder,
                 "The folder to write everything to")
      ->required()
      ->type_name("DIR");
  app.add_option("--test", options.test,
                 "Examples to judge it by, once, at the end; then nothing is "
                 "set aside unless --validation says so")
      ->type_name("INPUT");
  app.add_option("--validation", options.validation,
                 "Share to set aside, or examples of their own, by which the "
                 "number of epochs is chosen; 0 for none (default: 0.2)")
      ->type_name("SHARE|INPUT");
  app.add_flag_callback(
      "--no-refit", [&options] { options.mayRefit = false; },
      "Keep the weights that were chosen; do not learn from all rows");
  app.add_flag(
      "--calibrate", options.calibrates,
      "Also choose a temperature by the rows that are set aside, which "
      "makes probabilities true");
  app.add_option_function<std::string>(
         "--threshold",
         [&options](const std::string &rule) {
           options.threshold = rule;
           options.calibrates = true;
         },
         "The same, and from which probability on to say yes: the best for f1, "
         "balanced_accuracy, accuracy or mcc; precision>=0.9, recall>=0.9; "
         "cost:fp=1,fn=5; or a probability")
      ->type_name("RULE");
  app.add_option("--data", options.dataset, "A data set, in the place of INPUT")
      ->type_name("FILE");
  app.add_flag("--single-file", options.isSingleFile,
               "Put the weights into the program, which then needs no other "
               "file and no shared library");
  app.add_flag("-q,--quiet", options.isQuiet,
               "Print warnings, errors and the last figures alone");
  options.learning.declare(app);
  options.learning.declareSelection(app);
}

int mlc::trainMain(int argc, char **argv) {
  TrainOptions options;
  CLI::App app(description, argv[0]);
  declare(app, options);
  return runSteps(app, argc, argv, [&] {
    options.data = app.remaining();
    Training(options).run();
  });
}
