//===- Compression.cpp - From a trained model to a smaller one ------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Compression.h"

#include "../Steps.h"
#include "Commands/OutputPaths.h"
#include "Commands/RecordFile.h"
#include "CompressionRecord.h"
#include "CompressionReport.h"
#include "Error.h"
#include "FeatureChoice.h"
#include "OutputFolder.h"
#include "PairedFigures.h"
#include "Program/Examples.h"
#include "Program/StoredDecision.h"
#include "PupilModel.h"
#include "SettingSearch.h"
#include "System/Console.h"
#include "Trainings.h"

#include <algorithm>
#include <chrono>
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
        decision_(decisionOf(teacherWeights_, facts_.outputs)),
        choosesFeatures_(!options.features), key_(keyFor(options.sign)) {
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
    return options_.packs() ? "weights.xz" : "weights.safetensors";
  }
  void teach();
  void judge();
  void expectSmallLoss() const;
  Trained learn();
  void narrow(std::uintmax_t bytes);
  void write(const Trained &pupil) const;

  CompressOptions options_; ///< With what a search has found.
  OutputFolder output_;
  Dataset data_;
  SafetensorsFile teacherWeights_;
  TeacherFacts facts_;
  Decision decision_; ///< The teacher's, by which the pupil decides as well.
  std::optional<Trainings> trainings_;
  const bool choosesFeatures_;  ///< Their number was not asked for.
  Rows allRows_, aside_, rest_; ///< Of all those set aside, and the others.
  // What learned from these others: a teacher, and what a pupil is taught.
  Trained teacher_;
  std::vector<float> teacherAnswers_; ///< To the rows set aside.
  std::vector<float> restLessons_, allLessons_;
  PairedFigures figures_;
  const std::optional<SigningKey> key_; ///< Of the record.
  const std::string started_ = timeText();
  const std::chrono::steady_clock::time_point start_ =
      std::chrono::steady_clock::now();
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
/// the pupil learns from, nor in the settings.
void Compression::teach() {
  aside_ = trainings_->parts(allRows_, options_.folds).front();
  std::ranges::set_difference(allRows_, aside_, std::back_inserter(rest_));
  teacher_ = trainings_->teach(rest_, "judged-teacher");
  teacherAnswers_ = trainings_->answers(teacher_, aside_);
  restLessons_ =
      lessonsFor(rest_, std::max<std::int64_t>(options_.folds - 1, 2));
  if (options_.maxBytes)
    SettingSearch(options_, data_, facts_, decision_, *trainings_)
        .run(rest_, firstLayer(SafetensorsFile(teacher_.weights)),
             restLessons_);
}

/// A pupil of the settings as they are, by the rows set aside.
void Compression::judge() {
  const std::vector<std::int32_t> features =
      featuresFor(rest_, SafetensorsFile(teacher_.weights));
  const Trained pupil =
      trainings_->learn(rest_, features, restLessons_, "judged-pupil");
  figures_ = compareAnswers(data_, aside_, facts_.task, decision_,
                            std::size_t(facts_.outputs), teacherAnswers_,
                            trainings_->answers(pupil, aside_, features));
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
                          : "keep more --features or --units, or --prune "
                            "fewer weights"));
}

/// A pupil of all rows.
Trained Compression::learn() {
  if (allLessons_.empty())
    allLessons_ = lessonsFor(allRows_, options_.folds);
  return trainings_->learn(allRows_, featuresFor(allRows_, teacherWeights_),
                           allLessons_, "pupil");
}

/// What was learned packs worse than what the search measured: as many features
/// less as `bytes` are too many.
void Compression::narrow(std::uintmax_t bytes) {
  if (!choosesFeatures_)
    throw InputError(fmt::format(
        "{}: --max-size: the weights of {} features have {} bytes; allow more, "
        "or give fewer --features, --units or --bits",
        options_.data, *options_.features, bytes));
  options_.features = std::int64_t(double(*options_.features) *
                                   *options_.maxBytes / double(bytes)) -
                      1;
  if (*options_.features < 1)
    throw InputError(fmt::format("{}: --max-size: not even 1 of its features "
                                 "fits; allow more bytes",
                                 options_.data));
}

void Compression::write(const Trained &pupil) const {
  // Without the teacher, which only training asks.
  const Dataset kept(
      trainings_->dataOf(featuresFor(allRows_, teacherWeights_)));
  writeText(
      output_.file("model.mlir"),
      quantizedModel(pupilModel(kept, facts_, options_, /*isTaught=*/false),
                     kept, options_.bits));
  const std::string weights = output_.file(weightsName());
  fs::copy_file(pupil.weights, weights);
  RunRecord record = compressionRecord(options_, figures_, weights, kept);
  record.started = started_;
  record.cost.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start_)
          .count();
  writeRecord(std::move(record), weights, key_);
}

void Compression::run() {
  // The program says what is wrong with weights that it cannot take.
  trainings_->answers(
      {options_.model, output_.work() + "/teacher", options_.weights},
      trainings_->parts(allRows_, options_.folds).front());
  teach();
  for (;;) {
    judge();
    expectSmallLoss();
    const Trained pupil = learn();
    const std::uintmax_t bytes = fs::file_size(pupil.weights);
    if (!options_.maxBytes || double(bytes) <= *options_.maxBytes) {
      write(pupil);
      break;
    }
    narrow(bytes);
  }
  const CompressionReport report = {
      .options = options_,
      .teacherFeatures = data_.width(),
      .teacherUnits = facts_.units,
      .teacherBytes = fs::file_size(options_.weights),
      .pupilBytes = fs::file_size(output_.file(weightsName())),
      .figures = figures_};
  writeText(output_.file("report.json"), report.json());
  output_.commit();
  printResult(options_.json ? report.json() : report.table());
}

void mlc::compress(const CompressOptions &options) {
  Compression(options).run();
}
