//===- MatrixProduct.h - Products of two dense matrices ------- -*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_TILE_MATRIXPRODUCT_H
#define MLC_LIB_TILE_MATRIXPRODUCT_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mlc {

/// Whether `op` is a product of two matrices whose result's columns are
/// contiguous in memory (SumKind::OfColumns): its rows, columns and terms are
/// loops 0 to 2.
bool isMatrixProduct(mlir::linalg::GenericOp op);

/// The operand that the product reads by two of its loops, in this order; null
/// where there is none.
mlir::OpOperand *operandAlong(mlir::linalg::GenericOp product, unsigned first,
                              unsigned last);

} // namespace mlc

#endif // MLC_LIB_TILE_MATRIXPRODUCT_H
