//===- Blas.cpp - The blas dialect ----------------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Blas/Blas.h"

#include "mlir/Dialect/Bufferization/IR/DstBufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Utils/StructuredOpsUtils.h"

using namespace mlir;
using namespace mlc::blas;

#include "dialects/Blas/BlasDialect.cpp.inc"

#define GET_OP_CLASSES
#include "dialects/Blas/BlasOps.cpp.inc"

void BlasDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "dialects/Blas/BlasOps.cpp.inc"
      >();
}

static ShapedType shapeOf(Value value) {
  return cast<ShapedType>(value.getType());
}

/// Unknown sizes may be any.
static bool areEqual(int64_t a, int64_t b) {
  return a == b || ShapedType::isDynamic(a) || ShapedType::isDynamic(b);
}

static bool isVector(Value value, int64_t size) {
  ShapedType type = shapeOf(value);
  return type.getRank() == 1 && type.getElementType().isF32() &&
         areEqual(type.getDimSize(0), size);
}

LogicalResult GemmOp::verify() {
  if (getOutputs().empty() || getOutputs().size() > 2)
    return emitOpError("expected one or two outs, but got ")
           << getOutputs().size();
  ShapedType result = shapeOf(getOutputs()[0]);
  for (Value matrix : {getLeft(), getRight(), getOutputs()[0]})
    if (shapeOf(matrix).getRank() != 2 ||
        !shapeOf(matrix).getElementType().isF32())
      return emitOpError("expected f32 matrices (C1), but got ")
             << matrix.getType();
  auto sizeOf = [](Value matrix, bool isTransposed, unsigned dim) {
    return shapeOf(matrix).getDimSize(isTransposed ? 1 - dim : dim);
  };
  const int64_t rows = result.getDimSize(0), columns = result.getDimSize(1);
  if (!areEqual(sizeOf(getLeft(), getTransposeLeft(), 0), rows) ||
      !areEqual(sizeOf(getRight(), getTransposeRight(), 1), columns) ||
      !areEqual(sizeOf(getLeft(), getTransposeLeft(), 1),
                sizeOf(getRight(), getTransposeRight(), 0)))
    return emitOpError("expected sizes that fit one another (C1), but got ")
           << getOperandTypes();
  Value bits = getMask() ? getMask() : getRelu() ? getOther() : Value();
  Value sums = getMask() || getRelu() ? Value() : getOther();
  for (Value vector : {getBias(), sums})
    if (vector && !isVector(vector, columns))
      return emitOpError("expected an element for each column (C2), but got ")
             << vector.getType();
  if (bits && (shapeOf(bits).getRank() != 2 ||
               !shapeOf(bits).getElementType().isInteger(8) ||
               !areEqual(shapeOf(bits).getDimSize(0), rows) ||
               shapeOf(bits).getDimSize(1) != bytesOfMask(columns)))
    return emitOpError("expected a bit for each element, rows filled up to 128 "
                       "(C3), but got ")
           << bits.getType();
  if ((getMask() && (getRelu() || getBias() || getOther())) ||
      (sums && (getBias() || getTransposeRight())))
    return emitOpError("expected operands of one epilogue (C4)");
  return success();
}

void GemmOp::getEffects(
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
        &effects) {
  for (OpOperand &operand : getOperation()->getOpOperands()) {
    if (!isa<MemRefType>(operand.get().getType()))
      continue;
    if (isDpsInit(&operand))
      effects.emplace_back(MemoryEffects::Write::get(), &operand);
    else
      effects.emplace_back(MemoryEffects::Read::get(), &operand);
  }
}

namespace {

struct GemmBufferization
    : bufferization::DstBufferizableOpInterfaceExternalModel<GemmBufferization,
                                                             GemmOp> {
  /// What stands in the destination is overwritten.
  bool bufferizesToMemoryRead(Operation *op, OpOperand &operand,
                              const bufferization::AnalysisState &) const {
    return !cast<DestinationStyleOpInterface>(op).isDpsInit(&operand);
  }

  LogicalResult bufferize(Operation *op, RewriterBase &b,
                          const bufferization::BufferizationOptions &options,
                          bufferization::BufferizationState &state) const {
    SmallVector<Value> buffers;
    for (Value operand : op->getOperands()) {
      FailureOr<Value> buffer =
          bufferization::getBuffer(b, operand, options, state);
      if (failed(buffer))
        return failure();
      buffers.push_back(*buffer);
    }
    b.setInsertionPoint(op);
    mlir::clone(b, op, TypeRange(), buffers);
    const unsigned inits = op->getNumResults();
    bufferization::replaceOpWithBufferizedValues(
        b, op, ArrayRef(buffers).take_back(inits));
    return success();
  }
};

} // namespace

void mlc::blas::registerBufferization(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, BlasDialect *) {
    GemmOp::attachInterface<GemmBufferization>(*context);
  });
}
