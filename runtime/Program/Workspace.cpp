//===- Workspace.cpp - The memory that a call works in --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program/Workspace.h"

#include "Error.h"
#include "Signature.h"

#include <algorithm>
#include <fmt/format.h>
#include <new>
#include <optional>

namespace mlc::runtime {

MlcWorkspace workspaceOf(const MlcProgram &program, WorkspaceUse use) {
  MlcWorkspace most{};
  for (const MlcEntryPoint &entry : entriesOf(program)) {
    if (use == WorkspaceUse::Forward && (entry.flags & MLC_ENTRY_UPDATES))
      continue;
    const MlcWorkspace &need = entry.workspace;
    most = {.shared = std::max(most.shared, need.shared),
            .own = std::max(most.own, need.own),
            .own_per_nonzero =
                std::max(most.own_per_nonzero, need.own_per_nonzero)};
  }
  return most;
}

/// Bytes of MlcWorkspace; nothing where they are too many for a number.
static std::optional<std::int64_t> workspaceBytes(const MlcWorkspace &need,
                                                  std::int64_t workers,
                                                  std::int64_t nonzeros) {
  constexpr std::int64_t alignment = 64;
  std::int64_t bytes;
  if (__builtin_mul_overflow(need.own_per_nonzero, nonzeros, &bytes) ||
      __builtin_add_overflow(bytes, need.own, &bytes) ||
      __builtin_add_overflow(bytes, alignment - 1, &bytes) ||
      __builtin_mul_overflow(bytes / alignment * alignment, workers, &bytes) ||
      __builtin_add_overflow(bytes, need.shared, &bytes))
    return std::nullopt;
  return bytes;
}

AlignedBuffer<std::byte> makeWorkspace(const MlcWorkspace &need,
                                       std::int64_t workers,
                                       std::int64_t nonzeros) {
  if (const auto bytes = workspaceBytes(need, workers, nonzeros)) {
    try {
      return AlignedBuffer<std::byte>(*bytes);
    } catch (const std::bad_alloc &) {
      // Reported below, with what was asked for.
    }
  }
  throw InputError(fmt::format(
      "not enough memory for a batch: {} bytes, and for each of {} "
      "threads {} and {} for each of {} non-zeros; compile with a "
      "smaller --batch, or use fewer --threads",
      need.shared, workers, need.own, need.own_per_nonzero, nonzeros));
}

} // namespace mlc::runtime
