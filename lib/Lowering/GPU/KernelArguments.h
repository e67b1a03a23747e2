//===- KernelArguments.h - A step's arguments inside of kernels -*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_LOWERING_GPU_KERNELARGUMENTS_H
#define MLC_LIB_LOWERING_GPU_KERNELARGUMENTS_H

#include "lib/Lowering/StepArguments.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"

namespace mlc {

/// PTX's number for memory that all blocks see.
inline constexpr unsigned kGlobalMemory = 1;

/// The word of the block that a kernel gets (MlcDeviceCall, and the tables
/// behind it) that has an argument's address or number.
int64_t slotOf(const RoleInfo &role, int64_t entry, const TableSizes &tables);

/// Makes the values of a step's arguments from the block that a kernel gets, at
/// the place where `b` stands, which every thread passes.
class KernelArguments : public StepArguments {
public:
  /// `offset` (i64): the batches between those done before and the kernel's.
  KernelArguments(mlir::OpBuilder &b, mlir::func::FuncOp step,
                  mlir::Value slots, mlir::Value offset, int64_t batch,
                  const TableSizes &tables);

  /// Has slots read before `loop`, once for all steps that it runs, where
  /// registers can hold them all, and numbers of the batch computed here, for
  /// all of the step.
  void hoist(mlir::Operation *loop);

private:
  mlir::Value word(const RoleInfo &role, int64_t entry,
                   mlir::Type type) override;
  mlir::Value address(const RoleInfo &role, int64_t entry) override;
  mlir::Value elementAt(mlir::Value base, mlir::Type type,
                        mlir::Value skipped) override;
  mlir::Value number() override;
  mlir::Value first() override;
  mlir::Value size() override;
  mlir::Value count() override;
  mlir::Value slot(int64_t number, mlir::Type type);

  mlir::Value slots_, offset_;
  int64_t batch_;
  unsigned argumentCount_; ///< Of the step.
  TableSizes tables_;
  mlir::Operation *loop_ =
      nullptr; ///< Of steps, where slots are read before it.
  /// Read before the loop.
  llvm::DenseMap<std::pair<int64_t, mlir::Type>, mlir::Value> read_;
  mlir::Value number_, first_, size_;
};

} // namespace mlc

#endif // MLC_LIB_LOWERING_GPU_KERNELARGUMENTS_H
