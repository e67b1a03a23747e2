//===- CompressCommand.cpp - The command mlc compress ---------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CompressCommand.h"

#include "../Amounts.h"
#include "../Steps.h"
#include "CPU/Workers.h"
#include "Compression.h"
#include "Error.h"

#include <CLI/CLI.hpp>
#include <cmath>
#include <fmt/core.h>
#include <limits>

using namespace mlc;
using namespace mlc::runtime;

static constexpr const char *description =
    "Makes a trained classifier smaller: keeps the features that it uses most, "
    "and\nlets a smaller model of these learn anew, from the labels and, with "
    "--distill,\nfrom the trained model's own answers. Tells how many answers "
    "that costs, by rows\nthat are set aside.";
static constexpr const char *footer = R"(Example:
  mlc compress model.mlir --weights weights.safetensors \
    --data train.safetensors --features 1000 --units 4 --bits 4 --distill \
    -o small

DIR is a new folder with model.mlir, weights.safetensors, which hold the smaller
vectoriser, report.json, and the record of the weights (.run.json), which says
what they were made from; the smaller model's program verifies it. With --bits,
the weights are packed: weights.xz, which every command reads as it does others.
model.mlir then says so (graph.dequantize), and its program computes with the
whole numbers, but does not train; of dense rows, as those of a table, that is
so with 8 bits alone.
Each feature has a scale. Each unit has one instead where there are 8 bits and
rows are dense, or 32 units or more have numbers of at most 512 KiB, which is
faster. With 4 bits, weights are rounded with the rows in view that were
learned from, so that the answers change little.

What is told is of a trained model and a smaller one that both learned without
the rows set aside; what is written then learns from all. Where mlc data
--select chose features by labels, those of the rows set aside took part: the
trained model's accuracy is then too high, and the loss told more than it is.
Both answer as calibrate made the trained model's weights: by its temperature
and its threshold, which go into the smaller weights, too.

Under --max-size, for 2, 4, 8 and 16 units, as many features are kept as fit;
what answers best to a part of the rows that no one of them learned is then
judged by the rows set aside. Where its weights come out larger after all, it
keeps fewer features and is judged again.

With --prune, weights.xz has of the first layer only what is not 0, and
model.mlir says that these zeros stay where it learns on (keep_zeros, train
--init). The program computes with them as with other weights.

--epochs and --learning-rate are the smaller model's. --distill trains the model
once for each fold, since answers to rows that it learned tell little; a data
set with a `teacher` (mlc cv --teacher) spares that. --feature-dropout needs
room: the rows are written once for each epoch, with other features left out, as
features are data, of which compiled training reads the file as it is.

Exit status: 0 done, 1 an input is at fault, 2 wrong usage.)";

/// Throws UsageError where a number makes no sense.
static void check(const CompressOptions &options) {
  const auto expect = [](bool is, const std::string &what) {
    if (!is)
      throw UsageError(what);
  };
  // Columns have 32 bits.
  expect(options.features.value_or(1) >= 1 &&
             options.features.value_or(1) <= std::numeric_limits<int>::max(),
         "--features: expected a number from 1");
  expect(options.units.value_or(1) >= 1 &&
             options.units.value_or(1) <= (1 << 20),
         "--units: expected a number from 1");
  expect(options.bits == 4 || options.bits == 8 || options.bits == 32,
         "--bits: expected 4, 8 or 32");
  expect(options.prune >= 0 && options.prune < 1,
         "--prune: expected a share from 0, below 1");
  expect(options.alpha >= 0 && options.alpha <= 1,
         "--alpha: expected a share from 0 to 1");
  const auto isPositive = [](double number) { // Training computes in f32.
    return std::isfinite(static_cast<float>(number)) &&
           static_cast<float>(number) > 0;
  };
  expect(isPositive(options.temperature),
         "--temperature: expected a number above 0");
  expect(options.featureDropout >= 0 && options.featureDropout < 1,
         "--feature-dropout: expected a share from 0, below 1");
  expect(options.maxLoss.value_or(0) >= 0 && options.maxLoss.value_or(0) <= 1,
         "--max-loss: expected a share of answers from 0 to 1, as in 0.003");
  expect(options.folds >= 2 && options.folds <= 1000,
         "--folds: expected a number from 2 to 1000");
  wholeSeed(options.learning.seed);
  expect(options.learning.epochsGiven().value_or(1) <= 1'000'000,
         "--epochs: expected a number up to 1000000");
  expect(isPositive(options.learning.rateGiven().value_or(1)),
         "--learning-rate: expected a number above 0");
  expect(options.learning.threadsGiven().value_or(1) <= maxWorkers,
         fmt::format("--threads: expected a number from 1 to {}", maxWorkers));
}

int mlc::compressMain(int argc, char **argv) {
  CompressOptions options;
  std::string size;
  CLI::App app(description, argv[0]);
  app.footer(footer);
  const auto add = [&](const char *name, auto &value, const char *what,
                       const char *type) {
    return app.add_option(name, value, what)
        ->type_name(type)
        ->check([](const std::string &text) {
          return text.empty() ? "expected a value, but it is empty" : "";
        });
  };
  add("MODEL", options.model, "The trained model's file", "MODEL")->required();
  add("--weights", options.weights, "Its weights", "FILE")->required();
  add("--data", options.data, "The data set that it learned from", "FILE")
      ->required();
  add("-o,--output", options.folder, "The folder to make", "DIR")->required();
  add("--features", options.features,
      "How many features to keep (default: all)", "K");
  add("--units", options.units,
      "Units of the hidden layer (default: as many as the model's first)", "H");
  add("--bits", options.bits,
      "Bits of a weight of the first layer: 8, 4, or 32 (default)", "N");
  add("--prune", options.prune,
      "Share of the first layer's weights that become 0, the smallest ones; "
      "the others then learn as long again at a tenth of the rate (default: 0)",
      "SHARE");
  add("--max-size", size,
      "The most bytes that the weights may have: 10k, 100kB, 2M; searches "
      "features and units that are not given, with --bits 4 unless it is",
      "BYTES");
  app.add_flag("--distill", options.distills,
               "Learn from the trained model's answers, too");
  add("--alpha", options.alpha,
      "The share of its answers in the loss (default: 0.5)", "SHARE");
  add("--temperature", options.temperature,
      "What logits are divided by before they are compared (default: 1)", "T");
  add("--feature-dropout", options.featureDropout,
      "Share of each row's features that is left out, others in each epoch "
      "(default: 0.2)",
      "SHARE");
  add("--max-loss", options.maxLoss,
      "Write nothing where more of the answers to the rows set aside turn "
      "wrong than right, by this share of them",
      "SHARE");
  add("--folds", options.folds,
      "Into how many parts rows are parted, of which one is set aside "
      "(default: 5)",
      "K");
  add("--sign", options.sign,
      "Sign the record with this secret key, which mlc key new makes", "FILE");
  options.learning.declareTraining(app);
  app.add_flag("--json", options.json, "Print a JSON object");
  return runSteps(app, argc, argv, [&] {
    if (!size.empty())
      options.maxBytes = bytesIn("--max-size", size);
    if (options.maxBytes && app.count("--bits") == 0)
      options.bits = 4;
    check(options);
    compress(options);
  });
}
