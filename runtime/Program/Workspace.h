//===- Workspace.h - The memory that a call works in -----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_PROGRAM_WORKSPACE_H
#define MLC_RUNTIME_PROGRAM_WORKSPACE_H

#include "Program/AlignedBuffer.h"
#include "mlc/RuntimeABI.h"

#include <cstddef>
#include <cstdint>

namespace mlc::runtime {

enum class WorkspaceUse {
  Train,   ///< All of it.
  Forward, ///< `evaluate` and `predict`: the workers' own pieces alone.
};

/// A workspace for so many workers and batches of so many non-zeros. Where it
/// is for forward passes alone, what training's workers share has addresses,
/// since a worker's piece is found behind it, but takes no memory. Throws
/// InputError where memory does not suffice.
AlignedBuffer<std::byte> makeWorkspace(const MlcWorkspace &need,
                                       std::int64_t workers,
                                       std::int64_t nonzeros, WorkspaceUse use);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_PROGRAM_WORKSPACE_H
