//===- mlc.cpp - The mlc command ------------------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/DataCommand.h"
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

int main(int argc, char **argv) {
  const std::string_view command = argc > 1 ? argv[1] : "--help";
  if (command == "compile")
    return compileCommand(argc - 1, argv + 1);
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
         "       mlc COMMAND --help               all options\n";
  return isHelp ? 0 : kUsage;
}
