//===- Executor.h - Calls a program's entry points --------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TRAIN_EXECUTOR_H
#define MLC_RUNTIME_TRAIN_EXECUTOR_H

#include "CPU/Workers.h"
#include "Train/AlignedBuffer.h"
#include "Train/Examples.h"
#include "Train/Model.h"
#include "mlc/RuntimeABI.h"

#include <cstddef>
#include <cstdint>

namespace mlc::runtime {

/// A program, what it has learned, its workers and their workspace: all that
/// stays the same from call to call.
class Executor {
public:
  /// `nonzeroCapacity` serves all examples that calls will be made on. Throws
  /// InputError where memory or threads do not suffice.
  Executor(const MlcProgram &program, Model &model, std::int64_t threads,
           std::int64_t nonzeroCapacity);

  const MlcProgram &program() const { return program_; }
  Model &model() { return model_; }
  Workers &workers() { return workers_; }

  /// A call on these examples; rows and results are still to be set.
  MlcCall callOn(const Examples &examples);

  void run(MlcEntryPoint entry, const MlcCall &call) {
    workers_.run(entry, call);
  }

private:
  const MlcProgram &program_;
  Model &model_;
  Workers workers_;
  std::int64_t nonzeroCapacity_;
  AlignedBuffer<std::byte> workspace_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TRAIN_EXECUTOR_H
