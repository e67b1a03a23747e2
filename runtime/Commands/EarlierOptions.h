//===- EarlierOptions.h - Options that tell what came before ----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_COMMANDS_EARLIEROPTIONS_H
#define MLC_RUNTIME_COMMANDS_EARLIEROPTIONS_H

#include "Commands/Commands.h"

#include <CLI/App.hpp>
#include <map>
#include <string>
#include <vector>

namespace mlc::runtime {

/// The hash of all of a file, as data sets and weights are known by. Throws
/// InputError.
std::string hashOfFile(const std::string &path);

/// Adds --report-after, --decision-of and --also-learned, which fill in
/// `train`: the epochs, the decision and the rows of trainings that this one
/// goes on from. --report is there already.
void addEarlierOptions(CLI::App &command, TrainCommand &train);

/// `__metadata__` that the weights get from what came before: `temperature`
/// and `threshold`, and `also_learned`, the hashes of files whose rows the
/// weights have learned, separated by commas. `outputs` are the program's.
/// Throws InputError.
std::map<std::string, std::string> entriesOfEarlier(const TrainCommand &train,
                                                    std::int64_t outputs);

/// Adds to `also_learned` what the weights that a training starts from had
/// learned. `metadata` has the training's own `data_hash`.
void addLearnedBefore(const std::map<std::string, std::string> &init,
                      std::map<std::string, std::string> &metadata);

/// Whether weights with this `__metadata__` have learned the rows of a file, as
/// data_hash and `also_learned` say. Throws InputError where the file cannot be
/// read; false for what is no regular file.
bool hasLearned(const std::map<std::string, std::string> &metadata,
                const std::string &path);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_COMMANDS_EARLIEROPTIONS_H
