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
    if (!ShapedType::isDynamic(dim))
      elements *= dim;
  return elements;
}

Value mlc::memrefAt(OpBuilder &b, Location loc, const LLVMTypeConverter &types,
                    Value address, MemRefType type, ArrayRef<Value> sizes) {
  auto descriptor = MemRefDescriptor::poison(b, loc, types.convertType(type));
  descriptor.setAllocatedPtr(b, loc, address);
  descriptor.setAlignedPtr(b, loc, address);
  descriptor.setConstantOffset(b, loc, 0);
  // Elements of what is behind a dimension: known ones, times others.
  int64_t known = 1;
  Value others;
  for (int64_t dim = type.getRank() - 1; dim >= 0; --dim) {
    if (others) {
      Value factor =
          LLVM::ConstantOp::create(b, loc, b.getI64IntegerAttr(known));
      descriptor.setStride(b, loc, dim,
                           LLVM::MulOp::create(b, loc, others, factor));
    } else {
      descriptor.setConstantStride(b, loc, dim, known);
    }
    if (!type.isDynamicDim(dim)) {
      descriptor.setConstantSize(b, loc, dim, type.getDimSize(dim));
      known *= type.getDimSize(dim);
      continue;
    }
    Value size = arith::IndexCastOp::create(
        b, loc, b.getI64Type(), sizes[type.getDynamicDimIndex(dim)]);
    descriptor.setSize(b, loc, dim, size);
    others = others ? LLVM::MulOp::create(b, loc, others, size) : size;
  }
  Value structure = descriptor;
  return UnrealizedConversionCastOp::create(b, loc, type, structure)
      .getResult(0);
}
