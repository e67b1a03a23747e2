//===- Trainings.cpp - Programs that mlc compress runs --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Trainings.h"

#include "../Predictions.h"
#include "../Steps.h"
#include "../TrialSettings.h"
#include "Commands/OutputPaths.h"
#include "Data/PackedFile.h"
#include "DataSlice.h"
#include "Import/Folds.h"
#include "LayerRounding.h"
#include "Program/StoredDecision.h"
#include "Pruning.h"
#include "System/Console.h"

#include <algorithm>
#include <filesystem>
#include <fmt/core.h>
#include <numeric>

using namespace mlc;
using namespace mlc::runtime;

/// What a pupil's model calls its first layer's weights.
static constexpr const char *firstLayer = "layer1.weight";

/// By what the learning rate is multiplied where pruned weights learn on: at
/// the whole rate, from which most has been learned already, they would learn
/// the rows by heart.
/// Source: Han, Pool, Tran, Dally, Learning both Weights and Connections for
/// Efficient Neural Networks, 2015 (LeNet: a tenth).
static constexpr double tuningRate = 0.1;

/// What the file holds, but the hashes of it as it was.
static SafetensorsContents contentsOf(const SafetensorsFile &file) {
  SafetensorsContents contents;
  contents.tensors = file.tensors();
  contents.metadata = file.metadata();
  std::erase_if(contents.metadata, [](const auto &entry) {
    return entry.first.starts_with("xxh3");
  });
  return contents;
}

Trainings::Trainings(const CompressOptions &options, const Dataset &data,
                     const TeacherFacts &facts, const Decision &decision,
                     std::string folder)
    : options_(options), data_(data), facts_(facts), decision_(decision),
      folder_(std::move(folder)) {
  if (data.file()->metadata().contains("vectorizer"))
    vectorizer_ = Vectorizer::load(*data.file());
  compile(options.model, options.data, in("teacher"));
}

void Trainings::compile(const std::string &model, const std::string &data,
                        const std::string &program) const {
  execute({"mlc", "compile", model, "--data", data, "-o", program}, "", false);
}

void Trainings::train(const Trained &made, const std::string &data,
                      const std::string &epochs,
                      const std::string &first) const {
  Words command = {made.program, "train", "--data", data, "-o", made.weights};
  addGiven(command, "--epochs", epochs);
  addGiven(command, "--init", first);
  if (!first.empty()) {
    const boost::json::object told = infoOf(made.program, in("info.json"));
    addGiven(
        command, "--learning-rate",
        fmt::format("{}",
                    tuningRate * told.at("learning_rate").to_number<double>()));
  }
  addGiven(command, "--seed", options_.learning.seed);
  addGiven(command, "--threads", options_.learning.threads);
  execute(command, in("epochs.txt"), false);
}

std::vector<float> Trainings::ask(const Trained &model,
                                  const std::string &data) const {
  const std::string answers = in("answers.jsonl");
  Words command = {model.program, "eval",          "--data",
                   data,          "--weights",     model.weights,
                   "--json",      "--predictions", answers};
  addGiven(command, "--threads", options_.learning.threads);
  execute(command, in("eval.json"), false);
  std::vector<float> outputs;
  readPredictions(answers, [&](std::span<const double> row, std::string_view) {
    outputs.insert(outputs.end(), row.begin(), row.end());
  });
  return outputs;
}

std::vector<Rows> Trainings::parts(const Rows &rows, std::int64_t folds) const {
  std::vector<double> labels;
  for (std::size_t row : rows)
    labels.push_back(data_.labelColumns() > 1 ? 0 // Which is no one's share.
                     : data_.hasClassLabels()
                         ? data_.classLabels()[row]
                         : double(data_.realLabels()[row]));
  std::vector<Rows> parts;
  for (std::int64_t fold = 0; fold < folds; ++fold) {
    const HeldOut split =
        holdOutFold(labels, {}, FoldChoice{folds, fold, ""},
                    /*byLabel=*/true, wholeSeed(options_.learning.seed));
    Rows &part = parts.emplace_back();
    for (std::size_t at : split.aside)
      part.push_back(rows[at]);
  }
  return parts;
}

std::string Trainings::dataOf(const std::vector<std::int32_t> &features) const {
  Rows rows(std::size_t(data_.rows()));
  std::iota(rows.begin(), rows.end(), 0);
  const std::string path = in("kept.safetensors");
  writeSlice(data_, path, {.rows = rows, .features = features});
  return path;
}

Trained Trainings::teach(const Rows &rows, const std::string &name) const {
  Trained made = {options_.model, in("teacher"), in(name + ".weights")};
  const std::string data = in("rows.safetensors");
  writeSlice(data_, data, {.rows = rows});
  printNote(fmt::format("a teacher learns from {} rows", rows.size()));
  train(made, data, "");
  return made;
}

std::vector<float> Trainings::answers(const Trained &teacher,
                                      const Rows &rows) const {
  const std::string data = in("rows.safetensors");
  writeSlice(data_, data, {.rows = rows});
  return ask(teacher, data);
}

std::vector<float> Trainings::outOfFold(const Rows &rows, std::int64_t folds,
                                        const std::string &name) const {
  const auto columns = std::size_t(facts_.outputs);
  std::vector<float> all(rows.size() * columns);
  for (const Rows &aside : parts(rows, folds)) {
    Rows rest;
    std::ranges::set_difference(rows, aside, std::back_inserter(rest));
    const std::vector<float> told = answers(teach(rest, name), aside);
    for (std::size_t at = 0; at < aside.size(); ++at) {
      const auto place =
          std::size_t(std::ranges::lower_bound(rows, aside[at]) - rows.begin());
      std::copy_n(told.begin() + std::ptrdiff_t(at * columns), columns,
                  all.begin() + std::ptrdiff_t(place * columns));
    }
  }
  return all;
}

Trained Trainings::learn(const Rows &rows,
                         const std::vector<std::int32_t> &features,
                         std::span<const float> answers,
                         const std::string &name) const {
  Trained made = {in(name + ".mlir"), in(name), in(name + ".weights")};
  const std::string plain = in("rows.safetensors");
  DataSlice slice{.rows = rows,
                  .features = features,
                  .seed = wholeSeed(options_.learning.seed),
                  .teacher = answers,
                  .columns = std::size_t(facts_.outputs)};
  writeSlice(data_, plain, slice);
  const Dataset kept(plain);
  const std::string model =
      pupilModel(kept, facts_, options_, !answers.empty());
  writeText(made.model, model);
  compile(made.model, plain, made.program);
  // An epoch each, with other features left out.
  std::string data = plain;
  if (options_.featureDropout > 0) {
    slice.copies = epochsIn(model, made.model);
    slice.dropout = options_.featureDropout;
    data = in("copies.safetensors");
    writeSlice(data_, data, slice);
  }
  printNote(fmt::format("a pupil learns from {} rows of {} features",
                        rows.size(), kept.width()));
  const std::string epochs = options_.featureDropout > 0 ? "1" : "";
  train(made, data, epochs);
  if (options_.prune > 0)
    train(made, data, epochs, pruned(made.weights));
  finish(made, kept);
  // What computes with the numbers is what answers.
  if (computesWithNumbers(options_.bits, kept)) {
    writeText(made.model, quantizedModel(model, kept, options_.bits));
    compile(made.model, plain, made.program);
  }
  return made;
}

/// The same weights where the smallest of the first layer are 0. A model of
/// `keep_zeros` keeps these when it learns on.
std::string Trainings::pruned(const std::string &weights) const {
  const SafetensorsFile file(weights);
  SafetensorsContents contents = contentsOf(file);
  std::vector<float> elements;
  for (TensorView &tensor : contents.tensors)
    if (tensor.name == firstLayer) {
      const auto old = tensor.as<float>();
      elements.assign(old.begin(), old.end());
      pruneSmallest(elements, options_.prune);
      tensor.bytes = std::as_bytes(std::span(elements));
    }
  contents.sealed = true;
  writeSafetensors(weights + ".pruned", contents);
  return weights + ".pruned";
}

/// The first layer in 4 bits, and with it the bias that goes with these, which
/// takes its place in `contents`.
static std::optional<RoundedLayer> roundedLayer(const Dataset &data,
                                                const SafetensorsFile &file,
                                                SafetensorsContents &contents) {
  const auto elementsOf = [&](const char *name) {
    const TensorView *tensor = file.find(name);
    return tensor ? tensor->as<float>() : std::span<const float>();
  };
  constexpr const char *firstBias = "layer1.bias";
  auto rounded = roundLayer(data, {.first = elementsOf(firstLayer),
                                   .firstBias = elementsOf(firstBias),
                                   .second = elementsOf("layer2.weight"),
                                   .secondBias = elementsOf("layer2.bias")});
  if (rounded)
    for (TensorView &tensor : contents.tensors)
      if (tensor.name == firstBias)
        tensor.bytes = std::as_bytes(std::span(rounded->bias));
  return rounded;
}

/// What is asked and written from then on are weights that decide as the
/// teacher's do, packed where few bits are asked for: those of 4 bits with the
/// rows in view that it learned from. The second layer is small, and stays as
/// it is.
void Trainings::finish(Trained &made, const Dataset &learned) const {
  const bool decides = decision_.hasThreshold() || decision_.temperature != 1;
  if (!decides && !options_.packs())
    return;
  const SafetensorsFile file(made.weights);
  SafetensorsContents contents = contentsOf(file);
  if (decides)
    storeDecision(decision_, contents.metadata);
  std::optional<RoundedLayer> rounded;
  if (options_.bits == 4)
    rounded = roundedLayer(learned, file, contents);
  made.weights = writeWeights(made.weights, std::move(contents),
                              rounded ? &rounded->numbers : nullptr);
}

/// Returns where they are: beside `path`.
std::string Trainings::writeWeights(const std::string &path,
                                    SafetensorsContents contents,
                                    const QuantizedRows *numbers) const {
  if (options_.packs()) {
    const bool areNumbers = computesWithNumbers(options_.bits, data_);
    const auto layer =
        std::ranges::find(contents.tensors, firstLayer, &TensorView::name);
    const bool byUnits =
        layer != contents.tensors.end() &&
        scalesUnits(options_.bits, data_, layer->shape[0], layer->shape[1]);
    writePacked(path + ".xz", contents,
                {.matrix = firstLayer,
                 .bits = options_.bits,
                 .use = areNumbers ? PackedUse::AsStored : PackedUse::Widened,
                 .byColumns = byUnits,
                 .numbers = numbers});
    return path + ".xz";
  }
  contents.sealed = true;
  writeSafetensors(path + ".sealed", contents);
  return path + ".sealed";
}

std::uintmax_t Trainings::sizeOf(const std::vector<std::int32_t> &features,
                                 std::int64_t units,
                                 std::span<const float> weights) const {
  const auto theirs = weights.size() / std::size_t(data_.width());
  const auto own = units > 0 ? std::size_t(units) : theirs;
  std::vector<float> numbers;
  for (std::int32_t feature : features)
    for (std::size_t unit = 0; unit < own; ++unit)
      numbers.push_back(weights[std::size_t(feature) * theirs + unit % theirs]);
  SafetensorsContents contents;
  contents.metadata = SafetensorsFile(options_.weights).metadata();
  pruneSmallest(numbers, options_.prune);
  contents.tensors.push_back({firstLayer,
                              ElementType::F32,
                              {std::ssize(features), std::int64_t(own)},
                              std::as_bytes(std::span(numbers))});
  std::optional<Vectorizer> cut;
  if (vectorizer_) {
    cut = vectorizer_->withFeatures(features);
    cut->store(contents);
  }
  return std::filesystem::file_size(
      writeWeights(in("size.weights"), std::move(contents)));
}

std::vector<float>
Trainings::answers(const Trained &pupil, const Rows &rows,
                   const std::vector<std::int32_t> &features) const {
  const std::string data = in("rows.safetensors");
  writeSlice(data_, data, {.rows = rows, .features = features});
  return ask(pupil, data);
}
