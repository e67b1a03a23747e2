//===- KernelArguments.h - A step's arguments inside of kernels -*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_LOWERING_GPU_KERNELARGUMENTS_H
#define MLC_LIB_LOWERING_GPU_KERNELARGUMENTS_H

#include "mlc/RuntimeABI.h"

#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"

namespace mlc {

/// Makes the values of a step's arguments from the slots that a kernel gets
/// (see MlcDeviceSlot), at the place where `b` stands, which every thread
/// passes.
class KernelArguments {
public:
  /// `offset` (i64): the batches between those done before and the kernel's.
  KernelArguments(mlir::OpBuilder &b, mlir::func::FuncOp step,
                  mlir::Value slots, mlir::Value offset, int64_t batch,
                  int64_t parameterCount);

  /// Has slots read before `loop`, once for all steps that it runs, and numbers
  /// of the batch computed here, for all of the step.
  void hoist(mlir::Operation *loop);

  /// Null where the runtime does not know the argument's role.
  mlir::Value valueOf(mlir::BlockArgument argument);

private:
  mlir::Value constant(int64_t value);
  mlir::Value index(mlir::Value value);
  mlir::Value integer(mlir::Value value);
  mlir::Value slot(int64_t number, mlir::Type type);
  mlir::Value pointer(int64_t number);
  mlir::Value buffer(mlir::Value address, mlir::Type memref,
                     mlir::Value skipped, mlir::Value rows);
  mlir::Value fieldBuffer(MlcCallField field, mlir::Type memref);
  /// The batch: its number in the call, its first row, its rows.
  mlir::Value number();
  mlir::Value first();
  mlir::Value size();

  mlir::OpBuilder &b;
  mlir::Location loc;
  mlir::func::FuncOp step;
  mlir::LLVMTypeConverter types;
  mlir::Value slots, offset;
  int64_t batch, parameterCount;
  mlir::Operation *loop = nullptr; ///< Of steps.
  /// Read before the loop.
  llvm::DenseMap<std::pair<int64_t, mlir::Type>, mlir::Value> read;
  mlir::Value number_, first_, size_;
};

} // namespace mlc

#endif // MLC_LIB_LOWERING_GPU_KERNELARGUMENTS_H
