//===- KeepingOptions.cpp - Options that keep a run from being lost -------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/KeepingOptions.h"

#include "Commands/NumberOptions.h"
#include "Commands/SharedOptions.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <fmt/format.h>
#include <string_view>

namespace mlc::runtime {

/// The number, from 1, that the text begins with, and what follows it; 0 where
/// there is none.
static std::int64_t readCount(std::string_view text, std::string_view &rest) {
  std::int64_t count = 0;
  const char *end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, count);
  rest = {read.ptr, end};
  return read.ec == std::errc() && count > 0 ? count : 0;
}

/// Reads N, Nsteps, Nepochs or Ns. Returns what is wrong with it, if anything.
static std::string readInterval(const std::string &text,
                                CheckpointInterval &interval) {
  constexpr std::pair<std::string_view, CheckpointInterval::Unit> units[] = {
      {"", CheckpointInterval::Steps},
      {"steps", CheckpointInterval::Steps},
      {"epochs", CheckpointInterval::Epochs},
      {"s", CheckpointInterval::Seconds}};
  std::string_view rest;
  const std::int64_t count = readCount(text, rest);
  for (const auto &[name, unit] : units)
    if (count > 0 && rest == name) {
      interval = {unit, count};
      return "";
    }
  return fmt::format("expected a whole number from 1 and steps, epochs or s "
                     "(seconds), such as 500steps, but got {}",
                     text);
}

/// Reads 30m, 90s, 2h or 1d; a number alone is seconds. Returns what is wrong
/// with it, if anything.
static std::string readDuration(const std::string &text,
                                std::chrono::seconds &duration) {
  constexpr std::pair<std::string_view, std::int64_t> units[] = {
      {"", 1}, {"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}};
  constexpr std::int64_t most = 1000 * 86400; // Clocks count far beyond that.
  std::string_view rest;
  const std::int64_t count = readCount(text, rest);
  for (const auto &[name, seconds] : units)
    if (count > 0 && count <= most / seconds && rest == name) {
      duration = std::chrono::seconds(count * seconds);
      return "";
    }
  return fmt::format("expected a whole number from 1 and s, m, h or d, such as "
                     "30m, but got {}",
                     text);
}

static void addSelectionOptions(CLI::App &command, TrainCommand &train) {
  command
      .add_option("--select-by", train.selectBy,
                  "what --best and --patience go by: loss, or a figure as "
                  "--measure names them")
      ->capture_default_str()
      ->type_name("NAME");
  addReal(&command, "--min-delta", train.minDelta,
          "an epoch is better only where it is so by more than this",
          "a number of at least 0", [](double delta) { return delta >= 0; });
  command
      .add_option_function<std::string>(
          "--max-time",
          [&train](const std::string &text) {
            readDuration(text, train.maxTime.emplace());
          },
          "stop after so long, such as 90s, 30m or 2h, as Ctrl-C does; a "
          "resumed run counts anew")
      ->check([](const std::string &text) {
        std::chrono::seconds ignored;
        return readDuration(text, ignored);
      })
      ->type_name("TIME");
}

static void addInterval(CLI::App &command, CheckpointInterval &interval,
                        CLI::Option *folder) {
  command
      .add_option_function<std::string>(
          "--checkpoint-every",
          [&interval](const std::string &text) {
            readInterval(text, interval);
          },
          "when to keep it: every N steps, Nepochs, or Ns (seconds); 300s "
          "where not given")
      ->check([](const std::string &text) {
        CheckpointInterval ignored;
        return readInterval(text, ignored);
      })
      ->needs(folder)
      ->type_name("N[s|steps|epochs]");
}

void addKeepingOptions(CLI::App &command, TrainCommand &train) {
  command
      .add_option("--best", train.best,
                  "write the weights of the best epoch here, by --select-by on "
                  "the test or validation rows")
      ->type_name("FILE");
  command
      .add_option("--patience", train.patience,
                  "end after so many epochs in a row without a better one")
      ->check([](const std::string &text) {
        std::string_view rest;
        return readCount(text, rest) > 0 && rest.empty()
                   ? std::string()
                   : fmt::format("expected a whole number from 1, but got {}",
                                 text);
      })
      ->type_name("N");
  addSelectionOptions(command, train);
  CLI::Option *folder =
      command
          .add_option("--checkpoints", train.checkpoints,
                      "keep what it takes to resume the run in this folder, "
                      "also when it is stopped")
          ->type_name("DIR");
  addInterval(command, train.checkpointEvery, folder);
  CLI::Option *init = command.get_option("--init"),
              *vectors = command.get_option("--vectors");
  addFile(command, "--continue", train.continued,
          "a checkpoint, or the folder of --checkpoints, to go on from with "
          "other --data: keeps its weights, its optimiser's state, the number "
          "of its step, its seed, learning rate and schedule")
      ->excludes(init)
      ->excludes(vectors);
  command
      .add_flag("--resume", train.resume,
                "go on from the newest checkpoint, if there is one, as if the "
                "run had never stopped; give the other options as before "
                "(--continue goes on with other data)")
      ->needs(folder);
}

} // namespace mlc::runtime
