//===- PackOperands.h - Operands of large products, packed ------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_TILE_PACKOPERANDS_H
#define MLC_LIB_TILE_PACKOPERANDS_H

#include "lib/CostModel.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/PatternMatch.h"

namespace mlc {

/// Whether a product's rows are to be computed block by block, since its left
/// side is read along its columns, in which rows of the result are contiguous,
/// and its result is large: `product` has loops of rows, columns and terms.
bool isWorthBlocksOfRows(mlir::linalg::GenericOp product,
                         const CostModel &costs);

/// Has the products in `columns`, a loop over tiles of columns with a loop over
/// tiles of rows, `rows`, inside, read large operands from packed copies: each
/// tile's columns of the right side, copied before `rows`, and, if `packsLeft`,
/// each tile's rows of the left side, copied before `columns`. (Rows of an
/// operand that lie a power of two apart compete for few places of a cache;
/// packed, all that a tile reads is contiguous.) Does nothing where no
/// bound of the number of terms is known.
void packOperands(mlir::RewriterBase &rewriter, mlir::scf::ForOp columns,
                  mlir::scf::ForOp rows, bool packsLeft,
                  const CostModel &costs);

} // namespace mlc

#endif // MLC_LIB_TILE_PACKOPERANDS_H
