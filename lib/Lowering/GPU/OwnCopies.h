//===- OwnCopies.h - Parameters of which each block has all -----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_LOWERING_GPU_OWNCOPIES_H
#define MLC_LIB_LOWERING_GPU_OWNCOPIES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlc {

/// Gives each worker a copy (kCopyOf, private memory) of the parameters and
/// states that ops outside of foralls write and that others read, as the bias
/// of a last layer: where all workers update their copies alike, nothing has to
/// cross. What such an op writes beside them gets a copy, too. Parameters and
/// states that no one else reads stay the leader's.
void makeOwnCopies(mlir::func::FuncOp step);

} // namespace mlc

#endif // MLC_LIB_LOWERING_GPU_OWNCOPIES_H
