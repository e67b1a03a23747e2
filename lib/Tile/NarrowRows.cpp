//===- NarrowRows.cpp - Several touched rows at a time --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NarrowRows.h"
#include "TouchedSums.h"
#include "VectorTile.h"
#include "lib/Support/LoopBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace mlc;

/// Elements of a tile: one vector of AVX-512, two of AVX2.
static constexpr int64_t kLanes = 16;

int64_t mlc::narrowWidthOf(csr::UpdateRowsOp op) {
  if (op.getSums())
    return 0;
  const int64_t width =
      cast<RankedTensorType>(op.getOutputs()[0].getType()).getDimSize(1);
  // Rows of four are as fast one by one.
  return width == 1 || width == 2 ? width : 0;
}

linalg::GenericOp mlc::elementwiseUpdate(RewriterBase &b, csr::UpdateRowsOp op,
                                         ValueRange inputs,
                                         ValueRange outputs) {
  SmallVector<AffineMap> maps(inputs.size() + outputs.size(),
                              b.getMultiDimIdentityMap(2));
  SmallVector<utils::IteratorType> loops(2, utils::IteratorType::parallel);
  return linalg::GenericOp::create(
      b, op.getLoc(), outputs.getTypes(), inputs, outputs, maps, loops,
      [&](OpBuilder &body, Location loc, ValueRange elements) {
        IRMapping mapping;
        mapping.map(op.getBody().getArguments(), elements);
        Block &region = op.getBody().front();
        for (Operation &inner : region.without_terminator())
          body.clone(inner, mapping);
        linalg::YieldOp::create(
            body, loc,
            llvm::map_to_vector(
                region.getTerminator()->getOperands(),
                [&](Value value) { return mapping.lookupOrDefault(value); }));
      });
}

namespace {

class NarrowRows : public LoopBuilder {
public:
  NarrowRows(RewriterBase &rewriter, csr::UpdateRowsOp op)
      : LoopBuilder(rewriter, op.getLoc()), rewriter_(rewriter), op_(op),
        width_(narrowWidthOf(op)), rows_(kLanes / width_),
        touched_(sumTouchedColumns(rewriter, op, width_, kLanes)) {}

  SmallVector<Value> update() {
    SmallVector<Value> carried(op_.getOutputs());
    // What is brought together of inputs and outputs. Lanes without a row keep
    // what they have, which is a number from the beginning.
    Value tile = tensor::EmptyOp::create(b, loc, ArrayRef<int64_t>{1, kLanes},
                                         b.getF32Type());
    for (size_t i = 0; i < op_.getInputs().size() + op_.getOutputs().size();
         ++i)
      carried.push_back(
          linalg::FillOp::create(b, loc, number(0.0f), tile).getResult(0));
    auto all = scf::ForOp::create(
        b, loc, index(0), touched_.count, index(rows_), carried,
        [&](OpBuilder &, Location, Value first, ValueRange values) {
          OpBuilder::InsertionGuard guard(b);
          b.setInsertionPointToStart(values[0].getParentBlock());
          scf::YieldOp::create(b, loc, updateTile(first, values));
        });
    return llvm::to_vector_of<Value>(
        all.getResults().take_front(op_.getOutputs().size()));
  }

private:
  /// The rows of ranks from `first` on.
  SmallVector<Value> updateTile(Value first, ValueRange carried) {
    const size_t outputs = op_.getOutputs().size();
    SmallVector<Value> matrices(op_.getInputs());
    llvm::append_range(matrices, carried.take_front(outputs));
    Value left = arith::SubIOp::create(b, loc, touched_.count, first);
    Value count = arith::MinUIOp::create(b, loc, left, index(rows_));
    SmallVector<Value> tiles = llvm::to_vector_of<Value>(
        loop(index(0), count, carried.drop_front(outputs),
             [&](Value row, ValueRange tiles) {
               return forEachElement(
                   first, row, tiles,
                   [&](size_t i, Value tile, ValueRange element,
                       ValueRange lane) {
                     return insert(extract(matrices[i], element), tile, lane);
                   });
             })
            .getResults());
    SmallVector<Value> inputs = sumsOf(first);
    llvm::append_range(inputs, ArrayRef(tiles).drop_back(outputs));
    linalg::GenericOp changed = elementwiseUpdate(
        rewriter_, op_, inputs, ArrayRef(tiles).take_back(outputs));
    VectorTile{1, kLanes}.setOn(changed);
    SmallVector<Value> results = llvm::to_vector_of<Value>(
        loop(index(0), count, carried.take_front(outputs),
             [&](Value row, ValueRange matrices) {
               return forEachElement(first, row, matrices,
                                     [&](size_t i, Value matrix,
                                         ValueRange element, ValueRange lane) {
                                       return insert(
                                           extract(changed.getResult(i), lane),
                                           matrix, element);
                                     });
             })
            .getResults());
    llvm::append_range(results, ArrayRef(tiles).drop_back(outputs));
    llvm::append_range(results, changed.getResults());
    return results;
  }

  using Change =
      llvm::function_ref<Value(size_t, Value, ValueRange, ValueRange)>;
  /// Changes each value for each element of row number `row` of a tile: its
  /// place in a matrix, and in the tile.
  SmallVector<Value> forEachElement(Value first, Value row, ValueRange values,
                                    Change change) {
    Value column = extractIndex(touched_.columns, add(first, row));
    Value place = arith::SubIOp::create(b, loc, column, touched_.first);
    Value lane = arith::MulIOp::create(b, loc, row, index(width_));
    SmallVector<Value> changed(values);
    for (int64_t j = 0; j < width_; ++j)
      for (auto [i, value] : llvm::enumerate(changed))
        value = change(i, value, ValueRange{place, index(j)},
                       ValueRange{index(0), add(lane, index(j))});
    return changed;
  }

  /// The products' rows, as tiles.
  SmallVector<Value> sumsOf(Value first) {
    Value begin = arith::MulIOp::create(b, loc, first, index(width_));
    return llvm::map_to_vector(touched_.sums, [&](Value list) -> Value {
      Value some =
          tensor::ExtractSliceOp::create(b, loc, list, OpFoldResult(begin),
                                         OpFoldResult(b.getIndexAttr(kLanes)),
                                         OpFoldResult(b.getIndexAttr(1)));
      return tensor::ExpandShapeOp::create(
          b, loc, RankedTensorType::get({1, kLanes}, b.getF32Type()), some,
          ArrayRef<ReassociationIndices>{{0, 1}});
    });
  }

  RewriterBase &rewriter_;
  csr::UpdateRowsOp op_;
  int64_t width_, rows_;
  TouchedSums touched_;
};

} // namespace

void mlc::updateNarrowRows(RewriterBase &b, csr::UpdateRowsOp op) {
  b.setInsertionPoint(op);
  b.replaceOp(op, NarrowRows(b, op).update());
}
