//===- MemoryAccess.h - Which worker touches what -------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_SPMD_MEMORYACCESS_H
#define MLC_LIB_SPMD_MEMORYACCESS_H

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Value.h"

#include <optional>
#include <tuple>

namespace mlc {

/// The part of a buffer that belongs to an iteration of a forall: along the
/// dimension of `extent` elements that are `stride` elements (times the batch
/// `batches` times) apart, `units` for each shard. Two parts with equal fields
/// are the same worker's.
struct OwnPart {
  /// The forall's bounds: its shards, or, where they follow from the batch, the
  /// values that give them.
  mlir::Attribute shards;
  const void *upper = nullptr, *step = nullptr;
  int64_t stride = 1, batches = 0, extent = 0, units = 0;
  /// Units of the forall that a shard has.
  int64_t unitsOfShard = 0;

  bool operator==(const OwnPart &) const = default;
};

/// One op's access to memory: the buffer (an argument or an allocation), and
/// its part where the op is in a forall and touches only that.
struct MemoryAccess {
  mlir::Value buffer;
  bool writes = false;
  std::optional<OwnPart> part;

  bool operator==(const MemoryAccess &) const = default;
};

/// The different accesses of `op`, which is not inside of a forall but may be
/// one, and of all ops inside. Where it is not known what is accessed, the
/// buffer is null.
llvm::SmallVector<MemoryAccess> accessesOf(mlir::Operation *op);

/// The argument or allocation that `memref` is a view of; null where that is
/// not one for sure.
mlir::Value bufferOf(mlir::Value memref);

} // namespace mlc

#endif // MLC_LIB_SPMD_MEMORYACCESS_H
