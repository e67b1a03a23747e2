//===- ProgramSummary.h - The layers of a program ---------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_COMMANDS_PROGRAMSUMMARY_H
#define MLC_RUNTIME_COMMANDS_PROGRAMSUMMARY_H

#include "mlc/RuntimeABI.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mlc::runtime {

/// Parameters that belong together: a matrix [in, out] and those of the same
/// name before the last dot, such as its bias.
struct LayerSummary {
  std::string name;
  std::vector<std::int64_t> output; ///< Sizes of a row of what it gives.
  std::int64_t parameters = 0;
  /// To predict a row; 0 where they are counted by the non-zero.
  std::int64_t multiplications = 0;
  std::int64_t multiplicationsPerNonzero = 0;
};

/// In the order of the parameters. Multiplications are told only where their
/// sum is what the compiler counted for prediction; `areCounted` says whether.
std::vector<LayerSummary> layersOf(const MlcProgram &program, bool &areCounted);

/// Elements of all parameters; a quantised weight's scales are not among them.
std::int64_t countParameters(const MlcProgram &program);

/// A table as Keras' `summary` has it: a layer a line, with the shape of its
/// output, its parameters and multiplications; then totals, and bytes.
std::string summaryText(const MlcProgram &program);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_COMMANDS_PROGRAMSUMMARY_H
