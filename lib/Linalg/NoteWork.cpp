//===- NoteWork.cpp - Names, operations and bytes of computations ---------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Csr/Csr.h"
#include "lib/Names.h"
#include "mlc/Passes.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/TypeSwitch.h"

#include <optional>

namespace mlc {
#define GEN_PASS_DEF_NOTEWORK
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;

namespace {

/// Numbers of a step: `constant`, and more for each row of the batch and for
/// each non-zero.
struct Amount {
  double constant = 0, perRow = 0, perNonzero = 0;

  /// Adds to what does or does not grow with the batch.
  void add(double number, bool ofRows) {
    (ofRows ? perRow : constant) += number;
  }
};

struct Work {
  Amount operations, bytes;

  Attribute toAttribute(Builder &b) const {
    return b.getDenseF64ArrayAttr({operations.constant, operations.perRow,
                                   operations.perNonzero, bytes.constant,
                                   bytes.perRow, bytes.perNonzero});
  }
};

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
  for (Amount *amount : {&work.operations, &work.bytes}) {
    amount->perNonzero += amount->constant / rows;
    amount->constant = 0;
  }
}

Work workOf(linalg::LinalgOp op) {
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
Work workOf(csr::MatmulOp op) {
  auto weight = cast<RankedTensorType>(op.getWeight().getType());
  const double columns = weight.getDimSize(1);
  Work work;
  work.operations.perNonzero = 2 * columns;
  work.bytes.perNonzero =
      columns * sizeof(float) +
      getElementTypeOrSelf(op.getIndices()).getIntOrFloatBitWidth() / 8;
  work.bytes.perRow = 2 * columns * sizeof(float);
  return work;
}

Work workOf(csr::MatmulTransposedOp op) {
  auto result = cast<RankedTensorType>(op.getInit().getType());
  const double columns = result.getDimSize(1);
  Work work;
  work.operations.perNonzero = 2 * columns;
  work.bytes.perNonzero = columns * sizeof(float);
  work.bytes.constant =
      2 * bytesOf(result) +
      bytesOf(cast<RankedTensorType>(op.getMasks().getType()));
  if (llvm::any_of(op->getUsers(), csr::columnsAskedFor))
    countTouched(work, result.getDimSize(0));
  return work;
}

Work workOf(csr::GroupColumnsOp op) {
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

class NoteWorkPass : public mlc::impl::NoteWorkBase<NoteWorkPass> {
  void runOnOperation() override {
    if (getOperation().getName() != steps::kTrain)
      return;
    Builder b(&getContext());
    SmallVector<Attribute> noted;
    getOperation().walk([&](Operation *op) {
      std::optional<Work> work =
          llvm::TypeSwitch<Operation *, std::optional<Work>>(op)
              .Case<csr::MatmulOp, csr::MatmulTransposedOp, csr::GroupColumnsOp,
                    linalg::LinalgOp>([](auto known) { return workOf(known); })
              .Default([](Operation *) { return std::nullopt; });
      if (!work)
        return;
      names::Names names;
      names::collect(op->getLoc(), names);
      op->walk(
          [&](Operation *inner) { names::collect(inner->getLoc(), names); });
      auto number = b.getI64IntegerAttr(noted.size());
      noted.push_back(b.getDictionaryAttr(
          {b.getNamedAttr("names", b.getStrArrayAttr(names.getArrayRef())),
           b.getNamedAttr("work", work->toAttribute(b))}));
      op->walk([&](Operation *inner) {
        inner->setLoc(
            FusedLoc::get({inner->getLoc()}, number, inner->getContext()));
      });
    });
    getOperation()->setAttr(steps::kWork, b.getArrayAttr(noted));
  }
};

} // namespace
