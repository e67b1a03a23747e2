//===- NewCommand.cpp - The command mlc new -------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/NewCommand.h"

#include "Error.h"
#include "Import/ModelText.h"
#include "Import/OneOf.h"
#include "Import/SmallCommand.h"
#include "System/AtomicFile.h"
#include "System/Console.h"
#include "System/MappedFile.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fmt/core.h>
#include <span>

using namespace mlc::runtime;

static constexpr const char *description =
    "Writes a model file for a data set: a feed-forward network of its width "
    "and\noutputs, with the loss that goes with its labels. It is yours to "
    "change.";
static constexpr const char *footer =
    "Example:\n"
    "  mlc data reviews.csv -o train.st\n"
    "  mlc new --data train.st -o model.mlir\n"
    "  mlc compile model.mlir -o reviews\n"
    "  ./reviews train --data train.st -o weights.st\n"
    "\n"
    "Exit status: 0 done, 1 an input is at fault, 2 wrong usage.";

/// A program's name: the file's, as far as it is one.
static std::string nameOf(const std::string &path) {
  std::string name = std::filesystem::path(path).stem();
  for (char &byte : name)
    if (!std::isalnum(static_cast<unsigned char>(byte)))
      byte = '_';
  if (name.empty() || std::isdigit(static_cast<unsigned char>(name[0])))
    name.insert(0, "m");
  return name;
}

static std::string readModel(const std::string &path) {
  const MappedFile file(path);
  return std::string(file.text());
}

static void write(const std::string &path, const std::string &text) {
  AtomicFile file(path);
  file.write(std::as_bytes(std::span(text.data(), text.size())));
  file.prepare();
  file.commit();
}

static void run(int argc, char **argv) {
  std::string data, output, name, like;
  ModelOptions options;
  CLI::App app(description, argv[0]);
  app.footer(footer);
  app.add_option("--data", data, "The data set that it is for")
      ->required()
      ->type_name("FILE");
  app.add_option("-o,--output", output,
                 "The model file to write; not given: the standard output")
      ->type_name("FILE");
  CLI::Option *hidden =
      app.add_option("--hidden", options.hidden,
                     "Units of each hidden layer (default: by the data)")
          ->delimiter(',')
          ->allow_extra_args(false)
          ->check(CLI::Range(1, 1 << 20).description(""))
          ->type_name("N,N");
  app.add_flag("--linear", options.isLinear, "No hidden layer")
      ->excludes(hidden);
  app.add_option("--activation", options.activation,
                 "relu, gelu, silu, mish, selu, tanh or sigmoid (default: "
                 "gelu for dense rows, mish where they have a quantity as "
                 "label, else relu)")
      ->transform(oneOf(activationNames))
      ->type_name("KIND");
  app.add_option("--dropout", options.dropout,
                 "Share of each hidden layer's units that is dropped in "
                 "training (default: 0.1 for dense rows whose label is "
                 "a class, else 0)")
      ->type_name("P");
  app.add_flag("--batch-norm", options.hasBatchNorm,
               "Normalise each hidden layer by batches (graph.batch_norm)")
      ->excludes("--linear");
  app.add_flag("--weighted", options.isWeighted,
               "A loss that takes how much each row counts, as --class-weight "
               "needs it (default where the data has weights)");
  app.add_flag("--open-sizes", options.hasOpenSizes,
               "Write ?features and ?outputs, which `mlc compile --data FILE` "
               "fills in, so that the model is of later data too");
  app.add_option("--like", like,
                 "Another model: the same with the sizes of this data in the "
                 "place of its ?features and ?outputs")
      ->type_name("MODEL");
  app.add_option("--name", name, "The program's name (default: the file's)")
      ->type_name("NAME");
  if (!parseOrHelp(app, argc, argv))
    return;
  if (options.dropout && !(*options.dropout >= 0 && *options.dropout < 1))
    throw UsageError("--dropout: expected a share from 0, below 1");
  for (const char *other : {"--hidden", "--linear", "--activation", "--dropout",
                            "--batch-norm", "--weighted", "--open-sizes"})
    if (!like.empty() && app.count(other) > 0)
      throw UsageError(
          fmt::format("{}: --like MODEL says so already; leave it out", other));
  if (name.empty())
    name = output.empty() ? "model" : nameOf(output);
  else if (name != nameOf(name))
    throw UsageError(fmt::format("--name: expected letters, digits and '_', "
                                 "but got {:?}",
                                 name));
  const Dataset rows(data);
  const std::string text = like.empty() ? modelFor(rows, name, options)
                                        : withSizesOf(rows, readModel(like));
  if (output.empty()) {
    printResult(text);
    finishOutput();
  } else {
    write(output, text);
  }
}

int mlc::runtime::newMain(int argc, char **argv) {
  return runReported("mlc new", run, argc, argv);
}
