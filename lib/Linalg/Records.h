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

/// A quantised weight that dense rows are multiplied by.
struct NumbersMatrix {
  mlir::Value numbers; ///< [in, record] of i8: `out` numbers, and a gap.
  mlir::Value scales;  ///< [1, out] of f32.
};

/// The quantised weights of a step. Its argument of each one's numbers is, from
/// now on, the list of records in which a call has them (include/mlc/
/// QuantizedWeights.h), or of a weight of dense rows the matrix that these are;
/// that of its scales is not read any more, or, where each column has one, is
/// of f32.
class StepRecords {
public:
  explicit StepRecords(mlir::func::FuncOp step);

  /// Of a weight of `#graph.csr` rows. Nothing where it is no quantised one.
  std::optional<Records> of(mlir::Value weight) const;
  /// The same of dense rows.
  std::optional<NumbersMatrix> matrixOf(mlir::Value weight) const;

  /// Takes away what was asked for, once its products are lowered. Fails, with
  /// an error, where another op uses a weight.
  llvm::LogicalResult finish();

private:
  struct Weight {
    graph::DequantizeOp op;
    Records records = {};
    bool isMatrix = false;
  };
  llvm::SmallVector<Weight> weights_;
};

/// x[i, j] * factors[0, j].
mlir::Value timesColumns(mlir::OpBuilder &b, mlir::Location loc, mlir::Value x,
                         mlir::Value factors);

/// Replaces each product of dense rows and a quantised weight by loops that
/// read its numbers.
void lowerQuantizedProducts(mlir::func::FuncOp step,
                            const StepRecords &records);

} // namespace mlc

#endif // MLC_LIB_LINALG_RECORDS_H
