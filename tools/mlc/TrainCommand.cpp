//===- TrainCommand.cpp - The command mlc train ---------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TrainCommand.h"

#include "Error.h"
#include "Steps.h"
#include "System/Console.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fmt/core.h>
#include <string>
#include <vector>

using namespace mlc;
using namespace mlc::runtime;
namespace fs = std::filesystem;

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
    "options\nof `mlc data` ask for other features. The folder has "
    "train.safetensors,\nmodel.mlir, program, weights.safetensors, "
    "metrics.jsonl, report.html and the\nrows that it was judged by, "
    "validation.safetensors or test.safetensors.\n"
    "\n"
    "Exit status: 0 done, 1 an input is at fault, 2 wrong usage.";

namespace {
/// What was asked for. Of what is empty there are defaults.
struct TrainOptions {
  std::string folder, test;
  double validation = 0.2;
  bool isSingleFile = false;
  LearningOptions learning;
  Words data; ///< What `mlc data` is told.
};

class Training {
public:
  explicit Training(const TrainOptions &options) : options_(options) {}
  void run();

private:
  void makeData();
  void makeModel();
  void learn();
  void judge();
  void packUp();
  void tellHowToAsk() const;

  std::string in(const char *name) const {
    return fs::path(options_.folder) / name;
  }
  const TrainOptions &options_;
  InputKind kind_ = InputKind::Texts;
  /// What the program is judged by; empty: nothing was set aside.
  std::string judges_;
};
} // namespace

/// What was told of `mlc data` is checked before anything is done.
void Training::makeData() {
  const DataWords data = readDataWords(options_.data, "mlc train");
  kind_ = data.kind;
  Words command = {"mlc", "data"};
  command.insert(command.end(), data.words.begin(), data.words.end());
  addGiven(command, "--threads", options_.learning.threads);
  if (options_.test.empty() && options_.validation > 0) {
    judges_ = in("validation.safetensors");
    command.insert(command.end(),
                   {"--split", fmt::format("{}", options_.validation),
                    "--split-output", judges_});
    addGiven(command, "--seed", options_.learning.seed);
  }
  command.insert(command.end(), {"-o", in("train.safetensors")});
  execute(command);
  if (options_.test.empty())
    return;
  judges_ = in("test.safetensors");
  Words test = {"mlc", "data", options_.test, "--like",
                in("train.safetensors")};
  addGiven(test, "--threads", options_.learning.threads);
  test.insert(test.end(), {"-o", judges_});
  execute(test);
}

void Training::makeModel() {
  Words command = {"mlc", "new", "--data", in("train.safetensors")};
  options_.learning.addModel(command);
  command.insert(command.end(), {"-o", in("model.mlir")});
  execute(command);
  execute({"mlc", "compile", in("model.mlir"), "-o", in("program")});
}

void Training::learn() {
  Words command = {in("program"), "train", "--data", in("train.safetensors")};
  // A test set is to be met once, at the end; what was set aside may choose.
  const bool mayChoose = !judges_.empty() && options_.test.empty();
  if (mayChoose)
    command.insert(command.end(),
                   {"--test", judges_, "--best", in("weights.safetensors"),
                    "--patience", "10"});
  else
    command.insert(command.end(), {"-o", in("weights.safetensors")});
  options_.learning.addTraining(command);
  command.insert(command.end(), {"--metrics", in("metrics.jsonl")});
  if (mayChoose)
    command.insert(command.end(), {"--report", in("report.html")});
  execute(command);
}

void Training::judge() {
  if (judges_.empty())
    return;
  Words command = {in("program"), "eval",      "--data",
                   judges_,       "--weights", in("weights.safetensors")};
  if (!options_.test.empty())
    command.insert(command.end(), {"--report", in("report.html")});
  addGiven(command, "--threads", options_.learning.threads);
  execute(command);
}

/// The program again, with what it learned inside.
void Training::packUp() {
  if (options_.isSingleFile)
    execute({"mlc", "compile", in("model.mlir"), "--weights",
             in("weights.safetensors"), "--static", "-o", in("program")});
}

void Training::tellHowToAsk() const {
  std::string ask = quoted(in("program")) + " predict";
  if (!options_.isSingleFile)
    ask += " --weights " + quoted(in("weights.safetensors"));
  printNote(kind_ == InputKind::Texts
                ? fmt::format("to ask it: echo 'a sentence' | {} --text", ask)
                : fmt::format("to ask it: {} --json --data FILE", ask));
}

void Training::run() {
  std::error_code error;
  const bool isNew = fs::create_directories(options_.folder, error);
  if (error || !fs::is_directory(options_.folder, error))
    throw InputError(fmt::format("{}: cannot be made as a folder{}; give "
                                 "another name by -o",
                                 options_.folder,
                                 error ? ": " + error.message() : ""));
  try {
    makeData();
  } catch (...) {
    if (isNew) // Nothing of a run that did not start.
      fs::remove(options_.folder, error);
    throw;
  }
  makeModel();
  learn();
  judge();
  packUp();
  tellHowToAsk();
}

static void declare(CLI::App &app, TrainOptions &options) {
  app.allow_extras();
  app.footer(footer);
  app.add_option("-o,--output", options.folder,
                 "The folder to write everything to")
      ->required()
      ->type_name("DIR");
  CLI::Option *test = app.add_option("--test", options.test,
                                     "Examples to judge it by, once, at the "
                                     "end; then nothing is set aside")
                          ->type_name("INPUT");
  app.add_option("--validation", options.validation,
                 "Share to set aside, by which the best epoch is chosen; 0 "
                 "for none (default: 0.2)")
      ->excludes(test)
      ->type_name("SHARE");
  app.add_flag("--single-file", options.isSingleFile,
               "Put the weights into the program, which then needs no other "
               "file and no shared library");
  options.learning.declare(app);
}

int mlc::trainMain(int argc, char **argv) {
  TrainOptions options;
  CLI::App app(description, argv[0]);
  declare(app, options);
  return runSteps(app, argc, argv, [&] {
    if (!(options.validation >= 0 && options.validation < 1))
      throw UsageError("--validation: expected a share from 0, below 1");
    options.data = app.remaining();
    Training(options).run();
  });
}
