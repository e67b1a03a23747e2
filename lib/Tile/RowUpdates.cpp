//===- RowUpdates.cpp - Loops that change rows of touched columns ---------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowUpdates.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlc;

std::optional<ListPlace> mlc::placeIn(Value list, Value slice) {
  ListPlace place;
  while (slice != list) {
    auto op = slice.getDefiningOp<tensor::ExtractSliceOp>();
    if (!op || op.getType().getRank() != 1 || !op.hasUnitStride())
      return std::nullopt;
    const OpFoldResult offset = op.getMixedOffsets()[0];
    if (std::optional<int64_t> number = getConstantIntValue(offset))
      place.number += *number;
    else
      place.values.push_back(cast<Value>(offset));
    slice = op.getSource();
  }
  return place;
}

Operation *mlc::outermostLoop(scf::ForOp loop) {
  Operation *outermost = loop;
  while (!isa<scf::ForallOp, func::FuncOp>(outermost->getParentOp()))
    outermost = outermost->getParentOp();
  return outermost;
}

namespace {

/// Whether `value` can be used where `op` is.
bool isDefinedBefore(Value value, Operation *op) {
  if (value.getParentBlock() == op->getBlock())
    return !value.getDefiningOp() || value.getDefiningOp()->isBeforeInBlock(op);
  return value.getParentRegion()->isProperAncestor(op->getParentRegion());
}

/// Looks at what one csr.group_columns is used for.
class RowUpdates {
public:
  explicit RowUpdates(csr::GroupColumnsOp group) : group(group) {}

  /// Whether everything is as findRowUpdates promises, of `loops`.
  bool find() {
    if (group.getMasks().getType().getDimSize(1) != 0)
      return false;
    for (Operation *user : group->getUsers())
      if (auto product = dyn_cast<csr::MatmulTransposedOp>(user);
          product && !add(product))
        return false;
    return !loops.empty() && llvm::all_of(loops, [&](const RowLoop &rows) {
      return keepsOthers(rows);
    }) && llvm::all_of(group.getStarts().getUses(), [&](OpOperand &use) {
      return isKnown(use);
    });
  }

  SmallVector<RowLoop> loops;

private:
  /// Finds the loop over rows around a product.
  bool add(csr::MatmulTransposedOp product) {
    std::optional<ListPlace> row =
        placeIn(group.getStarts(), product.getStarts());
    auto loop = product->getParentOfType<scf::ForOp>();
    while (row && loop &&
           !llvm::is_contained(row->values, loop.getInductionVar()))
      loop = loop->getParentOfType<scf::ForOp>();
    if (!row || !loop ||
        llvm::count(row->values, loop.getInductionVar()) != 1 ||
        getConstantIntValue(loop.getLowerBound()) != 0 ||
        getConstantIntValue(loop.getStep()) != 1 ||
        !isDefinedBefore(loop.getUpperBound(), outermostLoop(loop)) ||
        llvm::any_of(row->values, [&](Value value) {
          return value != loop.getInductionVar() &&
                 !isDefinedBefore(value, outermostLoop(loop));
        }))
      return false;
    for (const RowLoop &known : loops)
      if (known.loop == loop)
        return known.row == *row;
    loops.push_back({loop, *row});
    return true;
  }

  /// Whether an iteration whose row is not touched changes nothing.
  bool keepsOthers(const RowLoop &rows) {
    scf::ForOp loop = rows.loop;
    return llvm::all_of(
        llvm::zip_equal(loop.getYieldedValues(), loop.getRegionIterArgs()),
        [&](auto pair) {
          return untouched(rows, std::get<0>(pair)) == std::get<1>(pair);
        });
  }

  /// The value that `value` is equal to where the row is not touched.
  Value untouched(const RowLoop &rows, Value value) {
    if (auto op = value.getDefiningOp<tensor::InsertSliceOp>()) {
      auto old = untouched(rows, op.getSource())
                     .getDefiningOp<tensor::ExtractSliceOp>();
      const bool isWhereItWas = old && old.getSource() == op.getDest() &&
                                old.getMixedOffsets() == op.getMixedOffsets() &&
                                old.getMixedSizes() == op.getMixedSizes() &&
                                old.getMixedStrides() == op.getMixedStrides();
      return isWhereItWas ? untouched(rows, op.getDest()) : value;
    }
    if (auto loop = value.getDefiningOp<scf::ForOp>()) {
      const unsigned index = cast<OpResult>(value).getResultNumber();
      return untouched(rows, loop.getYieldedValues()[index]) ==
                     loop.getRegionIterArg(index)
                 ? untouched(rows, loop.getInitArgs()[index])
                 : value;
    }
    if (auto op = value.getDefiningOp<linalg::GenericOp>()) {
      const unsigned index = cast<OpResult>(value).getResultNumber();
      OpOperand *init = op.getDpsInitOperand(index);
      auto select = op.getBlock()
                        ->getTerminator()
                        ->getOperand(index)
                        .getDefiningOp<arith::SelectOp>();
      return select &&
                     select.getFalseValue() ==
                         op.getMatchingBlockArgument(init) &&
                     isTouched(rows, select.getCondition())
                 ? untouched(rows, init->get())
                 : value;
    }
    return value;
  }

  /// Whether `condition`, of a linalg.generic, says that the row is touched.
  bool isTouched(const RowLoop &rows, Value condition) {
    auto less = condition.getDefiningOp<arith::CmpIOp>();
    if (!less || less.getPredicate() != arith::CmpIPredicate::ult)
      return false;
    std::optional<ListPlace> from = placeOf(less.getLhs()),
                             to = placeOf(less.getRhs());
    return from && to && *from == rows.row && *to == rows.row + 1;
  }

  /// Where in the starts of columns the input of a linalg.generic begins that
  /// has one number a row.
  std::optional<ListPlace> placeOf(Value element) {
    auto argument = dyn_cast<BlockArgument>(element);
    auto op =
        argument
            ? dyn_cast<linalg::GenericOp>(argument.getOwner()->getParentOp())
            : nullptr;
    if (!op)
      return std::nullopt;
    return placeIn(group.getStarts(), op.getMatchingOpOperand(argument)->get());
  }

  /// Whether a use of starts is by a product or only asks for touched rows.
  bool isKnown(OpOperand &use) {
    Operation *user = use.getOwner();
    if (isa<tensor::ExtractSliceOp>(user))
      return llvm::all_of(user->getUses(),
                          [&](OpOperand &inner) { return isKnown(inner); });
    auto op = dyn_cast<linalg::GenericOp>(user);
    return isa<csr::MatmulTransposedOp>(user) ||
           (op &&
            llvm::all_of(op.getMatchingBlockArgument(&use).getUsers(),
                         [&](Operation *inner) {
                           return inner->getNumResults() == 1 &&
                                  llvm::any_of(loops, [&](const RowLoop &rows) {
                                    return isTouched(rows, inner->getResult(0));
                                  });
                         }));
  }

  csr::GroupColumnsOp group;
};

} // namespace

std::optional<SmallVector<RowLoop>>
mlc::findRowUpdates(csr::GroupColumnsOp group) {
  RowUpdates updates(group);
  if (!updates.find())
    return std::nullopt;
  return updates.loops;
}
