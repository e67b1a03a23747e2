//===- Reshape.cpp - The same elements in another shape -------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Graph/Graph.h"
#include "dialects/Graph/Shapes.h"

using namespace mlir;
using namespace mlc::graph;

/// Whether `type` has a size other than a first one that is not known.
static bool hasUnknownSize(RankedTensorType type) {
  return llvm::any_of(type.getShape().drop_front(), ShapedType::isDynamic);
}

LogicalResult ReshapeOp::verify() {
  RankedTensorType from = getInput().getType(), to = getType();
  for (RankedTensorType type : {from, to})
    if (type.getRank() < 1 || type.getRank() > kMaxRank)
      return emitOpError("expected one to ")
             << kMaxRank << " dimensions (C2), but got " << type;
  if (hasUnknownSize(from) || hasUnknownSize(to) ||
      from.isDynamicDim(0) != to.isDynamicDim(0) ||
      knownElements(from) != knownElements(to))
    return emitOpError("expected shapes of as many elements (C3), but got ")
           << from << " and " << to;
  return success();
}

void ReshapeOp::differentiate(Gradients &gradients) {
  if (gradients.wants(getInput()))
    gradients.add(getInput(), ReshapeOp::create(gradients.builder(), getLoc(),
                                                getInput().getType(),
                                                gradients.ofResult()));
}
