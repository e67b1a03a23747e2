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

/// The part of a buffer that belongs to an iteration of a forall: a slice along
/// one dimension of the buffer, given by its distance in memory so that views
/// of other shapes compare equal. Parts with equal fields have the same worker.
///
/// For example, in a forall over 128 units in 8 shards, the columns of a buffer
/// [?, 128] are the part {shards = 8, stride = 1, extent = 128, units = 16}.
/// The rows of a buffer [128, ?] have batches = 1: elements of this dimension
/// lie stride * batch^batches apart, since each `?` after it is the batch.
struct OwnPart {
  /// The forall's iterations: how many shards it has and how ranks share them,
  /// whatever their size; or, where it runs over the rows of the batch, the
  /// values of its upper bound and step.
  mlir::Attribute shards;
  const void *upper = nullptr, *step = nullptr;
  /// Elements between neighbours in the dimension: stride * batch^batches.
  int64_t stride = 1, batches = 0;
  /// The dimension's size, and how many of it belong to a shard.
  int64_t extent = 0, units = 0;
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

/// The argument or allocation that `memref` is a view of; null where it could
/// be one or another.
mlir::Value bufferOf(mlir::Value memref);

} // namespace mlc

#endif // MLC_LIB_SPMD_MEMORYACCESS_H
