//===- EarlierOptions.cpp - Options that tell what came before ------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/EarlierOptions.h"

#include "Data/Hash.h"
#include "Error.h"
#include "Program/StoredDecision.h"
#include "Report/Figures.h"
#include "System/MappedFile.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <sstream>
#include <string_view>

namespace mlc::runtime {

static constexpr const char *alsoLearned = "also_learned";

void addEarlierOptions(CLI::App &command, TrainCommand &train) {
  command.add_option("--init", train.init, "weights to start from")
      ->type_name("FILE");
  command
      .add_option("--report-after", train.reportAfter,
                  "a metrics file of the training that made --init: its epochs "
                  "come first on the page of --report")
      ->type_name("FILE");
  command
      .add_option("--decision-of", train.decisionOf,
                  "weights that calibrate wrote: store their temperature and "
                  "threshold, too")
      ->type_name("FILE");
  command
      .add_option("--also-learned", train.alsoLearned,
                  "other files with rows of --data, such as what it was made "
                  "from; calibrate refuses them")
      ->type_name("FILE");
}

static std::string hashOfFile(const std::string &path) {
  return hashText(hashOf(MappedFile(path).bytes()));
}

std::vector<EpochFigures> readEpochs(const std::string &path) {
  namespace json = boost::json;
  const MappedFile file(path);
  std::string_view rest(reinterpret_cast<const char *>(file.bytes().data()),
                        file.bytes().size());
  std::vector<EpochFigures> epochs;
  for (std::int64_t number = 1; !rest.empty(); ++number) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    boost::system::error_code error;
    const json::value value = json::parse(line, error);
    if (error || !value.is_object())
      throw InputError(fmt::format("{}:{}: expected a JSON object, as lines of "
                                   "a metrics file are; name a file that train "
                                   "wrote by --metrics",
                                   path, number));
    const json::object &entries = value.get_object();
    const json::value *epoch = entries.if_contains("epoch");
    if (!epoch || !epoch->is_int64())
      continue; // Of --metrics-every-step.
    EpochFigures &read = epochs.emplace_back(epoch->get_int64());
    for (const auto &[name, ignored] : entries)
      if (name == "loss" || name.starts_with("test_"))
        read.figures.push_back({std::string(name), jsonNumberOf(line, name)});
  }
  if (epochs.empty())
    throw InputError(fmt::format("{}: expected an epoch's figures, but got "
                                 "none; name a file that train wrote by "
                                 "--metrics",
                                 path));
  return epochs;
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
