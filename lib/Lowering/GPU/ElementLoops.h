//===- ElementLoops.h - Loops that compute an element each ------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_LOWERING_GPU_ELEMENTLOOPS_H
#define MLC_LIB_LOWERING_GPU_ELEMENTLOOPS_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"

namespace mlc {

/// On a loop over terms: for each value it carries, the name of the op that
/// adds a term to it. The terms may then be shared out to several threads.
inline constexpr llvm::StringLiteral kCombiners = "mlc.combiners";

/// Small words for the ops that loops inside of elements are made of.
class LoopWords {
public:
  LoopWords(mlir::OpBuilder &b, mlir::Location loc) : b(b), loc(loc) {}

  mlir::Value index(int64_t value);
  mlir::Value integer(int64_t value);
  mlir::Value number(float value);
  mlir::Value add(mlir::Value x, mlir::Value y);
  mlir::Value extract(mlir::Value list, mlir::ValueRange place);
  /// An element as a place; numbers in data have no sign.
  mlir::Value extractIndex(mlir::Value list, mlir::Value place);
  mlir::Value toIndex(mlir::Value value);
  /// The places, from and to, of the non-zeros of a batch's example.
  std::pair<mlir::Value, mlir::Value>
  rowOf(mlir::Value rows, mlir::Value indptr, mlir::Value example);

  using LoopBody = llvm::function_ref<llvm::SmallVector<mlir::Value>(
      mlir::Value, mlir::ValueRange)>;
  /// `body` is called with the place and what is carried; ops go where the
  /// builder then stands.
  mlir::scf::ForOp loop(mlir::Value from, mlir::Value to,
                        mlir::ValueRange carried, LoopBody body);

  using Branch = llvm::function_ref<mlir::Value()>;
  /// What one of two branches makes.
  mlir::Value choose(mlir::Value condition, mlir::Type type, Branch yes,
                     Branch no);

  mlir::OpBuilder &b;
  mlir::Location loc;
};

/// Builds a linalg.generic of parallel loops in the place of `op`, which writes
/// to destinations: each element of the results is what the body makes of its
/// place and of the destinations' elements there.
class ElementLoops {
public:
  /// `maps`: of each result, from the loops to its dimensions.
  ElementLoops(mlir::RewriterBase &b, mlir::DestinationStyleOpInterface op,
               llvm::ArrayRef<mlir::AffineMap> maps, unsigned loops)
      : b(b), op(op), maps(maps), loops(loops) {}

  using Body = llvm::function_ref<llvm::SmallVector<mlir::Value>(
      mlir::ValueRange, mlir::ValueRange)>;
  llvm::SmallVector<mlir::Value> build(Body body);

private:
  mlir::RewriterBase &b;
  mlir::DestinationStyleOpInterface op;
  llvm::SmallVector<mlir::AffineMap> maps;
  unsigned loops;
};

} // namespace mlc

#endif // MLC_LIB_LOWERING_GPU_ELEMENTLOOPS_H
