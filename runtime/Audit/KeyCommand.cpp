//===- KeyCommand.cpp - The command mlc key -------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit/KeyCommand.h"

#include "Audit/SigningKey.h"
#include "Import/SmallCommand.h"
#include "System/Console.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <string>

using namespace mlc::runtime;

static constexpr const char *description =
    "Makes keys that sign records of training and of decisions.";
static constexpr const char *footer =
    "Example:\n"
    "  mlc key new ours\n"
    "  ./reviews train --data train.st -o weights.st --sign ours.key\n"
    "  ./reviews verify weights.st --key ours.pub --data train.st\n"
    "  minisign -V -m weights.st.run.json -p ours.pub\n"
    "\n"
    "Keys are of Ed25519, in the files of minisign. Keep NAME.key where nobody "
    "else\ncan read it and not beside what it signs; give NAME.pub to who is "
    "to check it.\n"
    "\n"
    "Exit status: 0 done, 1 an input is at fault, 2 wrong usage.";

static void run(int argc, char **argv) {
  std::string name;
  CLI::App app(description, argv[0]);
  app.footer(footer);
  app.require_subcommand(1);
  CLI::App *make = app.add_subcommand(
      "new", "write NAME.key, which signs, and NAME.pub, which checks");
  make->add_option("NAME", name, "a path without an ending")->required();
  if (!parseOrHelp(app, argc, argv))
    return;
  const SigningKey key = SigningKey::make();
  key.write(name);
  printResult(fmt::format("{0}.key  keep it secret\n{0}.pub  key {1}\n", name,
                          key.publicKey().name()));
  finishOutput();
}

int mlc::runtime::keyMain(int argc, char **argv) {
  return runReported("mlc key", run, argc, argv);
}
