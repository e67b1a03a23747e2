//===- LinearInit.h - Where a linear layer starts ---------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_LINALG_LINEARINIT_H
#define MLC_LIB_LINALG_LINEARINIT_H

#include "dialects/Graph/Graph.h"

namespace mlc {

/// What a linear layer of `rows` rows adds to: its bias in each, or zeros.
mlir::Value linearInit(mlir::OpBuilder &b, graph::LinearOp op,
                       mlir::OpFoldResult rows);

} // namespace mlc

#endif // MLC_LIB_LINALG_LINEARINIT_H
