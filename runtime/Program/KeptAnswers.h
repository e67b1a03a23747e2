//===- KeptAnswers.h - An evaluation's answers, to be judged ----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_PROGRAM_KEPTANSWERS_H
#define MLC_RUNTIME_PROGRAM_KEPTANSWERS_H

#include "Metrics/Judged.h"
#include "Program/ForwardPass.h"

#include <cstdint>
#include <vector>

namespace mlc::runtime {

/// What a program's outputs are.
Task taskOf(const MlcProgram &program);

/// The outputs of an evaluation and the labels of its rows. Memory: 8 bytes a
/// row and output.
class KeptAnswers {
public:
  KeptAnswers(const MlcProgram &program, const Examples &examples)
      : program_(program), examples_(examples) {}

  /// Allocates for so many rows, so that an evaluation does not.
  void reserve(std::int64_t rows);
  void clear();
  /// Real outputs and labels are kept in the units of their targets.
  void add(const ForwardChunk &chunk);

  /// Valid until the next change.
  Judged judged(const Decision &decision = {}) const;

private:
  const MlcProgram &program_;
  const Examples &examples_;
  std::vector<float> outputs_, labels_;
  std::vector<std::int32_t> classes_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_PROGRAM_KEPTANSWERS_H
