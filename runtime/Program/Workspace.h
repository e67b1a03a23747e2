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
  All,
  Forward, ///< Entry points that update nothing, as evaluation and prediction.
};

/// Enough for each of the program's entry points that are meant: they never run
/// at the same time in one workspace.
MlcWorkspace workspaceOf(const MlcProgram &program, WorkspaceUse use);

/// A workspace for so many workers and batches of so many non-zeros. Throws
/// InputError where memory does not suffice.
AlignedBuffer<std::byte> makeWorkspace(const MlcWorkspace &need,
                                       std::int64_t workers,
                                       std::int64_t nonzeros);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_PROGRAM_WORKSPACE_H
