//===- ProductTable.cpp - A library's products for the runtime ------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProductTable.h"
#include "mlc/RuntimeABI.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlc;

/// The slot of an argument that lies in one piece; nothing for others.
static std::optional<int64_t> slotOf(BlockArgument argument, func::FuncOp step,
                                     int64_t parameterCount) {
  StringRef role = steps::roleOf(argument);
  const int64_t place = llvm::count_if(
      step.getArguments().take_front(argument.getArgNumber()),
      [&](BlockArgument other) { return steps::roleOf(other) == role; });
  if (role == steps::kParameter)
    return MLC_SLOT_PARAMETERS + place;
  if (role == steps::kState)
    return MLC_SLOT_PARAMETERS + parameterCount + place;
  if (role == steps::kWorkspace)
    return MLC_CALL_WORKSPACE;
  if (role == steps::kPrediction)
    return MLC_CALL_OUTPUTS;
  return std::nullopt;
}

/// Where a buffer begins; nothing where that is no whole argument and no piece
/// of one at a known place.
static std::optional<MlcOperand> placeOf(Value buffer, func::FuncOp step,
                                         int64_t parameterCount) {
  if (!buffer)
    return MlcOperand{MLC_NO_OPERAND, 0};
  int64_t offset = 0;
  while (Operation *op = buffer.getDefiningOp()) {
    if (auto view = dyn_cast<memref::ViewOp>(op)) {
      APInt shift;
      if (!matchPattern(view.getByteShift(), m_ConstantInt(&shift)))
        return std::nullopt;
      offset += shift.getSExtValue();
      buffer = view.getSource();
    } else if (auto cast = dyn_cast<memref::CastOp>(op)) {
      buffer = cast.getSource();
    } else {
      return std::nullopt;
    }
  }
  if (auto slot = slotOf(cast<BlockArgument>(buffer), step, parameterCount))
    return MlcOperand{*slot, offset};
  return std::nullopt;
}

FailureOr<DenseI64ArrayAttr> mlc::productFields(blas::GemmOp product,
                                                func::FuncOp step,
                                                int64_t parameterCount) {
  auto sizeOf = [](Value matrix, unsigned dim) -> int64_t {
    auto type = cast<MemRefType>(matrix.getType());
    return type.isDynamicDim(dim) ? 0 : type.getDimSize(dim);
  };
  Value result = product.getOutputs()[0];
  const int64_t flags =
      (product.getTransposeLeft() ? MLC_PRODUCT_TRANSPOSE_LEFT : 0) |
      (product.getTransposeRight() ? MLC_PRODUCT_TRANSPOSE_RIGHT : 0) |
      (product.getRelu() ? MLC_PRODUCT_RELU : 0);
  SmallVector<int64_t> fields{
      sizeOf(result, 0), sizeOf(result, 1),
      sizeOf(product.getLeft(), product.getTransposeLeft() ? 0 : 1), flags};
  const bool hasBits = product.getMask() || product.getRelu();
  Value mask = product.getMask()   ? product.getMask()
               : product.getRelu() ? product.getOther()
                                   : Value();
  Value sums = hasBits ? Value() : product.getOther();
  for (Value buffer : {product.getLeft(), product.getRight(), result,
                       product.getBias(), mask, sums}) {
    std::optional<MlcOperand> place = placeOf(buffer, step, parameterCount);
    if (!place ||
        (buffer &&
         !cast<MemRefType>(buffer.getType()).getLayout().isIdentity()))
      return product.emitError("expected operands that each lie in one piece "
                               "of memory at a known place");
    fields.push_back(place->slot);
    fields.push_back(place->offset);
  }
  return Builder(product.getContext()).getDenseI64ArrayAttr(fields);
}
