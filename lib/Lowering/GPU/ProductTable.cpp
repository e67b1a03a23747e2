//===- ProductTable.cpp - A library's products for the runtime ------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProductTable.h"
#include "KernelArguments.h"
#include "lib/Lowering/MemRefAt.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/bit.h"

#include <array>

using namespace mlir;
using namespace mlc;

/// Where an argument that lies in one piece begins; nothing for others.
static std::optional<MlcOperand> wholeOf(BlockArgument argument,
                                         const TableSizes &tables) {
  const std::optional<Role> role = roleNamed(steps::roleOf(argument));
  if (role != Role::Parameter && role != Role::State &&
      role != Role::Workspace && role != Role::Prediction)
    return std::nullopt;
  MlcOperand operand{slotOf(infoOf(*role), entryOf(argument), tables), 0, 0};
  if (infoOf(*role).advance == RoleAdvance::ByRow)
    operand.row_bytes = elementsOfRow(cast<MemRefType>(argument.getType())) *
                        static_cast<int64_t>(sizeof(float));
  return operand;
}

/// Where a buffer begins; nothing where that is no whole argument and no piece
/// of one at a known place.
static std::optional<MlcOperand> placeOf(Value buffer,
                                         const TableSizes &tables) {
  if (!buffer)
    return MlcOperand{MLC_NO_OPERAND, 0, 0};
  int64_t offset = 0;
  while (Operation *op = buffer.getDefiningOp()) {
    if (auto view = dyn_cast<memref::ViewOp>(op)) {
      APInt shift;
      if (!matchPattern(view.getByteShift(), m_ConstantInt(&shift)))
        return std::nullopt;
      offset += shift.getSExtValue();
      buffer = view.getSource();
    } else if (isa<memref::CastOp, memref::ExpandShapeOp,
                   memref::CollapseShapeOp>(op)) {
      buffer = op->getOperand(0); // which lies where it does
    } else {
      return std::nullopt;
    }
  }
  std::optional<MlcOperand> whole =
      wholeOf(cast<BlockArgument>(buffer), tables);
  if (whole)
    whole->offset = offset;
  return whole;
}

FailureOr<MlcProduct> mlc::describeProduct(blas::GemmOp product,
                                           const TableSizes &tables) {
  auto sizeOf = [](Value matrix, unsigned dim) -> int64_t {
    auto type = cast<MemRefType>(matrix.getType());
    return type.isDynamicDim(dim) ? 0 : type.getDimSize(dim);
  };
  auto placed = [&](Value buffer) -> std::optional<MlcOperand> {
    if (buffer && !cast<MemRefType>(buffer.getType()).getLayout().isIdentity())
      return std::nullopt;
    return placeOf(buffer, tables);
  };
  Value result = product.getOutputs()[0];
  const bool hasBits = product.getMask() || product.getRelu();
  Value mask = product.getMask()   ? product.getMask()
               : product.getRelu() ? product.getOther()
                                   : Value();
  const auto left = placed(product.getLeft()),
             right = placed(product.getRight()), written = placed(result),
             bias = placed(product.getBias()), bits = placed(mask),
             sums = placed(hasBits ? Value() : product.getOther());
  if (!left || !right || !written || !bias || !bits || !sums)
    return product.emitError("expected operands that each lie in one piece "
                             "of memory at a known place");
  return MlcProduct{
      .rows = sizeOf(result, 0),
      .columns = sizeOf(result, 1),
      .terms = sizeOf(product.getLeft(), product.getTransposeLeft() ? 0 : 1),
      .flags = (product.getTransposeLeft() ? MLC_PRODUCT_TRANSPOSE_LEFT : 0) |
               (product.getTransposeRight() ? MLC_PRODUCT_TRANSPOSE_RIGHT : 0) |
               (product.getRelu() ? MLC_PRODUCT_RELU : 0),
      .left = *left,
      .right = *right,
      .result = *written,
      .bias = *bias,
      .mask = *bits,
      .sums = *sums};
}

using Words = std::array<int64_t, MlcProduct_words>;

DenseI64ArrayAttr mlc::toAttribute(const MlcProduct &product,
                                   MLIRContext *context) {
  return DenseI64ArrayAttr::get(context, llvm::bit_cast<Words>(product));
}

MlcProduct mlc::productOf(DenseI64ArrayAttr fields) {
  Words words;
  llvm::copy(fields.asArrayRef(), words.begin());
  return llvm::bit_cast<MlcProduct>(words);
}
