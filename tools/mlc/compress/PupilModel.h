//===- PupilModel.h - The text of a smaller model ---------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TOOLS_MLC_COMPRESS_PUPILMODEL_H
#define MLC_TOOLS_MLC_COMPRESS_PUPILMODEL_H

#include "CompressOptions.h"
#include "Data/Dataset.h"
#include "Metrics/Judged.h"

#include <cstdint>
#include <string>

namespace mlc {

/// What a teacher's model file says.
struct TeacherFacts {
  std::string name;
  /// The parameter that the features are multiplied by, [features, units];
  /// empty where there is not one such.
  std::string firstWeight;
  std::int64_t units = 0; ///< Of the first layer, if another follows; else 0.
  std::int64_t outputs = 0;
  runtime::Task task = runtime::Task::Binary;
};

/// Reads the model file for the rows of `data`. Throws InputError, also where
/// the model predicts quantities; Failed where what is wrong has been told.
TeacherFacts readTeacher(const std::string &path, const runtime::Dataset &data);

/// The pupil's model file for the rows of `data`: what `mlc new` would make,
/// with the options' units or the teacher's. `isTaught`: with a loss that
/// learns from the teacher's answers as well.
std::string pupilModel(const runtime::Dataset &data,
                       const TeacherFacts &teacher,
                       const CompressOptions &options, bool isTaught);

/// Whether a program computes with the numbers of a first layer packed in
/// `bits` bits (graph.dequantize), and not with what they stand for in f32: of
/// dense rows with those of 8 bits alone.
bool computesWithNumbers(int bits, const runtime::Dataset &data);

/// Whether such a layer, [features, units], has a scale for each unit, and not
/// for each feature: where rows are dense, and where sums of whole numbers are
/// faster.
bool scalesUnits(int bits, const runtime::Dataset &data, std::int64_t features,
                 std::int64_t units);

/// The same model for weights whose first layer is packed, where its program
/// computes with the numbers; else the text as it is.
std::string quantizedModel(std::string text, const runtime::Dataset &data,
                           int bits);

} // namespace mlc

#endif // MLC_TOOLS_MLC_COMPRESS_PUPILMODEL_H
