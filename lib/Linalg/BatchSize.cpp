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
  auto isRows = [&](BlockArgument argument) {
    auto role = step.getArgAttrOfType<StringAttr>(argument.getArgNumber(),
                                                  steps::kRole);
    return role && role == steps::kRows;
  };
  auto *rows = llvm::find_if(step.getArguments(), isRows);
  if (rows == step.getArguments().end())
    return;
  OpBuilder b(step.getBody());
  Value count = b.createOrFold<tensor::DimOp>(rows->getLoc(), *rows, 0);
  step.walk([&](tensor::DimOp dim) {
    if (dim.getResult() == count || dim.getConstantIndex() != 0)
      return;
    dim.replaceAllUsesWith(count);
    dim.erase();
  });
}
