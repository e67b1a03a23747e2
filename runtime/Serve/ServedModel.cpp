//===- ServedModel.cpp - A model that is served ---------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Serve/ServedModel.h"

#include "Audit/Digest.h"
#include "Error.h"
#include "Import/TableRows.h"
#include "Program/KeptAnswers.h"
#include "Program/OwnWeights.h"
#include "Signature.h"

#include <fmt/format.h>

namespace mlc::runtime {

static const MlcProgram &expectCpu(const MlcProgram &program) {
  if (!hasCpuCode(program))
    throw InputError(fmt::format("program '{}' was compiled for {} alone, and "
                                 "models are served on CPUs; recompile it with "
                                 "--target cpu,cuda",
                                 program.name, program.device->target));
  return program;
}

ServedModel::ServedModel(const MlcProgram &program, const std::string &path,
                         const TermsReader &terms, bool isRecorded)
    : predictor_(expectCpu(program), openWeights(path)),
      terms_(terms(predictor_.weights())),
      figures_(storedFigures(predictor_.weights())),
      version_(predictor_.weights().hash()),
      isSparse_(mlc::runtime::isSparse(program)), width_(widthOf(program)),
      columns_(columnsOf(program)), task_(taskOf(program)) {
  if (isRecorded)
    sha256_ = sha256Of(predictor_.weights().storedBytes());
  readTransform(predictor_.weights().path());
  listTensors();
}

/// What makes rows of texts and of a table's cells, and of both side by side.
void ServedModel::readTransform(const std::string &path) {
  const SafetensorsFile &weights = predictor_.weights();
  table_ = Table::load(weights);
  if (weights.metadata().contains("vectorizer")) {
    Vectorizer vectorizer = Vectorizer::load(weights);
    if (vectorizer.isText())
      vectorizer_ = std::move(vectorizer);
  }
  if (!vectorizer_ && !table_)
    return;
  const std::int64_t width =
      (vectorizer_ ? vectorizer_->features() : 0) +
      (table_ ? static_cast<std::int64_t>(table_->width()) : 0);
  const bool isDense =
      vectorizer_ ? vectorizer_->isDense() : width <= maxDenseWidth;
  const MlcProgram &program = predictor_.program();
  if (!mayHaveWidth(program, width) || isDense == isSparse_)
    throw InputError(fmt::format(
        "{}: what it says of its inputs makes {} rows of {} features, and "
        "program '{}' takes {} rows of {}; train it again on its data",
        path, isDense ? "dense" : "sparse", width, program.name,
        isSparse_ ? "sparse" : "dense", widthText(program)));
  width_ = width;
}

std::optional<std::size_t> ServedModel::placeOf(std::string_view column) const {
  const auto found = places_.find(column);
  return found == places_.end() ? std::nullopt : std::optional(found->second);
}

/// One tensor a column. What reads cells of files reads these.
void ServedModel::listColumns() {
  for (const TableColumn &column : table_->columns())
    inputs_.push_back(
        {column.name,
         column.type == ColumnType::Number ? Datatype::Fp64 : Datatype::Bytes,
         1});
  for (const std::string &name : table_->settings().textColumns)
    inputs_.push_back({name, Datatype::Bytes, 1});
  for (std::size_t place = 0; place < inputs_.size(); ++place)
    places_.emplace(inputs_[place].name, place);
}

void ServedModel::listTensors() {
  if (table_)
    listColumns();
  else if (vectorizer_)
    inputs_ = {{"text", Datatype::Bytes, 1}};
  else if (isSparse_)
    inputs_ = {{"indptr", Datatype::Int64, 0},
               {"indices", Datatype::Int32, 0},
               {"values", Datatype::Fp32, 0}};
  else
    inputs_ = {{"features", Datatype::Fp32, width_,
                isBounded(inputOf(predictor_.program()))}};
  if (task_ == Task::Regression) {
    outputs_ = {{"values", Datatype::Fp32, columns_}};
    return;
  }
  const std::int64_t places = placesOf(predictor_.program());
  const std::int64_t labels = task_ == Task::MultiClass ? places : columns_;
  outputs_ = {{"logits", Datatype::Fp32, columns_},
              {"probabilities", Datatype::Fp64, columns_},
              {"labels", Datatype::Int64, labels}};
  if (task_ == Task::MultiLabel)
    return;
  if (!terms_.scores.empty())
    outputs_.push_back({"scores", Datatype::Fp64, labels});
  if (!terms_.names.empty())
    outputs_.push_back({"names", Datatype::Bytes, labels});
}

ModelSlot::ModelSlot(const MlcProgram &program, std::string path,
                     std::string name, TermsReader terms, bool isRecorded)
    : program_(program), path_(std::move(path)), name_(std::move(name)),
      terms_(std::move(terms)), isRecorded_(isRecorded) {
  load();
}

std::shared_ptr<const ServedModel> ModelSlot::current() const {
  const std::lock_guard lock(mutex_);
  return model_;
}

void ModelSlot::put(std::shared_ptr<const ServedModel> model) {
  {
    const std::lock_guard lock(mutex_);
    model_.swap(model);
    generation_.fetch_add(1, std::memory_order_release);
  }
  // The old one ends here, or with the last thread that uses it.
}

void ModelSlot::load() {
  const std::lock_guard lock(loading_);
  put(std::make_shared<ServedModel>(program_, path_, terms_, isRecorded_));
}

void ModelSlot::unload() { put(nullptr); }

} // namespace mlc::runtime
