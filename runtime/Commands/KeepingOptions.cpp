//===- KeepingOptions.cpp - Options that keep a run from being lost -------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/KeepingOptions.h"

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
                  "write the weights of the epoch with the least test or "
                  "validation loss here")
      ->type_name("FILE");
  command
      .add_option("--patience", train.patience,
                  "end after so many epochs in a row without a lower test or "
                  "validation loss")
      ->check([](const std::string &text) {
        std::string_view rest;
        return readCount(text, rest) > 0 && rest.empty()
                   ? std::string()
                   : fmt::format("expected a whole number from 1, but got {}",
                                 text);
      })
      ->type_name("N");
  CLI::Option *folder =
      command
          .add_option("--checkpoints", train.checkpoints,
                      "keep what it takes to resume the run in this folder, "
                      "also when it is stopped")
          ->type_name("DIR");
  addInterval(command, train.checkpointEvery, folder);
  command
      .add_flag("--resume", train.resume,
                "go on from the newest checkpoint, if there is one, as if the "
                "run had never stopped; give the other options as before")
      ->needs(folder);
}

} // namespace mlc::runtime
