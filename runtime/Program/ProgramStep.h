//===- ProgramStep.h - What a program can be called for ---------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_PROGRAM_PROGRAMSTEP_H
#define MLC_RUNTIME_PROGRAM_PROGRAMSTEP_H

#include "mlc/RuntimeABI.h"

namespace mlc::runtime {

/// `ProfiledTrain` is for CPUs alone.
enum class ProgramStep { Train, ProfiledTrain, Evaluate, Predict };

/// The CPU's code for it; null in a program for GPUs alone.
inline MlcEntryPoint entryOf(const MlcProgram &program, ProgramStep step) {
  switch (step) {
  case ProgramStep::Train:
    return program.train;
  case ProgramStep::ProfiledTrain:
    return program.train_profiled;
  case ProgramStep::Evaluate:
    return program.evaluate;
  case ProgramStep::Predict:
    return program.predict;
  }
  return nullptr;
}

} // namespace mlc::runtime

#endif // MLC_RUNTIME_PROGRAM_PROGRAMSTEP_H
