//===- MemRefAt.h - Memrefs at addresses that the runtime gives -*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_LOWERING_MEMREFAT_H
#define MLC_LIB_LOWERING_MEMREFAT_H

#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"

namespace mlc {

/// Elements of a row of `type`: of all its dimensions but the first, as far as
/// their sizes are known.
int64_t elementsOfRow(mlir::MemRefType type);

/// The memref of `type`, without gaps between its elements, that begins at
/// `address`. `sizes`, indices, are its dynamic sizes.
mlir::Value memrefAt(mlir::OpBuilder &b, mlir::Location loc,
                     const mlir::LLVMTypeConverter &types, mlir::Value address,
                     mlir::MemRefType type, llvm::ArrayRef<mlir::Value> sizes);

} // namespace mlc

#endif // MLC_LIB_LOWERING_MEMREFAT_H
