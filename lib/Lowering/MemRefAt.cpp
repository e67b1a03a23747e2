//===- MemRefAt.cpp - Memrefs at addresses that the runtime gives ---------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MemRefAt.h"

#include "mlir/Conversion/LLVMCommon/MemRefBuilder.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

int64_t mlc::elementsOfRow(MemRefType type) {
  int64_t elements = 1;
  for (int64_t dim : type.getShape().drop_front(type.getRank() ? 1 : 0))
    elements *= dim;
  return elements;
}

Value mlc::memrefAt(OpBuilder &b, Location loc, const LLVMTypeConverter &types,
                    Value address, MemRefType type, Value rows) {
  auto descriptor = MemRefDescriptor::poison(b, loc, types.convertType(type));
  descriptor.setAllocatedPtr(b, loc, address);
  descriptor.setAlignedPtr(b, loc, address);
  descriptor.setConstantOffset(b, loc, 0);
  int64_t stride = 1;
  for (int64_t dim = type.getRank() - 1; dim >= 0; --dim) {
    descriptor.setConstantStride(b, loc, dim, stride);
    if (type.isDynamicDim(dim)) {
      descriptor.setSize(
          b, loc, dim,
          arith::IndexCastOp::create(b, loc, b.getI64Type(), rows));
      continue;
    }
    descriptor.setConstantSize(b, loc, dim, type.getDimSize(dim));
    stride *= type.getDimSize(dim);
  }
  Value structure = descriptor;
  return UnrealizedConversionCastOp::create(b, loc, type, structure)
      .getResult(0);
}
