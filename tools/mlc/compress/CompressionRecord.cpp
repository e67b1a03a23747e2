//===- CompressionRecord.cpp - Where smaller weights come from ------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CompressionRecord.h"

#include "Audit/Digest.h"
#include "CPU/Features.h"
#include "Commands/RecordFile.h"
#include "Data/Safetensors.h"
#include "Program/ForwardPass.h"

#include <fmt/core.h>
#include <map>
#include <string>

using namespace mlc;
using namespace mlc::runtime;

using Texts = std::map<std::string, std::string>;

/// What the weights depend on beside the files, by the names of the options.
static Texts optionsOf(const CompressOptions &options, const Texts &metadata) {
  const auto numberOf = [](const auto &number) {
    return number ? fmt::format("{}", *number) : std::string();
  };
  Texts texts = {{"features", numberOf(options.features)},
                 {"units", numberOf(options.units)},
                 {"bits", std::to_string(options.bits)},
                 {"prune", fmt::format("{}", options.prune)},
                 {"distill", options.distills ? "yes" : ""},
                 {"feature_dropout", fmt::format("{}", options.featureDropout)},
                 {"folds", std::to_string(options.folds)},
                 {"max_size", numberOf(options.maxBytes)},
                 {"max_loss", numberOf(options.maxLoss)},
                 {"epochs", options.learning.epochs},
                 {"learning_rate", options.learning.rate}};
  if (options.distills) {
    texts["alpha"] = fmt::format("{}", options.alpha);
    texts["temperature"] = fmt::format("{}", options.temperature);
  }
  // `verify` compares these with the weights.
  for (const char *own :
       {"seed", "data_hash", "init_hash", "model_hash", "program", "compiler"})
    if (const auto found = metadata.find(own); found != metadata.end())
      texts[own] = found->second;
  return texts;
}

RunRecord mlc::compressionRecord(const CompressOptions &options,
                                 const PairedFigures &figures,
                                 const std::string &weights,
                                 const Dataset &kept) {
  const SafetensorsFile saved(weights);
  const std::string threads = options.learning.threads;
  return {.maker = WeightsMaker::Compression,
          .weights = {},
          .sources = {recordedFile("program", pathOfThisProgram()),
                      recordedFile("data", options.data),
                      recordedFile("earlier weights", options.weights),
                      recordedFile("earlier model", options.model)},
          .options = optionsOf(options, saved.metadata()),
          .steps = std::stoll(saved.metadata().at("steps")),
          .environment = environmentOf(
              threads.empty() ? usableCores() : std::stoll(threads), "cpu"),
          .started = "",
          .finished = timeText(),
          .figures = {{"rows", double(figures.rows)},
                      {"accuracy_before", figures.before},
                      {"accuracy_after", figures.after},
                      {"flips", figures.flips}},
          .cost = {},
          .distribution = distributionOf(kept, allRows(kept.rows()))};
}
