//===- CommandLine.cpp - The command line of compiled programs ------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/CommandLine.h"

#include "CPU/Blas.h"
#include "CPU/Features.h"
#include "Commands/AuditCommands.h"
#include "Commands/CalibrateOptions.h"
#include "Commands/Commands.h"
#include "Commands/ContinuedRun.h"
#include "Commands/ExplainCommands.h"
#include "Commands/MeasureOptions.h"
#include "Commands/ServeOptions.h"
#include "Commands/SharedOptions.h"
#include "Commands/TextOptions.h"
#include "Commands/TrainOptions.h"
#include "Error.h"
#include "Import/HelpText.h"
#include "Import/UnknownArguments.h"
#include "System/Console.h"
#include "System/FilePattern.h"
#include "System/LastWords.h"

#include <CLI/CLI.hpp>
#include <csignal>
#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <functional>

namespace mlc::runtime {

namespace {

/// The parser, and the command that it chose.
class CommandLine {
public:
  CommandLine(const MlcProgram &program, const std::string &name)
      : program_(program), app_(fmt::format("{}: a model compiled by {}",
                                            program.name, program.compiler),
                                name) {
    app_.require_subcommand(0, 1);
    app_.set_version_flag(
        "--version",
        fmt::format("{}, compiled by {}", program.name, program.compiler),
        "print the version of the compiler");
    addTrain();
    addEval();
    addPredict();
    addExplain();
    addImportance();
    addDump();
    addCalibrate();
    addServe();
    addVerify();
    addCard();
    addDrift();
    addForget();
    addBudget();
    addInfo();
  }

  /// Throws CLI::ParseError, InputError or UsageError.
  int run(int argc, char **argv) {
    app_.parse(argc, argv);
    if (!command_)
      throw CLI::RequiredError(
          "one of train, eval, predict, explain, importance, dump, calibrate, "
          "serve, verify, card, drift, forget, budget, info");
    return command_();
  }

  const CLI::App &app() const { return app_; }
  /// The help of the command that was named, or of all.
  std::string help() { return helpOf(app_); }
  std::string name() {
    std::string name = app_.get_name();
    for (const CLI::App *command : app_.get_subcommands())
      name += " " + command->get_name();
    return name;
  }

private:
  CLI::App *addCommand(const char *name, const char *help,
                       std::function<int()> run);
  void addTrain();
  void addEval();
  void addPredict();
  void addExplain();
  void addImportance();
  void addDump();
  void addCalibrate();
  void addServe();
  void addVerify();
  void addCard();
  void addDrift();
  void addForget();
  void addBudget();
  void addInfo();

  const MlcProgram &program_;
  CLI::App app_;
  std::function<int()> command_;
  TrainCommand train_;
  EvalCommand eval_;
  PredictCommand predict_;
  ExplainCommand explain_;
  ImportanceCommand importance_;
  DumpCommand dump_;
  CalibrateCommand calibrate_;
  ServeCommand serve_;
  VerifyCommand verify_;
  CardCommand card_;
  DriftCommand drift_;
  ForgetCommand forget_;
  BudgetCommand budget_;
  InfoCommand info_;
};

void expectUsableCpu(const MlcProgram &program) {
  const auto missing = missingFeatures(program.features);
  if (missing.empty())
    return;
  const std::string level = cpuLevel();
  throw InputError(fmt::format(
      "this CPU lacks {}, which program '{}' was compiled for ({}); recompile "
      "it with --cpu {}",
      fmt::join(missing, ", "), program.name, program.target,
      level.empty() ? "native on this machine" : level));
}

CLI::App *CommandLine::addCommand(const char *name, const char *help,
                                  std::function<int()> run) {
  CLI::App *command = app_.add_subcommand(name, help);
  command->callback([this, run] { command_ = run; });
  return command;
}

void CommandLine::addTrain() {
  CLI::App *command = addCommand("train", "learn from a data set", [this] {
    expectUsableCpu(program_);
    const CLI::App *train = app_.get_subcommand("train");
    train_.givesRate = train->count("--learning-rate") > 0;
    train_.givesSeed = train->count("--seed") > 0;
    train_.data = matchFiles(train_.data);
    return runCommand(program_, withCheckpoint(program_, train_));
  });
  addTrainOptions(*command, program_, train_);
}

void CommandLine::addEval() {
  CLI::App *command =
      addCommand("eval", "measure weights on a data set", [this] {
        expectUsableCpu(program_);
        return runCommand(program_, eval_);
      });
  addFile(*command, "--data", eval_.data,
          "data set with labels, or texts as mlc data reads them")
      ->required();
  addWeights(*command, eval_.weights);
  addFile(*command, "--predictions", eval_.predictions,
          "write each row's outputs here, as predict --json prints them");
  addMeasureOption(*command, eval_.measures,
                   "tell these figures alone, such as f1,roc_auc; all where "
                   "not given");
  addFile(*command, "--report", eval_.report,
          "write a page of figures and curves here, as HTML");
  addTextOptions(*command, eval_.documents, LabelUse::Needed);
  addThreads(*command, eval_.threads);
  addDevice(*command, eval_.device);
  command->add_flag("--json", eval_.json, "print a JSON object");
}

void CommandLine::addPredict() {
  CLI::App *command =
      app_.add_subcommand("predict", "print predictions, a line a row");
  addWeights(*command, predict_.weights);
  CLI::Option *data =
      addFile(*command, "--data", predict_.data,
              "data set, or texts as mlc data reads them; labels are not used");
  CLI::Option *text =
      command
          ->add_option("--text", predict_.text,
                       "texts, one a line, from here or from stdin; prints "
                       "JSON lines")
          ->expected(0, 1)
          ->default_str(standardInput)
          ->type_name("[FILE]")
          ->excludes(data);
  data->excludes(text);
  addTextOptions(*command, predict_.documents, LabelUse::Ignored);
  addThreads(*command, predict_.threads);
  addDevice(*command, predict_.device);
  command->add_flag("--json", predict_.json, "print JSON lines");
  command->callback([this, text, data] {
    if (data->empty() && text->empty())
      throw CLI::RequiredError("--data or --text");
    command_ = [this] {
      expectUsableCpu(program_);
      return runCommand(program_, predict_);
    };
  });
}

void CommandLine::addExplain() {
  CLI::App *command = app_.add_subcommand(
      "explain", "say which words or columns predictions are made of");
  addWeights(*command, explain_.weights);
  addExplainOptions(*command, explain_);
  command->callback([this] {
    if (explain_.data.empty() && !explain_.text)
      throw CLI::RequiredError("--data or --text");
    command_ = [this] {
      expectUsableCpu(program_);
      return runCommand(program_, explain_);
    };
  });
}

void CommandLine::addImportance() {
  CLI::App *command = addCommand(
      "importance", "how much worse it is with a column permuted", [this] {
        expectUsableCpu(program_);
        return runCommand(program_, importance_);
      });
  addWeights(*command, importance_.weights);
  addImportanceOptions(*command, importance_);
}

void CommandLine::addDump() {
  CLI::App *command =
      addCommand("dump", "print what each feature alone adds", [this] {
        expectUsableCpu(program_);
        return runCommand(program_, dump_);
      });
  addWeights(*command, dump_.weights);
  addDumpOptions(*command, dump_);
}

void CommandLine::addCalibrate() {
  CLI::App *command = addCommand(
      "calibrate", "make probabilities true on rows held out", [this] {
        expectUsableCpu(program_);
        return runCommand(program_, calibrate_);
      });
  addCalibrateOptions(*command, calibrate_);
}

void CommandLine::addServe() {
  CLI::App *command =
      addCommand("serve", "answer over HTTP, until it is stopped", [this] {
        expectUsableCpu(program_);
        return runCommand(program_, serve_);
      });
  addWeights(*command, serve_.options.weights);
  addServeOptions(*command, serve_);
  addThreads(*command, serve_.options.threads);
}

void CommandLine::addVerify() {
  CLI::App *command = addCommand(
      "verify", "compare weights with the record of their training", [this] {
        expectUsableCpu(program_);
        return runCommand(program_, verify_);
      });
  addVerifyOptions(*command, verify_);
}

void CommandLine::addCard() {
  CLI::App *command = addCommand(
      "card", "write down what is known of weights, for who uses them", [this] {
        expectUsableCpu(program_);
        return runCommand(program_, card_);
      });
  addCardOptions(*command, card_);
}

void CommandLine::addDrift() {
  CLI::App *command = addCommand(
      "drift", "say whether new data are spread as those of the training",
      [this] {
        expectUsableCpu(program_);
        return runCommand(program_, drift_);
      });
  addDriftOptions(*command, drift_);
}

void CommandLine::addForget() {
  CLI::App *command =
      addCommand("forget", "train again without some rows", [this] {
        expectUsableCpu(program_);
        return runCommand(program_, forget_);
      });
  addForgetOptions(*command, forget_);
}

void CommandLine::addBudget() {
  CLI::App *command =
      addCommand("budget", "say what private runs have cost",
                 [this] { return runCommand(program_, budget_); });
  addBudgetOptions(*command, budget_);
}

void CommandLine::addInfo() {
  CLI::App *command = addCommand("info", "say what this program is", [this] {
    return runCommand(program_, info_);
  });
  CLI::Option *json =
      command->add_flag("--json", info_.json, "print a JSON object");
  command
      ->add_flag("--summary", info_.summary,
                 "print its layers: output shapes, parameters, "
                 "multiplications")
      ->excludes(json);
  command
      ->add_option("--weights", info_.weights,
                   "also tell of these: what they read, their classes, how "
                   "they were trained")
      ->type_name("FILE");
}

int runGuarded(const MlcProgram &program, int argc, char **argv) {
  if (program.abi_version != MLC_ABI_VERSION)
    throw InputError(fmt::format(
        "the program was compiled for version {} of the runtime's interface, "
        "but linked with version {}; recompile it with one mlc",
        program.abi_version, MLC_ABI_VERSION));
  expectSupported(program);
  const std::string name =
      argc > 0 ? std::filesystem::path(argv[0]).filename().string()
               : program.name;
  CommandLine line(program, name);
  try {
    return line.run(argc, argv);
  } catch (const CLI::ParseError &error) {
    if (dynamic_cast<const CLI::CallForVersion *>(&error)) {
      printResult(fmt::format("{}\n", error.what()));
      finishOutput();
      return 0;
    }
    if (error.get_exit_code() == 0) { // --help
      printResult(line.help());
      finishOutput();
      return 0;
    }
    throw UsageError(fmt::format("{}\n`{} --help` lists the options",
                                 describeParseError(line.app(), error),
                                 line.name()));
  }
}

} // namespace

int programMain(const MlcProgram &program, int argc, char **argv) {
  // A file that grows beyond its limit is an error to report, not the end.
  std::signal(SIGXFSZ, SIG_IGN);
  installLastWords();
  useOneBlasThread();
  try {
    return runGuarded(program, argc, argv);
  } catch (const UsageError &error) {
    printError(error.what());
    return 2;
  } catch (const std::bad_alloc &) {
    printError("not enough memory");
    return 1;
  } catch (const std::exception &error) {
    printError(error.what());
    return 1;
  }
}

} // namespace mlc::runtime
