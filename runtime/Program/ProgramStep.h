//===- ProgramStep.h - What a program can be called for ---------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_PROGRAM_PROGRAMSTEP_H
#define MLC_RUNTIME_PROGRAM_PROGRAMSTEP_H

#include "Signature.h"

namespace mlc::runtime {

/// `ProfiledTrain` is for CPUs alone.
enum class ProgramStep { Train, ProfiledTrain, Evaluate, Predict, Explain };

/// Null where the program has no such entry point.
inline const MlcEntryPoint *entryOf(const MlcProgram &program,
                                    ProgramStep step) {
  switch (step) {
  case ProgramStep::Train:
  case ProgramStep::ProfiledTrain:
    return findEntry(program, "train");
  case ProgramStep::Evaluate:
    return findEntry(program, "evaluate");
  case ProgramStep::Predict:
    return findEntry(program, "predict");
  case ProgramStep::Explain:
    return findEntry(program, "explain");
  }
  return nullptr;
}

/// Throws InputError where the program has no such entry point.
inline void expectEntry(const MlcProgram &program, ProgramStep step) {
  if (entryOf(program, step))
    return;
  throw InputError(fmt::format(
      "program '{}' was compiled without {}; recompile the whole model",
      program.name,
      step == ProgramStep::Evaluate  ? "evaluation"
      : step == ProgramStep::Predict ? "prediction"
      : step == ProgramStep::Explain ? "explanation"
                                     : "training"));
}

/// The CPU's code for it; null where there is none.
inline MlcFunction functionOf(const MlcProgram &program, ProgramStep step) {
  const MlcEntryPoint *entry = entryOf(program, step);
  if (!entry)
    return nullptr;
  return step == ProgramStep::ProfiledTrain ? entry->profiled : entry->function;
}

} // namespace mlc::runtime

#endif // MLC_RUNTIME_PROGRAM_PROGRAMSTEP_H
