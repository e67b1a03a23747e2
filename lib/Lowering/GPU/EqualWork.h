//===- EqualWork.h - One function for equal ops of a step -------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_LOWERING_GPU_EQUALWORK_H
#define MLC_LIB_LOWERING_GPU_EQUALWORK_H

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"

#include <deque>

namespace mlc {

/// Equal layers give ops that do the same with different buffers. Where there
/// are many, their work (ThreadWork) becomes one function of the kernels'
/// module, which the launches and the kernel of many steps call: the time that
/// LLVM and ptxas take then does not grow with the number of layers. Work of
/// which there is little stays where it is done, without the cost of a call.
class EqualWork {
public:
  /// Functions are made in `kernels`, their names end in `suffix`.
  EqualWork(mlir::RewriterBase &b, mlir::gpu::GPUModuleOp kernels,
            llvm::StringRef suffix)
      : b_(b), kernels_(kernels), suffix_(suffix) {}

  /// Finds equal ones among the ops of a step, whose last batch has at most
  /// `batch` rows. The ops must outlive this object; they have no attributes
  /// that number them.
  void add(llvm::ArrayRef<mlir::Operation *> work, int64_t batch);

  /// Emits what thread `thread` of block `block` of an op's work does, in place
  /// or as a call. `mapping` has what the op uses.
  llvm::LogicalResult emit(mlir::Operation *op, mlir::IRMapping &mapping,
                           mlir::Value block, mlir::Value thread,
                           int64_t batch);

private:
  /// Equal ops. The function computes the first of them; null until it is
  /// called.
  struct Group {
    mlir::Operation *first;
    int64_t batch, team;
    int64_t ops = 0;
    bool isFunction = false;
    mlir::LLVM::LLVMFuncOp function = nullptr;
  };

  Group &groupOf(mlir::Operation *op, int64_t batch);
  llvm::LogicalResult build(Group &group);

  mlir::RewriterBase &b_;
  mlir::gpu::GPUModuleOp kernels_;
  llvm::StringRef suffix_;
  std::deque<Group> groups_; ///< In a place that stays.
  llvm::DenseMap<mlir::Operation *, Group *> groupOfOp_;
};

} // namespace mlc

#endif // MLC_LIB_LOWERING_GPU_EQUALWORK_H
