//===- EarlierOptions.cpp - Options that tell what came before ------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/EarlierOptions.h"

#include "Commands/SharedOptions.h"
#include "Data/Hash.h"
#include "Error.h"
#include "Program/StoredDecision.h"
#include "System/MappedFile.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <sstream>

namespace mlc::runtime {

static constexpr const char *alsoLearned = "also_learned";

void addEarlierOptions(CLI::App &command, TrainCommand &train) {
  addFile(command, "--report-after", train.reportAfter,
          "a metrics file of the training that made --init: its epochs come "
          "first on the page of --report")
      ->needs("--report");
  addFile(command, "--decision-of", train.decisionOf,
          "weights that calibrate wrote: store their temperature and "
          "threshold, too");
  command
      .add_option("--also-learned", train.alsoLearned,
                  "other files with rows of --data, such as what it was made "
                  "from; calibrate refuses them")
      ->type_name("FILE");
}

std::string hashOfFile(const std::string &path) {
  return hashText(hashOf(MappedFile(path).bytes()));
}

std::map<std::string, std::string> entriesOfEarlier(const TrainCommand &train,
                                                    std::int64_t outputs) {
  std::map<std::string, std::string> entries;
  if (!train.decisionOf.empty()) {
    const SafetensorsFile weights(train.decisionOf);
    if (!weights.metadata().contains("temperature"))
      throw InputError(fmt::format("{}: expected weights with a temperature; "
                                   "name a file that calibrate wrote",
                                   train.decisionOf));
    storeDecision(decisionOf(weights, outputs), entries);
  }
  std::string hashes;
  for (const std::string &path : train.alsoLearned)
    hashes += (hashes.empty() ? "" : ",") + hashOfFile(path);
  if (!hashes.empty())
    entries[alsoLearned] = hashes;
  return entries;
}

/// The hashes of what weights with this `__metadata__` have learned.
static std::vector<std::string>
learnedHashes(const std::map<std::string, std::string> &metadata) {
  std::vector<std::string> hashes;
  for (const char *key : {"data_hash", alsoLearned})
    if (const auto found = metadata.find(key); found != metadata.end()) {
      std::istringstream list(found->second);
      for (std::string hash; std::getline(list, hash, ',');)
        hashes.push_back(hash);
    }
  return hashes;
}

void addLearnedBefore(const std::map<std::string, std::string> &init,
                      std::map<std::string, std::string> &metadata) {
  std::vector<std::string> known = learnedHashes(metadata);
  for (const std::string &hash : learnedHashes(init)) {
    if (std::ranges::find(known, hash) != known.end())
      continue;
    known.push_back(hash);
    std::string &list = metadata[alsoLearned];
    list += (list.empty() ? "" : ",") + hash;
  }
}

bool hasLearned(const std::map<std::string, std::string> &metadata,
                const std::string &path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error))
    return false;
  const std::vector<std::string> learned = learnedHashes(metadata);
  return !learned.empty() &&
         std::ranges::find(learned, hashOfFile(path)) != learned.end();
}

} // namespace mlc::runtime
