//===- Expansions.cpp - Views that split a size --------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Expansions.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace mlc;

/// Whether a size becomes several of which more than one is not known.
static bool splitsUnknown(memref::ExpandShapeOp expand) {
  MemRefType type = expand.getResultType();
  return llvm::any_of(expand.getReassociationIndices(),
                      [&](ArrayRef<int64_t> group) {
                        return llvm::count_if(group, [&](int64_t dim) {
                                 return type.isDynamicDim(dim);
                               }) > 1;
                      });
}

static OpFoldResult product(OpBuilder &b, Location loc, OpFoldResult x,
                            OpFoldResult y) {
  std::optional<int64_t> left = getConstantIntValue(x),
                         right = getConstantIntValue(y);
  if (left && right)
    return b.getIndexAttr(*left * *right);
  return arith::MulIOp::create(b, loc,
                               getValueOrCreateConstantIndexOp(b, loc, x),
                               getValueOrCreateConstantIndexOp(b, loc, y))
      .getResult();
}

static void castToSizes(memref::ExpandShapeOp expand) {
  OpBuilder b(expand);
  Location loc = expand.getLoc();
  auto source =
      memref::ExtractStridedMetadataOp::create(b, loc, expand.getSrc());
  SmallVector<OpFoldResult> sizes = expand.getMixedOutputShape();
  SmallVector<OpFoldResult> strides(sizes.size());
  for (auto [group, whole] :
       llvm::zip_equal(expand.getReassociationIndices(),
                       source.getConstifiedMixedStrides())) {
    OpFoldResult stride = whole;
    for (int64_t dim : llvm::reverse(group)) {
      strides[dim] = stride;
      stride = product(b, loc, stride, sizes[dim]);
    }
  }
  Value view = memref::ReinterpretCastOp::create(
      b, loc, expand.getResultType(), expand.getSrc(),
      source.getConstifiedMixedOffset(), sizes, strides);
  expand.replaceAllUsesWith(view);
  expand.erase();
}

void mlc::castExpansions(func::FuncOp step) {
  SmallVector<memref::ExpandShapeOp> expansions;
  step.walk([&](memref::ExpandShapeOp expand) {
    if (splitsUnknown(expand))
      expansions.push_back(expand);
  });
  llvm::for_each(expansions, castToSizes);
}
