//===- LoopBuilder.h - Builds loops over lists of numbers ----- -*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_SUPPORT_LOOPBUILDER_H
#define MLC_LIB_SUPPORT_LOOPBUILDER_H

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Builders.h"

namespace mlc {

/// Builds the ops that loops over non-zeros and over the terms of an element
/// are made of, at one location. Ops go where the builder stands; a function
/// that is called for a body finds it standing there.
class LoopBuilder {
public:
  LoopBuilder(mlir::OpBuilder &b, mlir::Location loc) : b(b), loc(loc) {}

  /// Constants: an index, an i64, an f32.
  mlir::Value index(int64_t value);
  mlir::Value integer(int64_t value);
  mlir::Value number(float value);

  /// x + y, of integers or indices.
  mlir::Value add(mlir::Value x, mlir::Value y);
  /// sum + x * y, of numbers.
  mlir::Value addProduct(mlir::Value x, mlir::Value y, mlir::Value sum);
  /// Integers as indices, without a sign, as numbers in data are; and back.
  mlir::Value toIndex(mlir::Value value);
  mlir::Value toI32(mlir::Value value);
  mlir::Value toI64(mlir::Value value);

  /// An element of a tensor; the same as an index; a tensor with another
  /// element.
  mlir::Value extract(mlir::Value list, mlir::ValueRange place);
  mlir::Value extractIndex(mlir::Value list, mlir::ValueRange place);
  mlir::Value insert(mlir::Value value, mlir::Value list,
                     mlir::ValueRange place);

  /// Where the non-zeros of row rows[example] of CSR data begin and end.
  std::pair<mlir::Value, mlir::Value>
  rowOf(mlir::Value rows, mlir::Value indptr, mlir::Value example);

  using LoopBody = llvm::function_ref<llvm::SmallVector<mlir::Value>(
      mlir::Value, mlir::ValueRange)>;
  /// From `from` to below `to`; `body` gets the variable and what is carried.
  mlir::scf::ForOp loop(mlir::Value from, mlir::Value to,
                        mlir::ValueRange carried, LoopBody body);

  using Branch = llvm::function_ref<mlir::Value()>;
  /// What one of two branches makes.
  mlir::Value choose(mlir::Value condition, mlir::Type type, Branch yes,
                     Branch no);

  using Branches = llvm::function_ref<llvm::SmallVector<mlir::Value>()>;
  mlir::ValueRange chooseAll(mlir::Value condition, mlir::TypeRange types,
                             Branches yes, Branches no);

  using BitBody = llvm::function_ref<mlir::Value(mlir::Value, mlir::Value)>;
  /// Carries a value over the bits of an i64 that are set, from the lowest;
  /// `body` gets a bit's number (index) and what is carried.
  mlir::Value forEachBit(mlir::Value bits, mlir::Value carried, BitBody body);

  mlir::OpBuilder &b;
  mlir::Location loc;
};

} // namespace mlc

#endif // MLC_LIB_SUPPORT_LOOPBUILDER_H
