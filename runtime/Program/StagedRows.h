//===- StagedRows.h - Copies of the rows of a call --------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_PROGRAM_STAGEDROWS_H
#define MLC_RUNTIME_PROGRAM_STAGEDROWS_H

#include "Program/ExampleParts.h"
#include "Program/Executor.h"

#include <cstdint>
#include <span>
#include <vector>

namespace mlc::runtime {

/// The rows of a call, one after another in the order in which its steps take
/// them, copied from the parts of a data set in the form that programs read.
/// What a step computes has the same bits as from the files.
class StagedRows {
public:
  /// `weights` is of programs that read weights.
  StagedRows(const ExampleParts &parts, RowWeightRule weights);

  /// Replaces the rows by others, which workers of `executor` copy.
  void fill(Executor &executor, std::span<const std::int64_t> rows);

  /// Points a call to the rows.
  void describe(MlcCall &call) const;

private:
  void countRow(std::int64_t row, std::size_t slot);
  void copyRow(std::int64_t row, std::size_t slot);

  const ExampleParts &parts_;
  const MlcProgram &program_;
  const RowWeightRule weightRule_;
  const bool hasWeights_, hasValues_, areNarrow_;
  std::vector<std::int64_t> indptr_ = {0};
  std::vector<std::uint16_t> narrow_; ///< Of at most MLC_U16_WIDTH features.
  std::vector<std::int32_t> wide_;
  std::vector<float> values_; ///< Or dense features.
  std::vector<float> realLabels_, weights_;
  std::vector<std::int32_t> classLabels_;
  std::vector<std::int32_t> rows_; ///< 0, 1, 2, ...
  MlcInputData inputData_{};
  const void *labelData_[3] = {};
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_PROGRAM_STAGEDROWS_H
