//===- PrefetchRecords.h - Records of quantised weights ---------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_LOWERING_CPU_PREFETCHRECORDS_H
#define MLC_LIB_LOWERING_CPU_PREFETCHRECORDS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlc {

/// In a loop over non-zeros that reads a record of a large quantised weight for
/// each (csr.quantized_matmul), prefetches the record of a later one.
void prefetchRecords(mlir::func::FuncOp function);

} // namespace mlc

#endif // MLC_LIB_LOWERING_CPU_PREFETCHRECORDS_H
