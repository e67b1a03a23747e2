//===- AveragedParameters.h - Averages of what is learned -------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_PROGRAM_AVERAGEDPARAMETERS_H
#define MLC_RUNTIME_PROGRAM_AVERAGEDPARAMETERS_H

#include "Program/Model.h"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>

namespace mlc::runtime {

/// As long as it lives, the model has in the place of its parameters what
/// evaluation and weights files have: their averages (`ema`), where the program
/// keeps any and `steps` steps were enough for an update. The average of a
/// parameter is its state NAME.ema. The model must not be trained meanwhile.
class AveragedParameters {
public:
  AveragedParameters(const MlcProgram &program, Model &model,
                     std::int64_t steps)
      : program_(program), model_(model),
        isThere_(steps >= program.accumulate) {
    exchange();
  }
  AveragedParameters(const AveragedParameters &) = delete;
  AveragedParameters &operator=(const AveragedParameters &) = delete;
  ~AveragedParameters() { exchange(); }

private:
  /// Twice is not at all.
  void exchange() {
    for (std::int64_t i = 0; isThere_ && i < program_.state_count; ++i) {
      const MlcState &state = program_.states[i];
      if (state.parameter != MLC_NO_PARAMETER &&
          fmt::format("{}.ema", program_.parameters[state.parameter].name) ==
              state.name)
        std::ranges::swap_ranges(model_.parameter(state.parameter),
                                 model_.state(i));
    }
  }

  const MlcProgram &program_;
  Model &model_;
  bool isThere_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_PROGRAM_AVERAGEDPARAMETERS_H
