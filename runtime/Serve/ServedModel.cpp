//===- ServedModel.cpp - A model that is served ---------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Serve/ServedModel.h"

#include "Error.h"
#include "Program/KeptAnswers.h"
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
                         const TermsReader &terms)
    : predictor_(expectCpu(program), SafetensorsFile(path)),
      terms_(terms(predictor_.weights())),
      version_(predictor_.weights().hash()),
      isSparse_(inputOf(program).kind == MLC_INPUT_CSR),
      width_(widthOf(program)), columns_(columnsOf(program)),
      task_(taskOf(program)) {
  // A table's texts are columns beside others; their rows are not made here.
  const auto &metadata = predictor_.weights().metadata();
  if (metadata.contains("vectorizer") && !wantsEncodedRows()) {
    Vectorizer vectorizer = Vectorizer::load(predictor_.weights());
    if (vectorizer.isText()) {
      if (vectorizer.features() != width_ || vectorizer.isDense() == isSparse_)
        throw InputError(fmt::format(
            "{}: its vectorizer makes {} rows of {} features, and program '{}' "
            "takes {} rows of {}; train it again on data of this vectorizer",
            path, vectorizer.isDense() ? "dense" : "sparse",
            vectorizer.features(), program.name, isSparse_ ? "sparse" : "dense",
            width_));
      vectorizer_ = std::move(vectorizer);
    }
  }
  listTensors();
}

bool ServedModel::wantsEncodedRows() const {
  return predictor_.weights().metadata().contains("table");
}

void ServedModel::listTensors() {
  if (vectorizer_)
    inputs_ = {{"text", Datatype::Bytes, 1}};
  else if (isSparse_)
    inputs_ = {{"indptr", Datatype::Int64, 0},
               {"indices", Datatype::Int32, 0},
               {"values", Datatype::Fp32, 0}};
  else
    inputs_ = {{"features", Datatype::Fp32, width_}};
  if (task_ == Task::Regression) {
    outputs_ = {{"values", Datatype::Fp32, columns_}};
    return;
  }
  const std::int64_t labels = task_ == Task::MultiClass ? 1 : columns_;
  outputs_ = {{"logits", Datatype::Fp32, columns_},
              {"probabilities", Datatype::Fp64, columns_},
              {"labels", Datatype::Int64, labels}};
  if (labels == 1 && !terms_.scores.empty())
    outputs_.push_back({"scores", Datatype::Fp64, 1});
  if (labels == 1 && !terms_.names.empty())
    outputs_.push_back({"names", Datatype::Bytes, 1});
}

ModelSlot::ModelSlot(const MlcProgram &program, std::string path,
                     std::string name, TermsReader terms)
    : program_(program), path_(std::move(path)), name_(std::move(name)),
      terms_(std::move(terms)) {
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
  put(std::make_shared<ServedModel>(program_, path_, terms_));
}

void ModelSlot::unload() { put(nullptr); }

} // namespace mlc::runtime
