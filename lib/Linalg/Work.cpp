//===- Work.cpp - Operations and bytes of computations --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Work.h"
#include "dialects/Csr/Csr.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlc;

namespace {

/// Bytes of the elements of a tensor that has no or one dynamic dimension, the
/// batch, with its one row.
double bytesOf(RankedTensorType type) {
  double bytes = llvm::divideCeil(type.getElementTypeBitWidth(), 8);
  for (int64_t size : type.getShape())
    bytes *= ShapedType::isDynamic(size) ? 1 : size;
  return bytes;
}

bool isOperation(Operation &op) {
  return op.getNumResults() == 1 && op.getResult(0).getType().isF32() &&
         isa<arith::ArithDialect, math::MathDialect>(op.getDialect()) &&
         !isa<arith::ConstantOp, arith::SelectOp, arith::SIToFPOp,
              arith::UIToFPOp, arith::TruncFOp>(op);
}

/// What changes only the rows that a batch touches, at most one for each of its
/// non-zeros, has what it would have for `rows` rows, all there are.
void countTouched(Work &work, double rows) {
  for (Amount *amount :
       {&work.operations, &work.multiplications, &work.bytes}) {
    amount->perNonzero += amount->constant / rows;
    amount->constant = 0;
  }
}

Work ofOp(linalg::LinalgOp op) {
  Work work;
  bool ofRows = false;
  double iterations = 1;
  for (int64_t size : op.getStaticLoopRanges()) {
    ofRows |= ShapedType::isDynamic(size);
    iterations *= ShapedType::isDynamic(size) ? 1 : size;
  }
  for (Operation &inner : *op.getBlock()) {
    if (isOperation(inner))
      work.operations.add(iterations, ofRows);
    if (isOperation(inner) && isa<arith::MulFOp>(inner))
      work.multiplications.add(iterations, ofRows);
    if (auto extract = dyn_cast<tensor::ExtractOp>(inner))
      work.bytes.add(
          iterations *
              llvm::divideCeil(extract.getType().getIntOrFloatBitWidth(), 8),
          ofRows);
  }
  for (OpOperand &operand : op->getOpOperands()) {
    auto type = dyn_cast<RankedTensorType>(operand.get().getType());
    if (!type)
      continue;
    const bool isReadAndWritten =
        op.isDpsInit(&operand) && op.payloadUsesValueFromOperand(&operand);
    work.bytes.add((isReadAndWritten ? 2 : 1) * bytesOf(type),
                   !type.hasStaticShape());
  }
  if (csr::columnsAskedFor(op))
    countTouched(work, op.getStaticLoopRanges()[0]);
  return work;
}

/// A non-zero counts as a product and a sum, although one that is 1 is only
/// added.
Work ofOp(csr::MatmulOp op) {
  auto weight = cast<RankedTensorType>(op.getWeight().getType());
  const double columns = weight.getDimSize(1);
  Work work;
  work.operations.perNonzero = 2 * columns;
  work.multiplications.perNonzero = columns;
  work.bytes.perNonzero =
      columns * sizeof(float) +
      getElementTypeOrSelf(op.getIndices()).getIntOrFloatBitWidth() / 8;
  work.bytes.perRow = 2 * columns * sizeof(float);
  return work;
}

Work ofOp(csr::MatmulTransposedOp op) {
  auto result = cast<RankedTensorType>(op.getInit().getType());
  const double columns = result.getDimSize(1);
  Work work;
  work.operations.perNonzero = 2 * columns;
  work.multiplications.perNonzero = columns;
  work.bytes.perNonzero = columns * sizeof(float);
  work.bytes.constant =
      2 * bytesOf(result) +
      bytesOf(cast<RankedTensorType>(op.getMasks().getType()));
  if (llvm::any_of(op->getUsers(), csr::columnsAskedFor))
    countTouched(work, result.getDimSize(0));
  return work;
}

Work ofOp(csr::GroupColumnsOp op) {
  Work work;
  work.bytes.perNonzero =
      getElementTypeOrSelf(op.getIndices()).getIntOrFloatBitWidth() / 8 +
      sizeof(int64_t);
  for (Value init : op.getDpsInits())
    if (auto type = cast<RankedTensorType>(init.getType());
        type.hasStaticShape())
      work.bytes.constant += bytesOf(type);
  if (llvm::any_of(op.getStarts().getUsers(),
                   llvm::IsaPred<tensor::ExtractSliceOp>))
    countTouched(
        work, cast<RankedTensorType>(op.getStarts().getType()).getDimSize(0));
  return work;
}

} // namespace

std::optional<Work> mlc::workOf(Operation *op) {
  return llvm::TypeSwitch<Operation *, std::optional<Work>>(op)
      .Case<csr::MatmulOp, csr::MatmulTransposedOp, csr::GroupColumnsOp,
            linalg::LinalgOp>([](auto known) { return ofOp(known); })
      .Default([](Operation *) { return std::nullopt; });
}
