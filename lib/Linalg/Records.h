//===- Records.h - Quantised weights as bytes -------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_LINALG_RECORDS_H
#define MLC_LIB_LINALG_RECORDS_H

#include "dialects/Graph/Graph.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlc {

/// A quantised weight as csr ops read it.
struct Records {
  mlir::Value list;
  int64_t bits, bytes; ///< Of a number; of a record.
  mlir::Value scales;  ///< [1, out], of unscaled records; else none.
};

/// The quantised weights of a step. Its argument of each one's numbers is, from
/// now on, the list of records in which a call has them (include/mlc/
/// QuantizedWeights.h); that of its scales is not read any more, or, where each
/// column has one, is of f32.
class StepRecords {
public:
  explicit StepRecords(mlir::func::FuncOp step);

  /// Nothing where the weight is not quantised.
  std::optional<Records> of(mlir::Value weight) const;

  /// Takes away what was asked for, once its products are lowered. Fails, with
  /// an error, where another op uses a weight.
  llvm::LogicalResult finish();

private:
  llvm::SmallVector<std::pair<graph::DequantizeOp, Records>> weights_;
};

} // namespace mlc

#endif // MLC_LIB_LINALG_RECORDS_H
