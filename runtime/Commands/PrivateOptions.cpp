//===- PrivateOptions.cpp - What train is told of privacy -----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/PrivateOptions.h"

#include "Commands/NumberOptions.h"
#include "Commands/SharedOptions.h"
#include "Error.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <cmath>
#include <fmt/format.h>

namespace mlc::runtime {

void addPrivateOptions(CLI::App &command, TrainCommand &train) {
  PrivacyRequest &privacy = train.privacy;
  CLI::Option *epsilon = command.add_option_function<double>(
      "--epsilon", [&privacy](double value) { privacy.epsilon = value; },
      "how much all that the run writes may tell of any one row, at most, such "
      "as 3; for models with private(clip = c)");
  epsilon
      ->check([](const std::string &text) {
        double value = 0;
        const char *end = text.data() + text.size();
        const auto read = std::from_chars(text.data(), end, value);
        return read.ec == std::errc() && read.ptr == end &&
                       std::isfinite(value) && value > 0
                   ? std::string()
                   : fmt::format("expected a number above 0, but got {}", text);
      })
      ->type_name("X");
  addReal(&command, "--delta", privacy.delta,
          "with what probability it may tell more; far below one over the rows",
          "a number above 0 and below 1",
          [](double delta) { return delta > 0 && delta < 1; })
      ->capture_default_str()
      ->needs(epsilon);
  addFile(command, "--keep-key", privacy.keyFile,
          "keep the secret that noise is made of here, without which the run "
          "cannot be resumed; who has it can take the noise away")
      ->needs(epsilon);
  command
      .add_flag("--public-test", privacy.isTestPublic,
                "the rows of --test are no secret, so that figures of them may "
                "be told")
      ->needs(epsilon);
  command
      .add_flag("--public-vocabulary", privacy.isVocabularyPublic,
                "words, categories and scales of the data set's columns are no "
                "secret, or were not learned from these rows")
      ->needs(epsilon);
}

/// What train can do otherwise, and why not privately.
static void refuseTelling(const TrainCommand &command) {
  const struct {
    const char *option;
    bool isGiven;
    const char *reason;
  } refusals[] = {
      {"--seed", command.isSeedGiven,
       "noise is made of the system's entropy, since who knows its seed can "
       "take it away"},
      {"--no-shuffle", !command.trainer.shuffle,
       "each step draws its rows at random, and epsilon is computed for that"},
      {"--window", command.trainer.window != TrainerOptions().window,
       "each step draws its rows from all of them"},
      {"--skip-outliers", command.trainer.skipOutliers.has_value(),
       "it goes by losses of the private rows, and what it skips would be told "
       "outside of epsilon"},
      {"--continue", !command.continued.empty(),
       "epsilon is computed for all steps of one run; begin a new run from its "
       "weights by --init, which the ledger counts beside it"},
      {"--class-weight", !command.classWeights.text.empty(),
       "epsilon is computed for rows that count alike, and such weights tell "
       "how many rows a class has"},
      {"--validation", command.validation > 0,
       "figures of rows of the private data would be told outside of epsilon; "
       "give rows that are no secret as --test with --public-test"},
      {"--test", !command.test.empty() && !command.privacy.isTestPublic,
       "its figures are told outside of epsilon; add --public-test where its "
       "rows are no secret"},
      {"--dry-run", command.dryRun,
       "it tells a loss of the private rows outside of epsilon"},
      {"--overfit", command.overfit > 0,
       "to learn rows by heart is what private training prevents"},
      {"--profile", command.profile,
       "it tells of the private rows outside of epsilon"},
      {"--sign", !command.sign.empty(),
       "there is no record to sign: it would tell of the private rows outside "
       "of epsilon"},
      {"--checkpoints",
       !command.checkpoints.empty() && command.privacy.keyFile.empty(),
       "a run goes on with the secret that it began with; keep it by "
       "--keep-key FILE"},
  };
  for (const auto &[option, isGiven, reason] : refusals)
    if (isGiven)
      throw UsageError(
          fmt::format("{}: not in private training: {}", option, reason));
}

void checkPrivateOptions(const MlcProgram &program,
                         const TrainCommand &command) {
  const bool clips = program.private_clip > 0;
  if (command.privacy.epsilon && !clips)
    throw UsageError(fmt::format(
        "--epsilon: program '{}' does not bound what a row may change; write "
        "private(clip = 0.5) behind epochs(...) in the model's graph.train, "
        "and compile it anew",
        program.name));
  if (!clips)
    return;
  if (!command.privacy.epsilon)
    throw UsageError(fmt::format(
        "program '{}' is trained privately (private(clip = {})): say by "
        "--epsilon how much it may tell of a row, such as --epsilon 3",
        program.name, program.private_clip));
  refuseTelling(command);
}

} // namespace mlc::runtime
