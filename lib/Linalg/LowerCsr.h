//===- LowerCsr.h - Products with CSR data ----------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_LINALG_LOWERCSR_H
#define MLC_LIB_LINALG_LOWERCSR_H

#include "Records.h"

namespace mlc {

/// Replaces a step's `#graph.csr` data argument by the arguments of its CSR
/// form, and everything that uses it by csr ops. Fails at a use that has none.
llvm::LogicalResult lowerCsr(mlir::func::FuncOp step,
                             const StepRecords &records);

} // namespace mlc

#endif // MLC_LIB_LINALG_LOWERCSR_H
