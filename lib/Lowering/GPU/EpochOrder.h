//===- EpochOrder.h - The kernel that orders an epoch's rows ----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_LOWERING_GPU_EPOCHORDER_H
#define MLC_LIB_LOWERING_GPU_EPOCHORDER_H

#include "mlir/Dialect/GPU/IR/GPUDialect.h"

namespace mlc {

/// Builds, where `b` stands in a gpu.module, the kernel that fills
/// result[place] = rows[p(place)] for all places of an epoch, p being the keyed
/// bijection of runtime/Program/Random.h (Permutation) with the kernel's number
/// as its index. Its block is an MlcOrder.
void buildOrderKernel(mlir::OpBuilder &b, mlir::Location loc,
                      llvm::StringRef name);

} // namespace mlc

#endif // MLC_LIB_LOWERING_GPU_EPOCHORDER_H
