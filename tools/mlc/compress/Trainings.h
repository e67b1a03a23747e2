//===- Trainings.h - Programs that mlc compress runs ------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TOOLS_MLC_COMPRESS_TRAININGS_H
#define MLC_TOOLS_MLC_COMPRESS_TRAININGS_H

#include "CompressOptions.h"
#include "Data/Quantize.h"
#include "PupilModel.h"
#include "Text/Vectorizer.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mlc {

using Rows = std::vector<std::size_t>; ///< Of the data set, rising.

/// A model that was trained: what the folder holds.
struct Trained {
  std::string model, program, weights; ///< Paths.
};

/// Compiles, trains and asks models in a folder.
class Trainings {
public:
  /// Compiles the teacher's model; pupils decide by `decision`. Throws Failed,
  /// InputError.
  Trainings(const CompressOptions &options, const runtime::Dataset &data,
            const TeacherFacts &facts, const runtime::Decision &decision,
            std::string folder);

  /// A teacher that learned from `rows` alone, as long as its model says.
  Trained teach(const Rows &rows, const std::string &name) const;
  /// What a teacher answers to `rows`: [rows, outputs].
  std::vector<float> answers(const Trained &teacher, const Rows &rows) const;
  /// What teachers answer to `rows` that did not learn them: the rows are
  /// parted into `folds`, and for each a teacher learns from the others. [rows,
  /// outputs].
  std::vector<float> outOfFold(const Rows &rows, std::int64_t folds,
                               const std::string &name) const;
  /// Learns from `rows` with these features; `answers` are the teacher's, empty
  /// where it learns from labels alone.
  Trained learn(const Rows &rows, const std::vector<std::int32_t> &features,
                std::span<const float> answers, const std::string &name) const;
  /// What a pupil answers to `rows`, of the same features.
  std::vector<float> answers(const Trained &pupil, const Rows &rows,
                             const std::vector<std::int32_t> &features) const;

  /// The bytes of a pupil's weights with these features, as many `units` (0:
  /// it is linear) and the first layer's weights [features, units of the
  /// teacher] in the place of its own, which hardly differ in how they pack.
  std::uintmax_t sizeOf(const std::vector<std::int32_t> &features,
                        std::int64_t units,
                        std::span<const float> weights) const;

  /// The path of a data set of all rows with these features.
  std::string dataOf(const std::vector<std::int32_t> &features) const;

  /// The rows in so many parts, of which each has labels alike.
  std::vector<Rows> parts(const Rows &rows, std::int64_t folds) const;

private:
  std::string in(const std::string &name) const { return folder_ + "/" + name; }
  void compile(const std::string &model, const std::string &data,
               const std::string &program) const;
  /// From the weights `first`, which are tuned at a smaller rate; empty: from
  /// random ones.
  void train(const Trained &made, const std::string &data,
             const std::string &epochs, const std::string &first = "") const;
  std::string pruned(const std::string &weights) const;
  void finish(Trained &made, const runtime::Dataset &learned) const;
  std::string
  writeWeights(const std::string &path, runtime::SafetensorsContents contents,
               const runtime::QuantizedRows *numbers = nullptr) const;
  std::vector<float> ask(const Trained &model, const std::string &data) const;

  const CompressOptions &options_;
  const runtime::Dataset &data_;
  const TeacherFacts &facts_;
  const runtime::Decision &decision_;
  std::optional<runtime::Vectorizer> vectorizer_; ///< Of the data, if any.
  std::string folder_;
};

} // namespace mlc

#endif // MLC_TOOLS_MLC_COMPRESS_TRAININGS_H
