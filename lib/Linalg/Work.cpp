//===- Work.cpp - Operations and bytes of computations --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Work.h"
#include "dialects/Csr/Csr.h"
#include "lib/Support/Bounds.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlc;

namespace {

/// Bytes of the elements of a tensor whose sizes are known.
double bytesOf(RankedTensorType type) {
  double bytes = llvm::divideCeil(type.getElementTypeBitWidth(), 8);
  for (int64_t size : type.getShape())
    bytes *= size;
  return bytes;
}

/// How many of dimension `dim` of `tensor` there are for a row of the batch,
/// where that is a number of rows; how many there are otherwise.
double ofRow(Value tensor, int64_t dim, bool &isOfRows) {
  auto type = cast<RankedTensorType>(tensor.getType());
  if (!type.isDynamicDim(dim))
    return type.getDimSize(dim);
  // Where there are two such sizes, the second one is the length of rows.
  const bool isRows = dim == 0 || !type.isDynamicDim(0);
  isOfRows |= isRows;
  std::optional<int64_t> most = boundOf(tensor, dim);
  auto function = tensor.getParentRegion()->getParentOfType<func::FuncOp>();
  auto batch = function->getAttrOfType<IntegerAttr>(steps::kBatch);
  if (!most || !batch)
    return 1;
  return isRows ? double(*most) / batch.getInt() : *most;
}

/// The bytes of a tensor, of a row of the batch where it has some.
double bytesOf(Value tensor, bool &isOfRows) {
  auto type = cast<RankedTensorType>(tensor.getType());
  double bytes = llvm::divideCeil(type.getElementTypeBitWidth(), 8);
  for (int64_t dim = 0; dim < type.getRank(); ++dim)
    bytes *= ofRow(tensor, dim, isOfRows);
  return bytes;
}

/// The iterations of a loop, of those for a row of the batch where it has some.
double iterationsOf(linalg::LinalgOp op, bool &isOfRows) {
  double iterations = 1;
  for (auto [loop, size] : llvm::enumerate(op.getStaticLoopRanges())) {
    Value operand;
    unsigned dim = 0;
    if (!ShapedType::isDynamic(size))
      iterations *= size;
    else if (succeeded(op.mapIterationSpaceDimToOperandDim(loop, operand, dim)))
      iterations *= ofRow(operand, dim, isOfRows);
  }
  return iterations;
}

bool isOperation(Operation &op) {
  return op.getNumResults() == 1 && op.getResult(0).getType().isF32() &&
         isa<arith::ArithDialect, math::MathDialect>(op.getDialect()) &&
         !isa<arith::ConstantOp, arith::SelectOp, arith::SIToFPOp,
              arith::UIToFPOp, arith::TruncFOp>(op);
}

Work ofOp(linalg::LinalgOp op) {
  Work work;
  bool ofRows = false;
  const double iterations = iterationsOf(op, ofRows);
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
    if (!isa<RankedTensorType>(operand.get().getType()))
      continue;
    const bool isReadAndWritten =
        op.isDpsInit(&operand) && op.payloadUsesValueFromOperand(&operand);
    bool hasRows = false;
    const double bytes = bytesOf(operand.get(), hasRows);
    work.bytes.add((isReadAndWritten ? 2 : 1) * bytes, hasRows);
  }
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

/// The same, of whose row a record is read, and a product more: that of value
/// and scale.
Work ofOp(csr::QuantizedMatmulOp op) {
  const double columns = op.getInit().getType().getDimSize(1);
  Work work;
  work.operations.perNonzero = 2 * columns + 1;
  work.multiplications.perNonzero = columns + 1;
  work.bytes.perNonzero =
      static_cast<double>(op.getRecord()) +
      getElementTypeOrSelf(op.getIndices()).getIntOrFloatBitWidth() / 8;
  work.bytes.perRow = 2 * columns * sizeof(float);
  return work;
}

/// The same without that product; a row's sums are scaled at the end.
Work ofOp(csr::IntegerMatmulOp op) {
  const double columns = op.getInit().getType().getDimSize(1);
  Work work;
  work.operations.perNonzero = 2 * columns;
  work.multiplications.perNonzero = columns;
  work.bytes.perNonzero =
      static_cast<double>(op.getRecord()) +
      getElementTypeOrSelf(op.getIndices()).getIntOrFloatBitWidth() / 8;
  work.operations.perRow = 2 * columns;
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
  return work;
}

/// A batch touches at most one row for each of its non-zeros: each costs its
/// part of the products, of the grouping of columns and of the update.
Work ofOp(csr::UpdateRowsOp op) {
  auto type = cast<RankedTensorType>(op.getOutputs()[0].getType());
  const double columns = type.getDimSize(1), products = op.getProducts().size();
  const double read = op.getInputs().size() + 2 * op.getOutputs().size();
  Work work;
  work.operations.perNonzero = 2 * columns * products;
  work.multiplications.perNonzero = columns * products;
  work.bytes.perNonzero =
      columns * sizeof(float) * (products + read) +
      getElementTypeOrSelf(op.getIndices()).getIntOrFloatBitWidth() / 8 +
      sizeof(int64_t);
  for (Operation &inner : op.getBody().front()) {
    if (isOperation(inner))
      work.operations.perNonzero += columns;
    if (isOperation(inner) && isa<arith::MulFOp>(inner))
      work.multiplications.perNonzero += columns;
  }
  return work;
}

} // namespace

std::optional<Work> mlc::workOf(Operation *op) {
  return llvm::TypeSwitch<Operation *, std::optional<Work>>(op)
      .Case<csr::MatmulOp, csr::QuantizedMatmulOp, csr::IntegerMatmulOp,
            csr::MatmulTransposedOp, csr::GroupColumnsOp, csr::UpdateRowsOp,
            linalg::LinalgOp>([](auto known) { return ofOp(known); })
      .Default([](Operation *) { return std::nullopt; });
}
