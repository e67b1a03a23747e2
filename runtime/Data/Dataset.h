//===- Dataset.h - A checked, mapped data set -------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_DATA_DATASET_H
#define MLC_RUNTIME_DATA_DATASET_H

#include "Data/Safetensors.h"
#include "Data/SparseRows.h"
#include "Data/TargetScale.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>

namespace mlc::runtime {

/// Rows in memory that stand for a data set: those of `sparse`, or `dense`
/// [rows, width] with the labels and the width of `sparse`.
struct DatasetRows {
  SparseRows sparse;
  bool isDense = false;
  std::vector<float> dense;
  bool hasClasses = false; ///< Whether labels are classes.
  std::vector<std::string> classNames = {};
  std::optional<TargetScale> target = {};
  std::vector<float> weights = {}; ///< Empty where each row counts 1.
};

/// When the rows of a file are read for the first time.
enum class RowChecks {
  AtOnce, ///< All of them, when it is opened.
  Later,  ///< When checkRows is told to.
};

/// A data set file (`format` = `mlc.dataset`) in one of two forms:
///   CSR:   indptr I64 [rows + 1], indices U16 or I32 [nonzeros] strictly
///          increasing in each row and below `width`, values F32 [nonzeros];
///          U16 only where `width` is at most 65536, and no values where all
///          are 1
///   dense: features F32 [rows, width]
/// and labels F32 [rows] or [rows, k], or I32 or I64 [rows], with `class_names`
/// in `__metadata__` where they stand for names (see ClassNames.h); and, if
/// rows do not count alike, weights F32 [rows]. There is at least one row and
/// one feature. `__metadata__` has `features` = `width` in decimal, which dense
/// data may leave out. Tensors of other names
/// (`vocabulary`, those of the vectoriser) are left to others. All spans point
/// into the mapped file, or into rows that the object has. Move-only.
class Dataset {
public:
  /// Opens and checks everything but the labels' meaning, which depends on the
  /// model: sizes, `indptr` from 0 to nonzeros and never falling, indices in
  /// range and increasing, every value and real label finite. Throws
  /// InputError that names the file, the tensor and the first row at fault.
  explicit Dataset(const std::string &path,
                   RowChecks checks = RowChecks::AtOnce);
  /// Rows that need no check; `path` is where they came from, for errors.
  Dataset(const std::string &path, DatasetRows rows);

  /// Reads and checks rows [begin, end) of a file that was opened without; all
  /// of them must have been before their values are used. What is told of all
  /// rows (hasOnlyOnes, maxRowNonzeros) is then known of these.
  void checkRows(std::int64_t begin, std::int64_t end);
  /// Advises on the pages of rows [begin, end).
  void advise(std::int64_t begin, std::int64_t end, PageAdvice advice) const;

  /// Null where the rows are in memory alone.
  const SafetensorsFile *file() const { return file_ ? &*file_ : nullptr; }
  const std::string &path() const { return path_; }
  std::int64_t rows() const { return rows_; }
  std::int64_t width() const { return width_; }

  /// The columns of the non-zeros as the file has them.
  using Indices = std::variant<std::span<const std::uint16_t>,
                               std::span<const std::int32_t>>;

  bool isSparse() const { return !indptr_.empty(); }
  std::span<const std::int64_t> indptr() const { return indptr_; }
  const Indices &indices() const { return indices_; }
  std::int64_t nonzeros() const { return isSparse() ? indptr_.back() : 0; }
  /// Whether a row is dense or has a non-zero. One that is neither is a text
  /// without a known word: all such rows have one answer.
  bool hasEntries(std::int64_t row) const {
    return !isSparse() ||
           indptr_[std::size_t(row)] < indptr_[std::size_t(row) + 1];
  }
  /// [nonzeros], or empty where the file has none since all are 1.
  std::span<const float> values() const { return values_; }
  /// Whether every non-zero is exactly 1, be it written or not.
  bool hasOnlyOnes() const { return hasOnlyOnes_; }
  std::span<const float> features() const { return features_; }
  /// The most non-zeros that any row has; 0 for dense data.
  std::int64_t maxRowNonzeros() const { return maxRowNonzeros_; }

  bool hasClassLabels() const { return !classLabels_.empty(); }
  /// [rows, labelColumns()], row-major; empty where labels are classes.
  std::span<const float> realLabels() const { return realLabels_; }
  /// [rows, labelColumns()], row-major; empty where labels are real numbers.
  std::span<const std::int32_t> classLabels() const { return classLabels_; }
  /// What another model answered to each row: `teacher` F32 [rows, columns],
  /// row-major, or [rows] where `columns` is 1. Throws InputError where the
  /// file has none, or one of another shape or with a number that is not
  /// finite; training alone asks for it.
  std::span<const float> teacher(std::int64_t columns) const;
  /// How much each row's loss counts: `weights` F32 [rows], finite, not
  /// negative and not all 0; empty where the file has none, and each counts 1.
  std::span<const float> weights() const { return weights_; }
  std::int64_t labelColumns() const { return labelColumns_; }
  /// What labels stand for, as ClassNames.h says; empty where that is numbers.
  const std::vector<std::string> &classNames() const { return classNames_; }
  /// The scale of the targets that real labels stand for.
  const std::optional<TargetScale> &target() const { return target_; }

private:
  void readFile(const SafetensorsFile &file);
  void readRows(const SafetensorsFile &file);
  void readLabels(const SafetensorsFile &file);
  void readWeights(const SafetensorsFile &file);
  void readClassNames(const SafetensorsFile &file);
  void checkInputs(std::int64_t begin, std::int64_t end);
  void checkLabels(std::int64_t begin, std::int64_t end) const;
  void checkWeights(std::int64_t begin, std::int64_t end) const;

  std::string path_;
  std::optional<SafetensorsFile> file_;
  DatasetRows owned_;
  std::vector<float> ownedLabels_;
  std::vector<std::int32_t> ownedClasses_;
  std::vector<std::string> classNames_;
  std::optional<TargetScale> target_;
  std::int64_t rows_ = 0, width_ = 0, maxRowNonzeros_ = 0, labelColumns_ = 1;
  bool hasOnlyOnes_ = false;
  std::span<const std::int64_t> indptr_;
  Indices indices_;
  std::span<const float> values_, features_, realLabels_, weights_;
  std::span<const std::int32_t> classLabels_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_DATA_DATASET_H
