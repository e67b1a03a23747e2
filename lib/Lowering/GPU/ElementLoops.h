//===- ElementLoops.h - Loops that compute an element each ------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_LOWERING_GPU_ELEMENTLOOPS_H
#define MLC_LIB_LOWERING_GPU_ELEMENTLOOPS_H

#include "lib/Support/LoopBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"

namespace mlc {

/// On a loop over terms: for each value it carries, the name of the op that
/// adds a term to it. The terms may then be shared out to several threads.
inline constexpr llvm::StringLiteral kCombiners = "mlc.combiners";

/// Builds a linalg.generic of parallel loops that writes to destinations: each
/// element of the results is what the body makes of its place and of the
/// destinations' elements there.
class ElementLoops {
public:
  /// `maps`: of each result, from the loops to its dimensions.
  ElementLoops(mlir::RewriterBase &b, mlir::Location loc,
               mlir::ValueRange destinations,
               llvm::ArrayRef<mlir::AffineMap> maps, unsigned loops)
      : b_(b), loc_(loc), destinations_(destinations), maps_(maps),
        loops_(loops) {}
  /// In the place of `op`.
  ElementLoops(mlir::RewriterBase &b, mlir::DestinationStyleOpInterface op,
               llvm::ArrayRef<mlir::AffineMap> maps, unsigned loops)
      : ElementLoops(b, op.getLoc(), op.getDpsInits(), maps, loops) {}

  using Body = llvm::function_ref<llvm::SmallVector<mlir::Value>(
      mlir::ValueRange, mlir::ValueRange)>;
  llvm::SmallVector<mlir::Value> build(Body body);

private:
  mlir::RewriterBase &b_;
  mlir::Location loc_;
  llvm::SmallVector<mlir::Value> destinations_;
  llvm::SmallVector<mlir::AffineMap> maps_;
  unsigned loops_;
};

} // namespace mlc

#endif // MLC_LIB_LOWERING_GPU_ELEMENTLOOPS_H
