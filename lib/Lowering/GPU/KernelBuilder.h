//===- KernelBuilder.h - Builds kernels of a step ---------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_LOWERING_GPU_KERNELBUILDER_H
#define MLC_LIB_LOWERING_GPU_KERNELBUILDER_H

#include "EqualWork.h"
#include "KernelArguments.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/PatternMatch.h"

namespace mlc {

/// Builds a kernel of a step where the builder stands. Kernels get the address
/// of a block (MlcDeviceCall) and a number.
class KernelBuilder {
public:
  KernelBuilder(mlir::RewriterBase &b, mlir::func::FuncOp step, int64_t batch,
                const TableSizes &tables, EqualWork &equal)
      : b_(b), step_(step), loc_(step.getLoc()), batch_(batch), tables_(tables),
        equal_(equal) {}

  using Level = llvm::SmallVector<mlir::Operation *>;

  /// One launch: the work of one level, whose blocks are dealt out to its ops.
  /// The number is the batch's, after those that are done.
  llvm::LogicalResult buildLaunch(llvm::StringRef name, const Level &level);

  /// All levels of as many steps as the number says, with any number of blocks:
  /// each takes every so-manieth block of a level's launch, and all wait for
  /// one another after a level.
  llvm::LogicalResult buildSteps(llvm::StringRef name,
                                 llvm::ArrayRef<Level> levels);

  /// As many steps as the number says, where the step is the program of one
  /// block (after `mlc-block-barriers`): what is to be done once, a loop over
  /// steps, and what is to be done at the end. Ops of threads are shared out to
  /// those of the block.
  llvm::LogicalResult buildChip(llvm::StringRef name);

private:
  mlir::gpu::GPUFuncOp begin(llvm::StringRef name, int32_t blocksAtOnce);
  mlir::scf::ForOp loopOverSteps();
  mlir::Value stepIn(mlir::scf::ForOp loop);
  int64_t blocksOf(const Level &level) const;
  llvm::LogicalResult emitStep(llvm::ArrayRef<Level> levels, mlir::Value step);
  /// Emits what block `block` of a level's launch does.
  llvm::LogicalResult emitBlock(const Level &level, mlir::Value block);
  void emitMeeting(mlir::Value before, int64_t number);
  void beginBlock();
  llvm::LogicalResult emitOnce(llvm::StringRef when);
  llvm::LogicalResult emitChipStep(mlir::scf::ForOp loop);
  llvm::LogicalResult shareOut(mlir::scf::ForOp loop);
  void callForWords(mlir::scf::ForOp loop);
  mlir::Value addressOf(mlir::Value words, mlir::ValueRange indices);
  void meet(mlir::scf::ForOp loop);
  mlir::Block *rangeOf(mlir::Value block, mlir::Value from, int64_t to);
  llvm::LogicalResult materializeUses(mlir::Operation *op,
                                      mlir::IRMapping &mapping);
  mlir::Value materialize(mlir::Value value);
  mlir::Value index(int64_t value);

  mlir::RewriterBase &b_;
  mlir::func::FuncOp step_;
  mlir::Location loc_;
  int64_t batch_;
  TableSizes tables_;
  EqualWork &equal_;
  mlir::gpu::GPUFuncOp kernel_;
  mlir::Value block_, thread_, blocks_;
  KernelArguments *arguments_ = nullptr;
  /// Of the step, inside of the kernel.
  llvm::DenseMap<mlir::Value, mlir::Value> values_;
};

} // namespace mlc

#endif // MLC_LIB_LOWERING_GPU_KERNELBUILDER_H
