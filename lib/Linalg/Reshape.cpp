//===- Reshape.cpp - Tensors seen in other shapes -------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Loops.h"
#include "dialects/Graph/Graph.h"
#include "dialects/Graph/Shapes.h"

#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"

using namespace mlir;
using namespace mlc;

/// As one of upstream's two reshapes; null where it takes both.
static Value reshapeOnce(OpBuilder &b, Location loc, Value x,
                         RankedTensorType type) {
  auto from = cast<RankedTensorType>(x.getType());
  std::optional<SmallVector<ReassociationIndices>> groups =
      getReassociationIndicesForReshape(from, type);
  if (!groups || from.getRank() == type.getRank())
    return {};
  if (type.getRank() < from.getRank())
    return tensor::CollapseShapeOp::create(b, loc, type, x, *groups);
  // Only a batch's first size is not known, and it stays.
  SmallVector<OpFoldResult> sizes;
  for (int64_t size : type.getShape())
    sizes.push_back(ShapedType::isDynamic(size)
                        ? tensor::getMixedSize(b, loc, x, 0)
                        : b.getIndexAttr(size));
  return tensor::ExpandShapeOp::create(b, loc, type, x, *groups, sizes);
}

Value mlc::reshapeTo(OpBuilder &b, Location loc, Value x,
                     RankedTensorType type) {
  auto from = cast<RankedTensorType>(x.getType());
  if (from == type)
    return x;
  if (Value once = reshapeOnce(b, loc, x, type))
    return once;
  // Through a shape that both are seen in: all elements, or those of rows.
  SmallVector<int64_t> flat;
  if (from.isDynamicDim(0))
    flat.push_back(ShapedType::kDynamic);
  flat.push_back(graph::knownElements(from));
  Value line = reshapeOnce(b, loc, x, from.clone(flat));
  return reshapeOnce(b, loc, line ? line : x, type);
}

Value mlc::asMatrix(OpBuilder &b, Location loc, Value x) {
  auto type = cast<RankedTensorType>(x.getType());
  if (type.getRank() <= 2)
    return x;
  int64_t columns = 1;
  for (int64_t size : type.getShape().drop_front())
    columns *= size;
  return reshapeTo(b, loc, x, type.clone({type.getDimSize(0), columns}));
}

namespace {

struct LowerReshape : OpRewritePattern<graph::ReshapeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::ReshapeOp op,
                                PatternRewriter &b) const override {
    b.replaceOp(op, reshapeTo(b, op.getLoc(), op.getInput(), op.getType()));
    return success();
  }
};

} // namespace

void mlc::populateReshapePatterns(RewritePatternSet &patterns) {
  patterns.add<LowerReshape>(patterns.getContext());
}
