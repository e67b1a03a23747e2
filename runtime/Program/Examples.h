//===- Examples.h - A data set that suits the program -----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_PROGRAM_EXAMPLES_H
#define MLC_RUNTIME_PROGRAM_EXAMPLES_H

#include "Data/Dataset.h"
#include "Program/AlignedBuffer.h"
#include "Signature.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mlc::runtime {

/// Whether labels are needed, with weights where the program takes them (eval),
/// with a teacher as well (train), or not looked at (predict).
enum class LabelUse { Taught, Needed, Ignored };

/// A data set that was checked against a program: its kind, width and labels
/// are what the program's entry points read.
class Examples {
public:
  /// Throws InputError that says what the program expects, what the file has
  /// and what to do.
  Examples(const MlcProgram &program, const std::string &path, LabelUse use);
  Examples(const MlcProgram &program, Dataset data, LabelUse use);

  const Dataset &data() const { return data_; }
  std::int64_t rows() const { return data_.rows(); }

  /// Points the call's tables of inputs and labels here, to which these must
  /// not move: their data are the mapped file's wherever it has the form that
  /// programs read.
  void describe(MlcCall &call) const;

  /// MLC_LABEL_CLASS: [rows, places]. Null for others.
  const std::int32_t *classLabels() const { return classLabels_; }
  /// Others: [rows, outputs], row-major. Null for classes.
  const float *realLabels() const { return realLabels_; }

  /// How much each row's loss counts; empty where the program does not ask.
  std::span<const float> weights() const { return weights_; }
  /// Other weights, one a row. The program must take weights.
  void setWeights(std::vector<float> weights);

  /// The group of a row that a split keeps in proportion: its class, or
  /// whether it is positive; 0 where labels are real or several.
  std::int64_t stratumOf(std::int64_t row) const;

  /// At least the non-zeros of any `batch` rows; 0 for dense data.
  std::int64_t nonzeroCapacity(std::int64_t batch) const;
  /// The same for batches of the program, as MlcCall wants it, computed when it
  /// is first asked for.
  const std::int64_t *capacities() const;

  /// Throws InputError where the files tell that column i means one thing here
  /// and another in `other`, a data set or weights.
  void expectSameVectorizer(const SafetensorsFile &other) const;

private:
  void takeLabels();
  void takeWeights(LabelUse use);
  void takeIndices();
  [[noreturn]] void fail(const std::string &message) const;

  const MlcProgram &program_;
  Dataset data_;
  const float *realLabels_ = nullptr;
  const std::int32_t *classLabels_ = nullptr;
  const void *indices_ = nullptr;
  // What the file has in another type.
  AlignedBuffer<std::uint16_t> convertedIndices_;
  std::vector<float> convertedReals_;
  std::vector<std::int64_t> begins_; ///< Of rows of a bounded size.
  std::vector<std::int32_t> convertedClasses_;
  // What calls point to.
  MlcInputData inputData_{};
  std::vector<float> weights_;
  const void *labelData_[3] = {};      ///< Labels, weights, teacher.
  mutable std::int64_t capacity_ = -1; ///< -1: not yet computed.
};

/// The same of a data set that is `data`.
void expectSameVectorizer(const SafetensorsFile &data,
                          const SafetensorsFile &other);

/// Identifies the vectorizer that made a data set (its description, its
/// vocabulary and whatever else it keeps), or that made the data set of a
/// weights file; nothing where there is none.
std::optional<std::string> vectorizerHash(const SafetensorsFile &file);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_PROGRAM_EXAMPLES_H
