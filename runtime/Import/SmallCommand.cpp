//===- SmallCommand.cpp - A command of mlc that compiles nothing ----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/SmallCommand.h"

#include "Error.h"
#include "Import/HelpText.h"
#include "Import/UnknownArguments.h"
#include "System/Console.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fmt/core.h>

bool mlc::runtime::parseOrHelp(CLI::App &app, int argc, char **argv) {
  try {
    app.parse(argc, argv);
    return true;
  } catch (const CLI::CallForHelp &) {
    printResult(helpOf(app));
    finishOutput();
    return false;
  } catch (const CLI::ParseError &error) {
    throw UsageError(describeParseError(app, error));
  }
}

int mlc::runtime::runReported(const char *name,
                              void (*run)(int argc, char **argv), int argc,
                              char **argv) {
  constexpr int done = 0, inputFault = 1, wrongUsage = 2;
  try {
    run(argc, argv);
    return done;
  } catch (const UsageError &error) {
    fmt::print(stderr, "error: {}\n`{} --help` lists the options\n",
               error.what(), name);
    return wrongUsage;
  } catch (const InputError &error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return inputFault;
  }
}
