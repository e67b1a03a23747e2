//===- ReferenceCommand.cpp - The command mlc run --reference
//----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Reference/ReferenceCommand.h"
#include "lib/Emit/ModelFile.h"
#include "lib/Emit/Output.h"
#include "lib/Reference/ReferenceRun.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <CLI/CLI.hpp>

using namespace mlc;

/// Exit status of a wrong command line.
static constexpr int kUsage = 2;

/// Trains in f64 and prints each step; returns the exit status.
static int train(const std::string &path,
                 const reference::ReferenceOptions &options) {
  ModelFile model;
  if (failed(model.read(path)))
    return 1;
  auto result = reference::runReference(
      model.module(), options, [](int64_t step, double loss) {
        llvm::outs() << "{\"step\":" << step
                     << ",\"loss\":" << llvm::format("%.17g", loss) << "}\n";
      });
  if (!result) {
    llvm::errs() << "error: " << llvm::toString(result.takeError()) << "\n";
    return 1;
  }
  if (llvm::Error error = flushStandardOutput()) {
    llvm::errs() << "error: " << llvm::toString(std::move(error)) << "\n";
    return 1;
  }
  return 0;
}

int mlc::runMain(int argc, char **argv) {
  std::string model;
  reference::ReferenceOptions options;
  bool reference = false, noShuffle = false;
  CLI::App app("trains a model in f64 by interpreting it: slow, and right");
  app.name("mlc run");
  app.add_option("MODEL", model, "the model file")->required();
  app.add_flag("--reference", reference, "the f64 interpreter")->required();
  app.add_option("--data", options.data, "data set file")->required();
  app.add_option("--init", options.init, "first weights")->required();
  app.add_option("--steps", options.steps, "stop after so many steps");
  app.add_option("--epochs", options.epochs, "times the data is seen");
  app.add_option("--learning-rate", options.learningRate);
  app.add_option("--seed", options.seed, "key of order and dropout");
  app.add_flag("--no-shuffle", noShuffle, "take rows in the file's order");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &error) {
    return app.exit(error) == 0 ? 0 : kUsage;
  }
  options.shuffle = !noShuffle;
  return train(model, options);
}
