//===- Bounds.h - How large sizes can be ---------------------- -*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_SUPPORT_BOUNDS_H
#define MLC_LIB_SUPPORT_BOUNDS_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/Value.h"

#include <cstdint>
#include <optional>

namespace mlc {

/// The most that the size of dimension `dim` of a tensor or memref can be in
/// any call of the program: of the batch, what `mlc.batch` of the function
/// says; of other sizes, what follows from the ops that make them. Nothing
/// where no bound is known, as of the rows of a data set or of the room for a
/// batch's non-zeros.
std::optional<int64_t> boundOf(mlir::Value shaped, int64_t dim);

/// The most that an index can be, which is a size or a part of one and so not
/// negative.
std::optional<int64_t> boundOf(mlir::OpFoldResult index);

/// The most iterations that loop `loop` of a linalg op has.
std::optional<int64_t> boundOfLoop(mlir::linalg::LinalgOp op, unsigned loop);

} // namespace mlc

#endif // MLC_LIB_SUPPORT_BOUNDS_H
