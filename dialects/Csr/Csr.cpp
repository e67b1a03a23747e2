//===- Csr.cpp - The csr dialect ------------------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Csr/Csr.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlc::csr;

#include "dialects/Csr/CsrDialect.cpp.inc"

/// All elements of `init`, which has two dimensions.
static SmallVector<Range> domainOf(OpBuilder &b, Value init) {
  return llvm::map_to_vector(
      tensor::getMixedSizes(b, init.getLoc(), init), [&](OpFoldResult size) {
        return Range{b.getIndexAttr(0), size, b.getIndexAttr(1)};
      });
}

#define GET_OP_CLASSES
#include "dialects/Csr/CsrOps.cpp.inc"

void CsrDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "dialects/Csr/CsrOps.cpp.inc"
      >();
}

/// `ranks` has 0 for what is no tensor.
static LogicalResult verifyRanks(Operation *op, ArrayRef<int64_t> ranks) {
  for (auto [index, rank] : llvm::enumerate(ranks))
    if (auto type = dyn_cast<RankedTensorType>(op->getOperand(index).getType());
        type && type.getRank() != rank)
      return op->emitOpError("expected operand ")
             << index << " to have " << rank << " dimension"
             << (rank == 1 ? "" : "s") << " (C1), but got "
             << op->getOperand(index).getType();
  return success();
}

static LogicalResult verifyColumns(Operation *op, RankedTensorType matrix,
                                   RankedTensorType init) {
  if (matrix.getDimSize(1) != init.getDimSize(1))
    return op->emitOpError("expected equal numbers of columns (C2), but got ")
           << matrix << " and " << init;
  return success();
}

LogicalResult MatmulOp::verify() {
  if (failed(verifyRanks(*this, {1, 1, 1, 1, 0, 2, 2})))
    return failure();
  return verifyColumns(*this, getWeight().getType(), getInit().getType());
}

/// A record begins with an f16, but an unscaled one.
static LogicalResult verifyRecord(Operation *op, int64_t bits, int64_t record,
                                  int64_t columns, StringRef constraint,
                                  bool isUnscaled = false) {
  if (bits != 8 && (bits != 4 || isUnscaled))
    return op->emitOpError("expected 8")
           << (isUnscaled ? "" : " or 4") << " bits (" << constraint
           << "), but got " << bits;
  const int64_t scale = isUnscaled ? 0 : sizeof(uint16_t);
  if (ShapedType::isDynamic(columns))
    columns = 1;
  if (record < scale + int64_t(llvm::divideCeil(columns * bits, 8)))
    return op->emitOpError("expected records with room for ")
           << (isUnscaled ? "" : "a scale and ") << columns << " numbers of "
           << bits << " bits (" << constraint << "), but got " << record
           << " bytes";
  return success();
}

LogicalResult QuantizedMatmulOp::verify() {
  if (failed(verifyRanks(*this, {1, 1, 1, 1, 0, 1, 0, 2})))
    return failure();
  return verifyRecord(*this, getBits(), getRecord(),
                      getInit().getType().getDimSize(1), "C2");
}

LogicalResult QuantizedSampledMatmulOp::verify() {
  if (failed(verifyRanks(*this, {1, 1, 1, 2, 1, 1})))
    return failure();
  const int64_t columns = getLhs().getType().getDimSize(1);
  if (ShapedType::isDynamic(columns))
    return emitOpError("expected lhs to have a known number of columns (C2), "
                       "but got ")
           << getLhs().getType();
  return verifyRecord(*this, getBits(), getRecord(), columns, "C2",
                      getUnscaled());
}

LogicalResult IntegerMatmulOp::verify() {
  if (failed(verifyRanks(*this, {1, 1, 1, 1, 0, 1, 0, 2, 2})) ||
      failed(verifyColumns(*this, getScales().getType(), getInit().getType())))
    return failure();
  if (const int64_t rows = getScales().getType().getDimSize(0); rows != 1)
    return emitOpError("expected one row of scales (C1), but got ")
           << getScales().getType();
  const int64_t columns = getInit().getType().getDimSize(1);
  return verifyRecord(*this, 8, getRecord(), columns, "C3",
                      /*isUnscaled=*/true);
}

LogicalResult GroupColumnsOp::verify() {
  return verifyRanks(*this, {1, 1, 1, 1, 0, 1, 1, 1, 2});
}

LogicalResult MatmulTransposedOp::verify() {
  if (failed(verifyRanks(*this, {0, 1, 1, 1, 2, 2, 2})))
    return failure();
  return verifyColumns(*this, getRhs().getType(), getInit().getType());
}

LogicalResult SampledMatmulOp::verify() {
  if (failed(verifyRanks(*this, {1, 1, 1, 2, 2, 1})))
    return failure();
  return verifyColumns(*this, getLhs().getType(), getRhs().getType());
}

LogicalResult UpdateRowsOp::verify() {
  if (failed(verifyRanks(*this, {1, 1, 1, 1})))
    return failure();
  if (getOutputs().empty() || getResultTypes() != getOutputs().getTypes())
    return emitOpError("expected a result for each of outs (C2)");
  auto first = cast<RankedTensorType>(getOutputs()[0].getType());
  for (Type type : llvm::concat<const Type>(getInputs().getTypes(),
                                            getOutputs().getTypes()))
    if (cast<RankedTensorType>(type).getRank() != 2 ||
        failed(verifyCompatibleShape(type, first)))
      return emitOpError("expected matrices of one shape (C2), but got ")
             << type << " and " << first;
  if (getSums() && (!getInputs().empty() || first.getDimSize(0) != 1))
    return emitOpError("expected no inputs and outs of one row with sums (C2), "
                       "but got ")
           << first;
  for (Value value : getProducts()) {
    auto type = cast<RankedTensorType>(value.getType());
    if (type.getRank() != 2)
      return emitOpError("expected products of matrices (C1), but got ")
             << type;
    if (failed(verifyColumns(*this, type, first)))
      return failure();
  }
  return success();
}

LogicalResult UpdateRowsOp::verifyRegions() {
  Block &body = getBody().front();
  const size_t elements =
      getProducts().size() + getInputs().size() + getOutputs().size();
  auto yield = cast<YieldOp>(body.getTerminator());
  if (body.getNumArguments() != elements ||
      !llvm::all_of(body.getArgumentTypes(),
                    [](Type type) { return type.isF32(); }))
    return emitOpError("expected a region of ")
           << elements << " elements (C3), but got " << body.getNumArguments();
  if (yield.getValues().size() != getOutputs().size())
    return yield.emitOpError("expected an element of each of outs (C3), but "
                             "got ")
           << yield.getValues().size();
  return success();
}
