//===- TouchedRows.cpp - Loops over rows that a batch touches -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TouchedRows.h"
#include "CsrLoops.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;
using namespace mlc;

namespace {

/// A place in a list: the sum of a number and of values.
struct Place {
  int64_t number = 0;
  SmallVector<Value> values;

  Place operator+(int64_t more) const { return {number + more, values}; }
  bool operator==(const Place &other) const {
    return number == other.number && values.size() == other.values.size() &&
           std::is_permutation(values.begin(), values.end(),
                               other.values.begin());
  }
};

/// Where `slice`, a slice of slices of `list`, begins in it.
std::optional<Place> placeIn(Value list, Value slice) {
  Place place;
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

/// A loop over rows, which the columns of the data are.
struct RowLoop {
  scf::ForOp loop;
  /// In the starts of columns, of the row that is the loop's variable.
  Place row;

  /// The same of the loop's first row.
  Place first() const {
    Place place = row;
    llvm::erase(place.values, scf::ForOp(loop).getInductionVar());
    return place;
  }
};

/// The op around `loop` that stands in a scf.forall, or else in the function.
Operation *outermostLoop(scf::ForOp loop) {
  Operation *outermost = loop;
  while (!isa<scf::ForallOp, func::FuncOp>(outermost->getParentOp()))
    outermost = outermost->getParentOp();
  return outermost;
}

/// Whether `value` can be used where `op` is.
bool isDefinedBefore(Value value, Operation *op) {
  if (value.getParentBlock() == op->getBlock())
    return !value.getDefiningOp() || value.getDefiningOp()->isBeforeInBlock(op);
  return value.getParentRegion()->isProperAncestor(op->getParentRegion());
}

/// What one csr.group_columns is used for.
class RowUpdates {
public:
  explicit RowUpdates(csr::GroupColumnsOp group) : group(group) {}

  /// Whether everything is as skipUntouchedRows expects.
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

  void rewrite(RewriterBase &b) {
    for (const RowLoop &rows : loops)
      rewrite(b, rows, columnsFor(b, rows));
    b.replaceOp(group, {group.getStartsInit(), group.getExamplesInit(),
                        group.getEntriesInit(), group.getMasksInit()});
  }

private:
  /// Finds the loop over rows around a product.
  bool add(csr::MatmulTransposedOp product) {
    std::optional<Place> row = placeIn(group.getStarts(), product.getStarts());
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
    std::optional<Place> from = placeOf(less.getLhs()),
                         to = placeOf(less.getRhs());
    return from && to && *from == rows.row && *to == rows.row + 1;
  }

  /// Where in the starts of columns the input of a linalg.generic begins that
  /// has one number a row.
  std::optional<Place> placeOf(Value element) {
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

  /// The columns of the rows that `rows` runs over: of a shard's, grouped where
  /// the shard begins.
  TouchedColumns columnsFor(RewriterBase &b, const RowLoop &rows) {
    scf::ForOp loop = rows.loop;
    Operation *begin = outermostLoop(loop);
    Value count = loop.getUpperBound();
    // Loops over the same rows, one for each tile of columns, share them.
    for (const Grouped &known : grouped)
      if (known.block == begin->getBlock() && known.first == rows.first() &&
          known.count == count)
        return known.columns;
    b.setInsertionPoint(begin);
    LoopBuilder words(b, loop.getLoc());
    Value first = words.index(rows.row.number);
    for (Value value : rows.first().values)
      first = words.add(first, value);
    grouped.push_back({begin->getBlock(), rows.first(), count,
                       groupTouchedColumns(b, group, first, count)});
    return grouped.back().columns;
  }

  void rewrite(RewriterBase &b, const RowLoop &rows,
               const TouchedColumns &touched) {
    scf::ForOp loop = rows.loop;
    Location loc = loop.getLoc();
    b.setInsertionPoint(loop);
    LoopBuilder words(b, loc);
    Value first = touched.first;
    Value begin = words.index(0);
    Value end = touched.rankOf(b, loc, words.add(first, loop.getUpperBound()));

    Value rank = loop.getInductionVar();
    SmallVector<OpOperand *> uses;
    for (OpOperand &use : rank.getUses())
      uses.push_back(&use);
    b.setInsertionPointToStart(loop.getBody());
    Value row = arith::SubIOp::create(
        b, loc, words.extractIndex(touched.columns, rank), first);
    b.modifyOpInPlace(loop, [&] {
      loop.setLowerBound(begin);
      loop.setUpperBound(end);
    });
    for (OpOperand *use : uses)
      b.modifyOpInPlace(use->getOwner(), [&] { use->set(row); });

    Value starts = tensor::ExtractSliceOp::create(
        b, loc, touched.starts, OpFoldResult(rank),
        OpFoldResult(b.getIndexAttr(2)), OpFoldResult(b.getIndexAttr(1)));
    loop.walk([&](csr::MatmulTransposedOp product) {
      if (product.getExamples() == group.getExamples())
        b.modifyOpInPlace(product, [&] {
          product.getStartsMutable().assign(starts);
          product.getExamplesMutable().assign(touched.examples);
          product.getEntriesMutable().assign(touched.entries);
        });
    });
    loop.walk([&](linalg::GenericOp op) { dropCondition(b, op); });
  }

  /// Only touched rows are left: has `op` no longer ask.
  void dropCondition(RewriterBase &b, linalg::GenericOp op) {
    for (int64_t i = op.getNumDpsInputs() - 1; i >= 0; --i) {
      if (!placeIn(group.getStarts(), op.getDpsInputOperand(i)->get()))
        continue;
      BlockArgument start = op.getBlock()->getArgument(i);
      for (Operation *asked : llvm::make_early_inc_range(start.getUsers())) {
        b.setInsertionPoint(asked);
        b.replaceOpWithNewOp<arith::ConstantOp>(asked, b.getBoolAttr(true));
      }
      SmallVector<AffineMap> maps = op.getIndexingMapsArray();
      maps.erase(maps.begin() + i);
      b.modifyOpInPlace(op, [&] {
        op.getBlock()->eraseArgument(i);
        op.getInputsMutable().erase(i);
        op.setIndexingMapsAttr(b.getAffineMapArrayAttr(maps));
      });
    }
  }

  /// Columns from `first`, grouped in `block`.
  struct Grouped {
    Block *block;
    Place first;
    Value count;
    TouchedColumns columns;
  };

  csr::GroupColumnsOp group;
  SmallVector<RowLoop> loops;
  std::vector<Grouped> grouped;
};

} // namespace

Value TouchedColumns::rankOf(RewriterBase &b, Location loc,
                             Value column) const {
  LoopBuilder words(b, loc);
  column = arith::SubIOp::create(b, loc, column, first);
  Value word = arith::DivUIOp::create(b, loc, column, words.index(64));
  Value bit = arith::IndexCastOp::create(
      b, loc, b.getI64Type(),
      arith::RemUIOp::create(b, loc, column, words.index(64)));
  Value flag = arith::ShLIOp::create(b, loc, words.integer(1), bit);
  Value below = arith::SubIOp::create(b, loc, flag, words.integer(1));
  Value before =
      arith::AndIOp::create(b, loc, words.extract(bits, word), below);
  Value count = arith::IndexCastOp::create(
      b, loc, b.getIndexType(), math::CtPopOp::create(b, loc, before));
  return words.add(words.extractIndex(ranks, word), count);
}

void mlc::skipUntouchedRows(RewriterBase &rewriter, func::FuncOp function) {
  SmallVector<csr::GroupColumnsOp> groups;
  function.walk([&](csr::GroupColumnsOp op) { groups.push_back(op); });
  for (csr::GroupColumnsOp group : groups)
    if (RowUpdates updates(group); updates.find())
      updates.rewrite(rewriter);
}
