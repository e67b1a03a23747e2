//===- TrainCommand.cpp - The command mlc train ---------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TrainCommand.h"

#include "Error.h"
#include "Import/DataImport.h"
#include "Import/DataOptions.h"
#include "Import/UnknownArguments.h"
#include "System/Console.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Program.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fmt/core.h>
#include <string>
#include <vector>

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
using Words = std::vector<std::string>;

/// What was asked for. Of what is empty there are defaults.
struct TrainOptions {
  std::string folder, test;
  double validation = 0.2;
  std::string hidden, activation, dropout, epochs, rate, seed, threads;
  bool isLinear = false, isQuiet = false, isSingleFile = false;
  Words data; ///< What `mlc data` is told.
};

/// A command of several failed; its message is out.
struct Failed {
  int status;
};

/// A word as a shell takes it for one.
std::string quoted(const std::string &word) {
  constexpr const char *plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRST"
                                "UVWXYZ0123456789_-+=./:,@%";
  if (!word.empty() && word.find_first_not_of(plain) == word.npos)
    return word;
  std::string text = "'";
  for (char byte : word)
    text += byte == '\'' ? std::string("'\\''") : std::string(1, byte);
  return text + "'";
}

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
  /// Shows the command and runs it; `mlc` stands for this executable.
  void execute(const Words &command) const;
  /// Appends `name value` where there is a value.
  static void addGiven(Words &command, const char *name,
                       const std::string &value) {
    if (!value.empty())
      command.insert(command.end(), {name, value});
  }

  const TrainOptions &options_;
  InputKind kind_ = InputKind::Texts;
  /// What the program is judged by; empty: nothing was set aside.
  std::string judges_;
};
} // namespace

/// Texts alone: what `mlc data` is told where nothing was said of features.
static Words textDefaults(const ImportOptions &import) {
  // Where there are few examples, words that one of them has may still tell.
  constexpr std::uintmax_t small = 1 << 20;
  std::uintmax_t bytes = 0;
  for (const std::string &input : import.inputs) {
    std::error_code error;
    const std::uintmax_t size = fs::file_size(input, error);
    bytes += error ? small : size;
  }
  Words words = {"--ngrams", "1..3"};
  if (bytes >= small)
    words.insert(words.end(), {"--min-df", "2"});
  words.insert(words.end(), {"--max-features", "300000", "--select", "auto",
                             "--value", "tfidf", "--normalize", "l2"});
  return words;
}

void Training::execute(const Words &command) const {
  static int anchor;
  std::string shown;
  for (const std::string &word : command)
    shown += (shown.empty() ? "" : " ") + quoted(word);
  printNote("$ " + shown);
  std::string executable = command[0];
  if (executable == "mlc")
    executable = llvm::sys::fs::getMainExecutable(nullptr, &anchor);
  const std::vector<llvm::StringRef> arguments(command.begin(), command.end());
  std::string error;
  const int status = llvm::sys::ExecuteAndWait(executable, arguments,
                                               std::nullopt, {}, 0, 0, &error);
  if (status < 0) {
    printError(fmt::format("{}: {}", command[0], error));
    throw Failed{1};
  }
  if (status > 0)
    throw Failed{status};
}

/// What was told of `mlc data` is checked before anything is done.
void Training::makeData() {
  for (const char *name : {"--like", "--split", "--split-output", "--stats"})
    if (std::ranges::any_of(options_.data, [&](const std::string &word) {
          return word == name || word.starts_with(name + std::string("="));
        }))
      throw UsageError(fmt::format("{}: is not for mlc train; run mlc data, "
                                   "and then the program, for that",
                                   name));
  DataOptions parsed;
  CLI::App app;
  declareOptions(app, parsed);
  Words words = options_.data;
  words.insert(words.end(), {"-o", in("train.safetensors")});
  std::ranges::reverse(words); // As CLI11 takes them.
  try {
    app.parse(words);
  } catch (const CLI::ParseError &error) {
    throw UsageError(describeParseError(app, error));
  }
  finishOptions(app, parsed);
  if (std::ranges::count(parsed.import.inputs, "-") > 0)
    throw UsageError("INPUT: expected files or folders, which are read twice, "
                     "but got the standard input; save it to a file");
  kind_ = kindOfInput(parsed.import);

  Words command = {"mlc", "data"};
  command.insert(command.end(), options_.data.begin(), options_.data.end());
  const auto isGiven = [&](const char *name) { return app.count(name) > 0; };
  if (kind_ == InputKind::Texts &&
      std::ranges::none_of(
          std::initializer_list<const char *>{
              "--ngrams", "--char-ngrams", "--hash-bits", "--max-features",
              "--select", "--min-df", "--max-df", "--vocabulary",
              "--embeddings", "--value", "--normalize"},
          isGiven)) {
    const Words defaults = textDefaults(parsed.import);
    command.insert(command.end(), defaults.begin(), defaults.end());
  }
  addGiven(command, "--threads", options_.threads);
  if (options_.test.empty() && options_.validation > 0) {
    judges_ = in("validation.safetensors");
    command.insert(command.end(),
                   {"--split", fmt::format("{}", options_.validation),
                    "--split-output", judges_});
    addGiven(command, "--seed", options_.seed);
  }
  command.insert(command.end(), {"-o", in("train.safetensors")});
  execute(command);
  if (options_.test.empty())
    return;
  judges_ = in("test.safetensors");
  Words test = {"mlc", "data", options_.test, "--like",
                in("train.safetensors")};
  addGiven(test, "--threads", options_.threads);
  test.insert(test.end(), {"-o", judges_});
  execute(test);
}

void Training::makeModel() {
  Words command = {"mlc", "new", "--data", in("train.safetensors")};
  addGiven(command, "--hidden", options_.hidden);
  if (options_.isLinear)
    command.push_back("--linear");
  addGiven(command, "--activation", options_.activation);
  addGiven(command, "--dropout", options_.dropout);
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
  addGiven(command, "--epochs", options_.epochs);
  addGiven(command, "--learning-rate", options_.rate);
  addGiven(command, "--seed", options_.seed);
  addGiven(command, "--threads", options_.threads);
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
  addGiven(command, "--threads", options_.threads);
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
  const auto add = [&](const char *name, std::string &value, const char *what,
                       const char *type) {
    return app.add_option(name, value, what)->type_name(type);
  };
  CLI::Option *hidden =
      add("--hidden", options.hidden,
          "Units of each hidden layer (default: by the data)", "N,N");
  app.add_flag("--linear", options.isLinear, "No hidden layer")
      ->excludes(hidden);
  app.add_flag("--single-file", options.isSingleFile,
               "Put the weights into the program, which then needs no other "
               "file and no shared library");
  add("--activation", options.activation, "As in mlc new", "KIND");
  add("--dropout", options.dropout, "As in mlc new", "P");
  add("--epochs", options.epochs, "Passes over the data (default: by its size)",
      "N");
  add("--learning-rate", options.rate, "Of Adam (default: 0.001)", "R");
  add("--seed", options.seed, "Key of all random numbers (default: 0)", "S");
  add("--threads", options.threads, "Threads to run on", "N");
}

int mlc::trainMain(int argc, char **argv) {
  constexpr int done = 0, inputFault = 1, wrongUsage = 2;
  TrainOptions options;
  CLI::App app(description, argv[0]);
  declare(app, options);
  try {
    try {
      app.parse(argc, argv);
    } catch (const CLI::CallForHelp &) {
      printResult(app.help());
      finishOutput();
      return done;
    } catch (const CLI::ParseError &error) {
      throw UsageError(describeParseError(app, error));
    }
    if (!(options.validation >= 0 && options.validation < 1))
      throw UsageError("--validation: expected a share from 0, below 1");
    options.data = app.remaining();
    Training(options).run();
    return done;
  } catch (const Failed &failed) {
    return failed.status;
  } catch (const UsageError &error) {
    printError(error.what());
    printNote("`mlc train --help` lists the options");
    return wrongUsage;
  } catch (const InputError &error) {
    printError(error.what());
    return inputFault;
  }
}
