//===- Compression.cpp - From a trained model to a smaller one ------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Compression.h"

#include "../Steps.h"
#include "Commands/OutputPaths.h"
#include "Error.h"
#include "FeatureChoice.h"
#include "OutputFolder.h"
#include "PairedFigures.h"
#include "Program/Examples.h"
#include "Program/StoredDecision.h"
#include "PupilModel.h"
#include "Report/Figures.h"
#include "SettingSearch.h"
#include "System/Console.h"
#include "Trainings.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fmt/core.h>
#include <numeric>

using namespace mlc;
using namespace mlc::runtime;
namespace fs = std::filesystem;

namespace {
class Compression {
public:
  explicit Compression(const CompressOptions &options)
      : options_(options), output_(options.folder), data_(options.data),
        teacherWeights_(options.weights),
        facts_(readTeacher(options.model, data_)),
        decision_(decisionOf(teacherWeights_, facts_.outputs)) {
    check();
    trainings_.emplace(options_, data_, facts_, decision_, output_.work());
    allRows_.resize(std::size_t(data_.rows()));
    std::iota(allRows_.begin(), allRows_.end(), 0);
  }

  void run();

private:
  void check() const;
  std::span<const float> firstLayer(const SafetensorsFile &weights) const;
  std::vector<std::int32_t> featuresFor(const Rows &rows,
                                        const SafetensorsFile &weights) const;
  std::vector<float> lessonsFor(const Rows &rows, std::int64_t folds) const;
  const char *weightsName() const {
    return options_.bits < 32 ? "weights.xz" : "weights.safetensors";
  }
  void judge();
  void expectSmallLoss() const;
  void writePupil();
  std::string table(std::uintmax_t before, std::uintmax_t after) const;
  std::string report(std::uintmax_t before, std::uintmax_t after) const;

  CompressOptions options_; ///< With what a search has found.
  OutputFolder output_;
  Dataset data_;
  SafetensorsFile teacherWeights_;
  TeacherFacts facts_;
  Decision decision_; ///< The teacher's, by which the pupil decides as well.
  std::optional<Trainings> trainings_;
  Rows allRows_;
  PairedFigures figures_;
};
} // namespace

void Compression::check() const {
  if (options_.features && *options_.features > data_.width())
    throw InputError(fmt::format("{}: --features {}: it has only {}",
                                 options_.data, *options_.features,
                                 data_.width()));
  if ((options_.features || options_.maxBytes) && facts_.firstWeight.empty())
    throw InputError(fmt::format(
        "{}: features are chosen by the parameter that a graph.linear "
        "multiplies them by, but there is not one such; leave out --features "
        "and --max-size",
        options_.model));
  teacherWeights_.expectFormat("mlc.weights");
  if (!facts_.firstWeight.empty())
    firstLayer(teacherWeights_);
  const auto theirs = vectorizerHash(teacherWeights_);
  const auto own = vectorizerHash(*data_.file());
  if (own && theirs && *own != *theirs)
    throw InputError(fmt::format("{}: its features were not made as those of "
                                 "{}, so a column means another thing there; "
                                 "give the data that these weights learned "
                                 "from",
                                 options_.data, options_.weights));
}

/// The weights of the features, [features, units]. Throws InputError.
std::span<const float>
Compression::firstLayer(const SafetensorsFile &weights) const {
  const TensorView &tensor = weights.get(facts_.firstWeight, ElementType::F32);
  if (tensor.shape.size() != 2 || tensor.shape[0] != data_.width())
    throw InputError(fmt::format(
        "{}: tensor {:?}: expected a row for each of the {} features of {}; "
        "were these weights trained by another model?",
        weights.path(), tensor.name, data_.width(), options_.data));
  const std::span<const float> elements = tensor.as<float>();
  const auto bad = std::ranges::find_if(
      elements, [](float element) { return !std::isfinite(element); });
  if (bad != elements.end())
    throw InputError(fmt::format(
        "{}: tensor {:?}: element {} is {}; take the weights of a training "
        "that ended well",
        weights.path(), tensor.name, bad - elements.begin(), *bad));
  return elements;
}

std::vector<std::int32_t>
Compression::featuresFor(const Rows &rows,
                         const SafetensorsFile &weights) const {
  if (!options_.features)
    return {};
  return firstFeatures(rankFeatures(data_, rows, firstLayer(weights)),
                       std::size_t(*options_.features));
}

/// What a pupil learns from beside labels. A data set that has a teacher's
/// answers already needs no other ones.
std::vector<float> Compression::lessonsFor(const Rows &rows,
                                           std::int64_t folds) const {
  if (!options_.distills)
    return {};
  if (!data_.file()->find("teacher"))
    return trainings_->outOfFold(rows, folds, "fold");
  const std::span<const float> all = data_.teacher(facts_.outputs);
  const auto columns = std::size_t(facts_.outputs);
  std::vector<float> answers;
  for (std::size_t row : rows) {
    const auto logits = all.subspan(row * columns, columns);
    answers.insert(answers.end(), logits.begin(), logits.end());
  }
  return answers;
}

/// Nothing of the rows set aside takes part: not in the features, nor in what
/// the pupil learns from.
void Compression::judge() {
  const Rows aside = trainings_->parts(allRows_, options_.folds).front();
  Rows rest;
  std::ranges::set_difference(allRows_, aside, std::back_inserter(rest));
  const Trained teacher = trainings_->teach(rest, "judged-teacher");
  const SafetensorsFile weights(teacher.weights);
  const std::vector<float> lessons =
      lessonsFor(rest, std::max<std::int64_t>(options_.folds - 1, 2));
  if (options_.maxBytes)
    SettingSearch(options_, data_, facts_, decision_, *trainings_)
        .run(rest, firstLayer(weights), lessons);
  const std::vector<std::int32_t> features = featuresFor(rest, weights);
  const Trained pupil =
      trainings_->learn(rest, features, lessons, "judged-pupil");
  figures_ = compareAnswers(data_, aside, facts_.task, decision_,
                            std::size_t(facts_.outputs),
                            trainings_->answers(teacher, aside),
                            trainings_->answers(pupil, aside, features));
}

void Compression::expectSmallLoss() const {
  if (options_.maxLoss && -figures_.difference() > *options_.maxLoss)
    throw InputError(fmt::format(
        "the smaller model loses {:.2f} points of accuracy ({:.2f} % of {} "
        "rows set aside instead of {:.2f} %), more than --max-loss {} allows; "
        "{}, or allow more",
        -100 * figures_.difference(), 100 * figures_.after, figures_.rows,
        100 * figures_.before, *options_.maxLoss,
        options_.maxBytes ? "raise --max-size"
                          : "keep more --features or --units"));
}

static std::string bytesText(std::uintmax_t bytes) {
  return bytes < 10'000'000 ? fmt::format("{:.1f} kB", double(bytes) / 1e3)
                            : fmt::format("{:.1f} MB", double(bytes) / 1e6);
}

std::string Compression::table(std::uintmax_t before,
                               std::uintmax_t after) const {
  const auto line = [](const char *name, const std::string &first,
                       const std::string &second) {
    return fmt::format("{:<10}  {:>10}  {:>10}\n", name, first, second);
  };
  const auto unitsText = [](std::int64_t units) {
    return units > 0 ? std::to_string(units) : std::string("linear");
  };
  std::string text = line("", "before", "after");
  text += line("features", std::to_string(data_.width()),
               std::to_string(options_.features.value_or(data_.width())));
  text += line("units", unitsText(facts_.units),
               unitsText(options_.units.value_or(facts_.units)));
  text += line("bits", "32", std::to_string(options_.bits));
  text += line("weights", bytesText(before), bytesText(after));
  text += line("accuracy", fmt::format("{:.2f} %", 100 * figures_.before),
               fmt::format("{:.2f} %", 100 * figures_.after));
  return text + fmt::format(
                    "\naccuracy of {} rows set aside: {:+.2f} points (standard "
                    "error {:.2f}); {:.2f} % of the answers differ\n",
                    figures_.rows, 100 * figures_.difference(),
                    100 * figures_.error, 100 * figures_.flips);
}

std::string Compression::report(std::uintmax_t before,
                                std::uintmax_t after) const {
  const auto numbers = [](std::int64_t first, std::int64_t second) {
    return fmt::format("{{\"before\": {}, \"after\": {}}}", first, second);
  };
  return fmt::format(
      "{{\"features\": {}, \"units\": {}, \"bits\": {}, \"bytes\": {}, "
      "\"distilled\": {}, "
      "\"set_aside\": {}}}\n",
      numbers(data_.width(), options_.features.value_or(data_.width())),
      numbers(facts_.units, options_.units.value_or(facts_.units)),
      numbers(32, options_.bits),
      numbers(std::int64_t(before), std::int64_t(after)), options_.distills,
      figures_.json());
}

void Compression::writePupil() {
  std::vector<std::int32_t> features = featuresFor(allRows_, teacherWeights_);
  const std::vector<float> lessons = lessonsFor(allRows_, options_.folds);
  Trained pupil = trainings_->learn(allRows_, features, lessons, "pupil");
  for (double size;
       options_.maxBytes &&
       (size = double(fs::file_size(pupil.weights))) > *options_.maxBytes;) {
    options_.features =
        std::int64_t(double(features.size()) * *options_.maxBytes / size) - 1;
    if (*options_.features < 1)
      throw InputError(fmt::format("{}: --max-size: not even 1 of its features "
                                   "fits; allow more bytes",
                                   options_.data));
    features = featuresFor(allRows_, teacherWeights_);
    pupil = trainings_->learn(allRows_, features, lessons, "pupil");
  }
  // Without the teacher, which only training asks.
  const Dataset kept(trainings_->dataOf(features));
  writeText(
      output_.file("model.mlir"),
      quantizedModel(pupilModel(kept, facts_, options_, /*isTaught=*/false),
                     kept, options_.bits));
  fs::copy_file(pupil.weights, output_.file(weightsName()));
}

void Compression::run() {
  // The program says what is wrong with weights that it cannot take.
  trainings_->answers(
      {options_.model, output_.work() + "/teacher", options_.weights},
      trainings_->parts(allRows_, options_.folds).front());
  judge();
  expectSmallLoss();
  writePupil();
  const std::uintmax_t before = fs::file_size(options_.weights),
                       after = fs::file_size(output_.file(weightsName()));
  const std::string json = report(before, after);
  writeText(output_.file("report.json"), json);
  output_.commit();
  printResult(options_.json ? json : table(before, after));
}

void mlc::compress(const CompressOptions &options) {
  Compression(options).run();
}
