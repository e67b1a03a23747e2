//===- ElementLoss.h - What element-wise losses are made of -----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_DIALECTS_GRAPH_ELEMENTLOSS_H
#define MLC_DIALECTS_GRAPH_ELEMENTLOSS_H

#include "dialects/Graph/Losses.h"
#include "dialects/Graph/TensorExpr.h"

namespace mlc::graph {

/// The predictions and labels of an element-wise loss.
struct Elements {
  template <typename OpTy>
  Elements(mlir::OpBuilder &b, OpTy loss)
      : y(b, loss.getPrediction(), loss.getLoc()),
        t(b, loss.getLabel(), loss.getLoc()) {}
  TensorExpr y, t;
};

/// The binary cross-entropy of each element: logits y, labels t in [0, 1].
TensorExpr bceTerms(TensorExpr y, TensorExpr t);

} // namespace mlc::graph

#endif // MLC_DIALECTS_GRAPH_ELEMENTLOSS_H
