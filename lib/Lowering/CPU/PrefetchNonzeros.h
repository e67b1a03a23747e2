//===- PrefetchNonzeros.h - What non-zeros are multiplied by ----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_LOWERING_CPU_PREFETCHNONZEROS_H
#define MLC_LIB_LOWERING_CPU_PREFETCHNONZEROS_H

#include "lib/CostModel.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlc {

/// In a loop over non-zeros that reads a row of a large weight for each
/// (csr.matmul), or a record of a quantised one (csr.quantized_matmul),
/// prefetches that of a later one.
void prefetchNonzeros(mlir::func::FuncOp function, const CostModel &costs);

} // namespace mlc

#endif // MLC_LIB_LOWERING_CPU_PREFETCHNONZEROS_H
