//===- Predictor.h - A trained program that is only asked -------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_PROGRAM_PREDICTOR_H
#define MLC_RUNTIME_PROGRAM_PREDICTOR_H

#include "Data/Safetensors.h"
#include "Program/AlignedBuffer.h"
#include "Program/ProgramStep.h"
#include "mlc/RuntimeABI.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace mlc::runtime {

/// Rows of features in the caller's memory. Which spans are used depends on the
/// program's MlcInputKind; the others stay empty.
struct InputRows {
  std::int64_t count = 0;
  /// CSR: row i has the non-zeros [starts[i], starts[i + 1]); [count + 1], from
  /// 0.
  std::span<const std::int64_t> starts = {};
  /// CSR: strictly increasing in each row, below the program's width.
  std::span<const std::int32_t> columns = {};
  std::span<const float> values = {};   ///< CSR; empty: all are 1.
  std::span<const float> features = {}; ///< Dense: [count, width].
};

/// Features of each of some dense rows: as many as the program says or, where
/// it leaves that open, as the rows have.
std::int64_t widthOf(const MlcProgram &program, const InputRows &rows);

/// A program for CPUs and the weights that it was trained to. Nothing of it
/// changes after it was made, so that any number of threads may use it at once,
/// each with a workspace of its own; the threads are the caller's.
///
/// Weights stay where they are in the mapped file if they are aligned there as
/// compiled code needs it (64 bytes), which those that this runtime writes are
/// but for a few small ones; the others are copied. Optimiser states are not
/// held at all.
class Predictor {
public:
  /// What a thread needs to itself. It grows with the largest batch so far;
  /// calls allocate nothing once it is large enough.
  class Workspace {
  public:
    /// For batches of so many non-zeros (0 where rows are dense). Throws
    /// InputError where memory does not suffice.
    explicit Workspace(const Predictor &predictor, std::int64_t nonzeros = 0);

  private:
    friend class Predictor;
    void reserve(const MlcProgram &program, std::int64_t nonzeros);

    std::int64_t nonzeros_ = -1; ///< That memory_ suffices for.
    AlignedBuffer<std::byte> memory_;
    std::vector<std::int32_t> rows_;     ///< 0, 1, 2, ...
    std::vector<std::uint16_t> columns_; ///< Where programs want them narrow.
    std::vector<std::int64_t> begins_;   ///< Of rows of a bounded size.
  };

  /// Throws InputError, with the file's name, for what is not the whole and
  /// finite weights of this program (see checkWeights).
  Predictor(const MlcProgram &program, SafetensorsFile weights);

  const MlcProgram &program() const { return program_; }
  const SafetensorsFile &weights() const { return weights_; }
  /// As MlcCall wants them; `evaluate` and `predict` only read them.
  void *const *parameters() const { return parameters_.data(); }
  /// Bytes of weights that were copied since they are not aligned in the file.
  std::size_t copiedBytes() const { return copies_.span().size_bytes(); }

  /// Computes the outputs, [rows.count, outputs], batch after batch. The bits
  /// of a row are those that the command `predict` prints of the same rows.
  /// Throws InputError, which names the row (from 0), for input that the
  /// program cannot read: see InputRows; numbers must be finite.
  void predict(const InputRows &rows, std::span<float> outputs,
               Workspace &workspace) const;

  /// What is asked of the entry point "explain"; see MlcCall.
  struct Question {
    const float *path, *baseline, *direction;
    /// A number for each stored entry of the rows or, dense, for each element.
    float *gradients;
  };
  /// Computes the gradients of the rows' outputs, batch after batch. Throws as
  /// `predict` does, and where the program has no such entry point.
  void explain(const InputRows &rows, const Question &question,
               Workspace &workspace) const;

  /// Runs a step that updates nothing for each batch of a call, whose fields of
  /// data, rows and results are set, on this thread alone. `capacities` are
  /// those of the call.
  void run(ProgramStep step, MlcCall call, Workspace &workspace) const;

private:
  /// Checks the rows and calls an entry point on them.
  void runOn(const InputRows &rows, ProgramStep step, MlcCall call,
             Workspace &workspace) const;

  const MlcProgram &program_;
  SafetensorsFile weights_;
  AlignedBuffer<float> copies_;
  std::vector<void *> parameters_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_PROGRAM_PREDICTOR_H
