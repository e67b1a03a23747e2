//===- Steps.h - What commands of several steps share -----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TOOLS_MLC_STEPS_H
#define MLC_TOOLS_MLC_STEPS_H

#include "Import/DataOptions.h"
#include "Import/ModelText.h"

#include <boost/json/object.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace mlc {

using Words = std::vector<std::string>;

/// A command of several failed; its message is out.
struct Failed {
  int status;
};

/// A word as a shell takes it for one.
std::string quoted(const std::string &word);

/// Shows a command: a line `$ WORD WORD ...` on stderr.
void show(const Words &command);

/// Shows a command, unless it is not to be, and runs it to its end; `mlc`
/// stands for this executable. What it prints goes into the file `output`,
/// unless that is empty. Throws Failed, also where an InterruptGuard noted a
/// signal, which the command is sent, too.
void execute(const Words &command, const std::string &output = "",
             bool isShown = true);

/// Appends `name value` where there is a value.
void addGiven(Words &command, const char *name, const std::string &value);

/// What `mlc data` is told, and what it makes of it.
struct DataWords {
  Words words; ///< With defaults for texts where no features were asked for.
  runtime::InputKind kind = runtime::InputKind::Texts;
  Words inputs; ///< Files and folders.
};

/// Checks what was left for `mlc data`: its inputs and options, but for those
/// that say where data sets go, which `command` (for example "mlc train") sees
/// to itself. Throws UsageError, InputError.
DataWords readDataWords(const Words &words, const std::string &command);

/// The options that these words of `mlc data` stand for. Throws UsageError.
runtime::DataOptions parseDataWords(Words words);

/// A seed as it was given; 0 where it was not. Throws UsageError.
std::uint64_t wholeSeed(const std::string &text);

/// What `PROGRAM info --json` prints, which goes into `file`. Throws Failed.
boost::json::object infoOf(const std::string &program, const std::string &file);

/// A file's bytes. Throws InputError.
std::string readText(const std::string &path);

/// Runs the command `app` was made for: parses, then `run`. Says what is wrong
/// and returns the exit status: 0 done, 1 an input is at fault, 2 wrong usage,
/// or that of the command that failed.
int runSteps(CLI::App &app, int argc, char **argv,
             const std::function<void()> &run);

} // namespace mlc

#endif // MLC_TOOLS_MLC_STEPS_H
