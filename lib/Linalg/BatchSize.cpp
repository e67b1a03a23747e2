//===- BatchSize.cpp - The one dynamic size of a step
//-------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BatchSize.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

void mlc::unifyBatchSize(func::FuncOp step) {
  BlockArgument rows = steps::findArgument(step, steps::kRows);
  // Once results have their buffers, loops may have been split: then first
  // sizes may be those of shards.
  if (!rows || !isa<RankedTensorType>(rows.getType()))
    return;
  OpBuilder b(step.getBody());
  Value count = b.createOrFold<tensor::DimOp>(rows.getLoc(), rows, 0);
  step.walk([&](tensor::DimOp dim) {
    if (dim.getResult() == count || dim.getConstantIndex() != 0)
      return;
    dim.replaceAllUsesWith(count);
    dim.erase();
  });
}
