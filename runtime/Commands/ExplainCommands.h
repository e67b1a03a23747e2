//===- ExplainCommands.h - PROGRAM explain, importance, dump ----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_COMMANDS_EXPLAINCOMMANDS_H
#define MLC_RUNTIME_COMMANDS_EXPLAINCOMMANDS_H

#include "CPU/Workers.h"
#include "Explain/Explainer.h"
#include "Import/Documents.h"
#include "mlc/RuntimeABI.h"

#include <cstdint>
#include <optional>
#include <string>

namespace CLI {
class App;
}

namespace mlc::runtime {

/// Paths are empty where not given.
struct ExplainCommand {
  std::string data, weights;
  std::optional<std::string> text; ///< Lines of text in the place of `data`.
  std::string methodName = "path";
  std::string className;
  std::string against; ///< Weights of another training.
  std::string html;    ///< Where a page goes.
  std::int64_t top = 10;
  bool isGlobal = false;
  bool seeksFlip = true;
  bool json = false;
  DocumentOptions documents;
  std::int64_t threads = usableCores();
};

/// How much each column is worth.
struct ImportanceCommand {
  std::string data, weights;
  std::string measure; ///< Name of a figure; empty: accuracy or rmse.
  std::int64_t repeats = 5, top = 20;
  std::uint64_t seed = 0;
  bool json = false;
  DocumentOptions documents;
  std::int64_t threads = usableCores();
};

/// What a program has learned of each feature, as text.
struct DumpCommand {
  std::string weights;
  std::string className;
  std::int64_t top = 50;
  bool json = false;
};

/// Each returns the exit status, or throws InputError or UsageError.
int runCommand(const MlcProgram &program, const ExplainCommand &command);
int runCommand(const MlcProgram &program, const ImportanceCommand &command);
int runCommand(const MlcProgram &program, const DumpCommand &command);

/// Adds the options of each but --weights; the command must outlive the parser.
void addExplainOptions(CLI::App &app, ExplainCommand &command);
void addImportanceOptions(CLI::App &app, ImportanceCommand &command);
void addDumpOptions(CLI::App &app, DumpCommand &command);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_COMMANDS_EXPLAINCOMMANDS_H
