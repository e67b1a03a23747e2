//===- Executor.h - Calls a program's entry points --------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_PROGRAM_EXECUTOR_H
#define MLC_RUNTIME_PROGRAM_EXECUTOR_H

#include "CPU/Workers.h"
#include "Program/AlignedBuffer.h"
#include "Program/DeviceProgram.h"
#include "Program/EpochOrder.h"
#include "Program/Examples.h"
#include "Program/Model.h"
#include "Program/Predictor.h"
#include "Program/ProgramStep.h"
#include "mlc/RuntimeABI.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace mlc::runtime {

/// A program, what it has learned, and what runs it: a GPU, or workers and
/// their workspace. All that stays the same from call to call. Not for use from
/// several threads at once.
class Executor {
public:
  /// Trains `model`, and may evaluate it and predict with it.
  /// `nonzeroCapacity` serves all examples that calls will be made on; `device`
  /// is a GPU, or null for the CPU. Throws InputError where memory or threads
  /// do not suffice.
  Executor(const MlcProgram &program, Model &model, std::int64_t threads,
           std::int64_t nonzeroCapacity,
           std::unique_ptr<LoadedDevice> device = nullptr);

  /// Evaluates and predicts alone. Workers are started, and memory is taken,
  /// with the first call that needs them: one of a single batch runs on the
  /// calling thread. What may be thrown above is then thrown by `run`. A GPU
  /// gets a copy of the weights.
  Executor(const Predictor &predictor, std::int64_t threads,
           std::unique_ptr<LoadedDevice> device = nullptr);

  const MlcProgram &program() const { return program_; }
  /// What is trained; none where there is a predictor.
  Model &model() { return *model_; }
  std::int64_t threads() const { return threads_; }
  /// Null where the CPU runs the program.
  const CudaDevice *device() const {
    return device_ ? &device_->device() : nullptr;
  }

  /// A call on these examples; rows and results are still to be set. A GPU gets
  /// a copy of them.
  MlcCall callOn(const Examples &examples);

  /// Runs a step for each batch of the call. Where a GPU evaluates, `scores`
  /// gets 4 bytes a batch (MlcDeviceCall), and outputs may be null.
  void run(ProgramStep step, const MlcCall &call, void *scores = nullptr);

  /// Gives a GPU a copy of rows that calls will point to, as long as the result
  /// lives; null for the CPU.
  std::shared_ptr<PlacedRows> place(std::span<const std::int32_t> rows);

  /// Has `result` hold an epoch's rows for calls that point there: the workers
  /// fill it, or a GPU fills its copy. Both lists were placed.
  void order(const EpochOrder &order, std::span<std::int32_t> result);

  /// Calls `task(worker, workers)` on every worker of a CPU; it must not throw.
  void onWorkers(const std::function<void(std::int64_t worker,
                                          std::int64_t workers)> &task);

private:
  void prepare(std::int64_t workers, std::int64_t nonzeros);

  const MlcProgram &program_;
  const Predictor *predictor_ = nullptr; ///< Null where a model is trained.
  std::unique_ptr<Model> copy_; ///< The predictor's weights, for a GPU.
  Model *model_ = nullptr;      ///< What is trained, or the copy.
  std::int64_t threads_;
  std::optional<Workers> workers_;
  std::int64_t workspaceWorkers_ = 0;
  std::vector<std::int64_t> capacities_; ///< [inputs]; -1 at first.
  AlignedBuffer<std::byte> workspace_;   ///< For so many workers and non-zeros.
  std::unique_ptr<DeviceProgram> device_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_PROGRAM_EXECUTOR_H
