//===- CvCommand.cpp - The command mlc cv ---------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CvCommand.h"

#include "CrossValidation.h"

#include <CLI/CLI.hpp>
#include <string>

using namespace mlc;

static constexpr const char *description =
    "Cross-validation: parts the examples into folds, and for each of them "
    "learns\neverything (words, their weights, scales, medians, categories, "
    "and the model)\nfrom the others alone, as `mlc train` learns from all, to "
    "be judged by it. Prints\nmeans and standard deviations (n - 1). INPUT and "
    "all options that are not below\nare those of `mlc data`.";
static constexpr const char *footer =
    "Examples:\n"
    "  mlc cv reviews.csv\n"
    "  mlc cv visits.csv --label-column cured --group-column patient\n"
    "  mlc cv reviews.csv --max-features 1000 --model model.mlir --repeats 3\n"
    "\n"
    "The folds are of each label alike (but for groups), chosen by the seed; "
    "repeat r\nuses the seed plus r - 1. Nothing is chosen by the fold that "
    "judges:\nthe number of epochs is, as in mlc train, by some of the other "
    "rows.\n"
    "\n"
    "Exit status: 0 done, 1 an input is at fault, 2 wrong usage.";

int mlc::cvMain(int argc, char **argv) {
  CvOptions options;
  CLI::App app(description, argv[0]);
  app.allow_extras();
  app.footer(footer);
  FoldOptions &fold = options.fold;
  const auto addFile = [&](const char *name, std::string &path,
                           const char *what, const char *type = "FILE") {
    return app.add_option(name, path, what)->type_name(type);
  };
  app.add_option("--folds", fold.folds, "Into how many parts (default: 5)")
      ->type_name("K");
  app.add_option("--repeats", options.repeats,
                 "How often, with other folds (default: 1)")
      ->type_name("N");
  addFile("--group-column", fold.groupColumn,
          "Rows with the same value in this column stay together; it is no "
          "feature",
          "NAME");
  app.add_option("--validation", fold.validation,
                 "Share of what is learned from, by which the number of epochs "
                 "is chosen as in mlc train; 0 for none (default: 0.2)")
      ->type_name("SHARE");
  fold.learning.declare(app);
  fold.learning.declareSelection(app);
  addFile("--predictions", options.predictions,
          "Write each row's outputs here, by the model that did not learn it, "
          "as JSON lines in the order of the input");
  addFile("--teacher", options.teacher,
          "Write a data set of all rows here, with the outputs of the model "
          "that did not learn a row as its `teacher`, for models whose loss "
          "distils (graph.distill_bce); a mean over repeats");
  addFile("--report", options.report,
          "Write a page of figures and curves here, as HTML");
  app.add_flag("--json", options.json, "Print a JSON object");
  addFile("-o,--output", options.folder,
          "Keep each fold's data sets, model and weights in this folder",
          "DIR");
  return runSteps(app, argc, argv, [&] {
    fold.data = readDataWords(app.remaining(), "mlc cv").words;
    fold.mayBeFew = app.count("--validation") > 0;
    crossValidate(options);
  });
}
