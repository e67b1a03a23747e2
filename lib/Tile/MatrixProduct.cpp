//===- MatrixProduct.cpp - Products of two dense matrices -----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MatrixProduct.h"
#include "SumLoops.h"

using namespace mlir;
using namespace mlc;

bool mlc::isMatrixProduct(linalg::GenericOp op) {
  return sumKindOf(op) == SumKind::OfColumns && op.getNumLoops() == 3 &&
         op.getNumDpsInputs() == 2 &&
         op.getIteratorTypesArray()[2] == utils::IteratorType::reduction;
}

OpOperand *mlc::operandAlong(linalg::GenericOp product, unsigned first,
                             unsigned last) {
  Builder b(product.getContext());
  AffineMap map = AffineMap::get(
      3, 0, {b.getAffineDimExpr(first), b.getAffineDimExpr(last)},
      product.getContext());
  for (OpOperand *input : product.getDpsInputOperands())
    if (product.getMatchingIndexingMap(input) == map)
      return input;
  return nullptr;
}
