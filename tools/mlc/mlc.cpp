//===- mlc.cpp - The mlc command ------------------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/DataCommand.h"
#include "lib/Reference/ReferenceCommand.h"
#include "mlc/Emit.h"
#include "mlc/Version.h"

#include <CLI/CLI.hpp>

#include <iostream>
#include <string_view>

/// Exit status of a wrong command line.
static constexpr int kUsage = 2;

static int compileCommand(int argc, char **argv) {
  mlc::CompileOptions options;
  CLI::App app("compiles a model file into a training program");
  app.name("mlc compile");
  app.add_option("MODEL", options.input, "the model file")->required();
  app.add_option("-o,--output", options.output, "the program to write");
  app.add_option("--emit", options.emit,
                 "stop after a stage and print it (graph, autodiff, linalg, "
                 "tile, bufferize, spmd, lowering), or write obj or exe");
  app.add_option("--cpu", options.cpu,
                 "the CPU to compile for: native, x86-64-v3, x86-64-v4, ...");
  app.add_option("--batch", options.batch, "rows of a training step");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &error) {
    return app.exit(error) == 0 ? 0 : kUsage;
  }
  return mlc::compileModel(options);
}

static int runCommand(int argc, char **argv) {
  mlc::ReferenceCommand options;
  bool reference = false, noShuffle = false;
  CLI::App app("trains a model in f64 by interpreting it: slow, and right");
  app.name("mlc run");
  app.add_option("MODEL", options.model, "the model file")->required();
  app.add_flag("--reference", reference, "the f64 interpreter")->required();
  app.add_option("--data", options.run.data, "data set file")->required();
  app.add_option("--init", options.run.init, "first weights")->required();
  app.add_option("--steps", options.run.steps, "stop after so many steps");
  app.add_option("--epochs", options.run.epochs, "times the data is seen");
  app.add_option("--learning-rate", options.run.learningRate);
  app.add_option("--seed", options.run.seed, "key of order and dropout");
  app.add_flag("--no-shuffle", noShuffle, "take rows in the file's order");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &error) {
    return app.exit(error) == 0 ? 0 : kUsage;
  }
  options.run.shuffle = !noShuffle;
  return mlc::runModelReference(options);
}

int main(int argc, char **argv) {
  const std::string_view command = argc > 1 ? argv[1] : "--help";
  if (command == "compile")
    return compileCommand(argc - 1, argv + 1);
  if (command == "run")
    return runCommand(argc - 1, argv + 1);
  if (command == "data") {
    static char name[] = "mlc data";
    argv[1] = name;
    return mlc::runtime::dataMain(argc - 1, argv + 1);
  }
  if (command == "--version") {
    std::cout << "mlc " MLC_VERSION "\n";
    return 0;
  }
  const bool isHelp = command == "--help" || command == "-h";
  (isHelp ? std::cout : std::cerr)
      << "usage: mlc compile MODEL [-o PROGRAM]   make a training program\n"
         "       mlc data INPUT... -o FILE        make a data set\n"
         "       mlc run MODEL --reference ...    train slowly, in f64\n"
         "       mlc COMMAND --help               all options\n";
  return isHelp ? 0 : kUsage;
}
