//===- WordCrossings.h - What can cross thread blocks as words --*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_LOWERING_GPU_WORDCROSSINGS_H
#define MLC_LIB_LOWERING_GPU_WORDCROSSINGS_H

#include "lib/Spmd/MemoryAccess.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace mlc {

/// What crosses workers in a step of `mlc-row-owners` after
/// `mlc-place-barriers`, and whether it can cross as words.
class WordCrossings {
public:
  explicit WordCrossings(mlir::func::FuncOp step);

  /// A buffer that crosses.
  struct Crossing {
    mlir::memref::AllocOp buffer;
    mlir::Operation *exchange;
    /// Outermost ops: what writes it, and those that read it.
    mlir::Operation *writer = nullptr;
    llvm::SmallVector<mlir::Operation *> readers;
    /// Whether it crosses from the owners of shards to those of rows, and not
    /// from these to all.
    bool isOfShards = false;
  };
  llvm::ArrayRef<Crossing> all() const { return crossings_; }

  /// Whether sums cross from all shards to the owners of rows, and then what
  /// these make of them to all, and nothing else crosses: why one copy of a
  /// word is enough then, `mlc-exchange-to-words` says.
  bool arePossible() const { return arePossible_; }
  /// How many words a block awaits in a step.
  int64_t wordsOfBlock() const;
  /// The loop of the owners of rows.
  mlir::scf::ForallOp rows() const { return rows_; }

  /// Moves what nobody needs until rows are computed behind what is published
  /// for them: it is done while words are on their way.
  void useWaits() const;

private:
  struct OpAccesses {
    mlir::Operation *op;
    llvm::SmallVector<MemoryAccess> accesses;
  };

  bool find();
  bool isInTurn();

  mlir::func::FuncOp step_;
  llvm::SmallVector<mlir::Operation *> exchanges_;
  llvm::SmallVector<OpAccesses> ops_; ///< That touch memory, in order.
  llvm::SmallVector<Crossing> crossings_;
  mlir::scf::ForallOp rows_;
  /// The most of a forall, so that each block has one or more.
  int64_t shards_ = 0;
  bool arePossible_;
};

} // namespace mlc

#endif // MLC_LIB_LOWERING_GPU_WORDCROSSINGS_H
