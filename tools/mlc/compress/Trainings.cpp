//===- Trainings.cpp - Programs that mlc compress runs --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Trainings.h"

#include "../Steps.h"
#include "Data/PackedFile.h"
#include "DataSlice.h"
#include "Error.h"
#include "Import/Folds.h"
#include "System/Console.h"

#include "Commands/OutputPaths.h"

#include <algorithm>
#include <boost/json.hpp>
#include <fmt/core.h>
#include <fstream>
#include <numeric>

using namespace mlc;
using namespace mlc::runtime;
namespace json = boost::json;

Trainings::Trainings(const CompressOptions &options, const Dataset &data,
                     const TeacherFacts &facts, std::string folder)
    : options_(options), data_(data), facts_(facts),
      folder_(std::move(folder)) {
  compile(options.model, options.data, in("teacher"));
}

void Trainings::compile(const std::string &model, const std::string &data,
                        const std::string &program) const {
  execute({"mlc", "compile", model, "--data", data, "-o", program}, "", false);
}

void Trainings::train(const Trained &made, const std::string &data,
                      const std::string &epochs) const {
  Words command = {made.program, "train", "--data", data, "-o", made.weights};
  addGiven(command, "--epochs", epochs);
  addGiven(command, "--seed", options_.seed);
  addGiven(command, "--threads", options_.threads);
  execute(command, in("epochs.txt"), false);
}

std::vector<float> Trainings::ask(const Trained &model,
                                  const std::string &data) const {
  const std::string answers = in("answers.jsonl");
  Words command = {model.program, "eval",          "--data",
                   data,          "--weights",     model.weights,
                   "--json",      "--predictions", answers};
  addGiven(command, "--threads", options_.threads);
  execute(command, in("eval.json"), false);
  std::vector<float> outputs;
  std::ifstream lines(answers);
  for (std::string line; std::getline(lines, line);) {
    const json::object row = json::parse(line).as_object();
    for (const json::value &output : row.at("outputs").as_array())
      outputs.push_back(float(output.to_number<double>()));
  }
  return outputs;
}

std::vector<Rows> Trainings::parts(const Rows &rows, std::int64_t folds) const {
  std::vector<double> labels;
  for (std::size_t row : rows)
    labels.push_back(data_.hasClassLabels() ? data_.classLabels()[row]
                     : data_.labelColumns() == 1
                         ? double(data_.realLabels()[row])
                         : 0);
  std::vector<Rows> parts;
  for (std::int64_t fold = 0; fold < folds; ++fold) {
    const HeldOut split =
        holdOutFold(labels, {}, FoldChoice{folds, fold, ""},
                    /*byLabel=*/true, wholeSeed(options_.seed));
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
                  .seed = wholeSeed(options_.seed),
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
    slice.copies = epochsOf(model);
    slice.dropout = options_.featureDropout;
    data = in("copies.safetensors");
    writeSlice(data_, data, slice);
  }
  printNote(fmt::format("a pupil learns from {} rows of {} features",
                        rows.size(), kept.width()));
  train(made, data, options_.featureDropout > 0 ? "1" : "");
  if (options_.bits < 32)
    pack(made);
  return made;
}

/// What is asked and written from then on are the packed weights. The second
/// layer is small, and stays.
void Trainings::pack(Trained &made) const {
  const SafetensorsFile file(made.weights);
  SafetensorsContents contents;
  contents.tensors = file.tensors();
  contents.metadata = file.metadata();
  std::erase_if(contents.metadata, [](const auto &entry) {
    return entry.first.starts_with("xxh3"); // xz has its own.
  });
  made.weights += ".xz";
  const std::string quantized[] = {"layer1.weight"};
  writePacked(made.weights, contents, quantized, options_.bits);
}

std::vector<float>
Trainings::answers(const Trained &pupil, const Rows &rows,
                   const std::vector<std::int32_t> &features) const {
  const std::string data = in("rows.safetensors");
  writeSlice(data_, data, {.rows = rows, .features = features});
  return ask(pupil, data);
}
