//===- KeptAnswers.cpp - An evaluation's answers, to be judged ------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program/KeptAnswers.h"

#include <algorithm>
#include <iterator>

namespace mlc::runtime {

Task taskOf(const MlcProgram &program) {
  switch (labelKindOf(program)) {
  case MLC_LABEL_REAL:
    break;
  case MLC_LABEL_BINARY:
    return columnsOf(program) == 1 ? Task::Binary : Task::MultiLabel;
  case MLC_LABEL_CLASS:
    return Task::MultiClass;
  }
  return Task::Regression;
}

void KeptAnswers::reserve(std::int64_t rows) {
  outputs_.reserve(rows * columnsOf(program_));
  if (labelKindOf(program_) == MLC_LABEL_CLASS)
    classes_.reserve(rows * placesOf(program_));
  else
    labels_.reserve(rows * columnsOf(program_));
}

void KeptAnswers::clear() {
  outputs_.clear();
  labels_.clear();
  classes_.clear();
}

void KeptAnswers::add(const ForwardChunk &chunk) {
  const std::optional<TargetScale> &target = examples_.data().target();
  const auto keep = [&](std::vector<float> &kept, const float *numbers,
                        std::size_t count) {
    if (target && labelKindOf(program_) == MLC_LABEL_REAL)
      std::transform(numbers, numbers + count, std::back_inserter(kept),
                     [&](float number) { return float(target->undo(number)); });
    else
      kept.insert(kept.end(), numbers, numbers + count);
  };
  keep(outputs_, chunk.outputs.data(), chunk.outputs.size());
  const std::int64_t columns = columnsOf(program_);
  const std::int64_t places = placesOf(program_);
  for (std::int32_t row : chunk.rows)
    if (labelKindOf(program_) == MLC_LABEL_CLASS) {
      const std::int32_t *own = examples_.classLabels() + row * places;
      classes_.insert(classes_.end(), own, own + places);
    } else {
      keep(labels_, examples_.realLabels() + row * columns, columns);
    }
}

Judged KeptAnswers::judged(const Decision &decision) const {
  Judged judged;
  judged.task = taskOf(program_);
  // Places are judged as rows are that have one class.
  judged.columns = columnsOfPlace(program_);
  judged.rows = std::ssize(outputs_) / judged.columns;
  judged.outputs = outputs_;
  judged.classes = classes_;
  judged.labels = labels_;
  judged.decision = decision;
  return judged;
}

} // namespace mlc::runtime
