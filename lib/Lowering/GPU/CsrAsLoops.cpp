//===- CsrAsLoops.cpp - CSR products, one element a thread ----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ColumnMasks.h"
#include "ElementLoops.h"
#include "dialects/Csr/Csr.h"
#include "mlc/GpuPasses.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/IRMapping.h"

namespace mlc {
#define GEN_PASS_DEF_CSRASLOOPS
#include "mlc/GpuPasses.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;

namespace {

class CsrRewriter : public LoopBuilder {
public:
  CsrRewriter(RewriterBase &b, Operation *op)
      : LoopBuilder(b, op->getLoc()), rewriter_(b) {}

  /// result[i, j] = init[i, j] + the terms of row i in turn.
  void rewrite(csr::MatmulOp op) {
    ElementLoops loops(rewriter_, op, b.getMultiDimIdentityMap(2), 2);
    auto results = loops.build([&](ValueRange at,
                                   ValueRange firsts) -> SmallVector<Value> {
      auto [begin, end] = rowOf(op.getRows(), op.getIndptr(), at[0]);
      scf::ForOp sum =
          loop(begin, end, firsts,
               [&](Value p, ValueRange carried) -> SmallVector<Value> {
                 Value column = extractIndex(op.getIndices(), p);
                 Value weight = extract(op.getWeight(), {column, at[1]});
                 return {addProduct(valueAt(op.getOnes(), op.getValues(), p),
                                    weight, carried[0])};
               });
      sum->setAttr(kCombiners,
                   b.getStrArrayAttr({arith::AddFOp::getOperationName()}));
      return {sum.getResult(0)};
    });
    rewriter_.replaceOp(op, results);
  }

  /// result[k, j] = init[k, j] + the terms of column k of `batch`, example by
  /// example. Row 0 of the result is column `first`.
  Value sumColumns(Value init, Value rhs, const csr::Batch &batch,
                   ColumnMasks &masks, ArrayRef<OpFoldResult> first) {
    ElementLoops loops(rewriter_, loc, init, b.getMultiDimIdentityMap(2), 2);
    return loops.build([&](ValueRange at,
                           ValueRange firsts) -> SmallVector<Value> {
      Value column = at[0];
      for (OpFoldResult offset : first)
        column = add(column, getValueOrCreateConstantIndexOp(b, loc, offset));
      scf::ForOp sum =
          loop(index(0), index(masks.wordCount()), firsts,
               [&](Value word, ValueRange carried) -> SmallVector<Value> {
                 Value start = arith::MulIOp::create(b, loc, word,
                                                     index(ColumnMasks::kBits));
                 return {masks.forEachBit(
                     masks.wordAt(column, word), carried[0],
                     [&](Value bit, Value partial) {
                       Value example = add(start, bit);
                       Value factor = extract(rhs, {example, at[1]});
                       return addProduct(entryAt(batch, example, column),
                                         factor, partial);
                     })};
               });
      return {sum.getResult(0)};
    })[0];
  }

  /// An update of all rows: its products, and an element-wise op that keeps the
  /// rows of columns without an example.
  void rewrite(csr::UpdateRowsOp op, ColumnMasks &masks) {
    auto type = cast<RankedTensorType>(op.getOutputs()[0].getType());
    SmallVector<Value> inputs{masks.touched()};
    rewriter_.setInsertionPoint(op);
    for (Value product : op.getProducts()) {
      Value empty =
          tensor::EmptyOp::create(b, loc, type.getShape(), b.getF32Type());
      Value init =
          linalg::FillOp::create(b, loc, number(0.0f), empty).getResult(0);
      inputs.push_back(sumColumns(init, product, op.getBatch(), masks, {}));
    }
    llvm::append_range(inputs, op.getInputs());
    SmallVector<AffineMap> maps(inputs.size() + op.getOutputs().size(),
                                b.getMultiDimIdentityMap(2));
    maps[0] = AffineMap::get(2, 0, b.getAffineDimExpr(0));
    SmallVector<utils::IteratorType> loops(2, utils::IteratorType::parallel);
    rewriter_.replaceOpWithNewOp<linalg::GenericOp>(
        op, op.getResultTypes(), inputs, op.getOutputs(), maps, loops,
        [&](OpBuilder &body, Location, ValueRange elements) {
          linalg::YieldOp::create(body, loc, updated(body, op, elements));
        });
  }

private:
  Value addProduct(Value x, Value y, Value sum) {
    Value product = arith::MulFOp::create(b, loc, x, y);
    return arith::AddFOp::create(b, loc, sum, product);
  }

  /// Where all values are 1 there is no list of them to read.
  Value valueAt(Value ones, Value values, Value p) {
    return choose(
        ones, b.getF32Type(), [&] { return number(1.0f); },
        [&] { return extract(values, p); });
  }

  /// The value of `example` in `column`, where it has one: columns rise in
  /// each row, so halving the row finds it.
  Value entryAt(const csr::Batch &batch, Value example, Value column) {
    return choose(
        batch.ones, b.getF32Type(), [&] { return number(1.0f); },
        [&] {
          auto [begin, end] = rowOf(batch.rows, batch.indptr, example);
          return extract(batch.values, search(batch, begin, end, column));
        });
  }

  /// The place in [begin, end) that holds `column`.
  Value search(const csr::Batch &batch, Value begin, Value end, Value column) {
    Type type = b.getIndexType();
    auto halve = scf::WhileOp::create(b, loc, TypeRange{type, type},
                                      ValueRange{begin, end});
    OpBuilder::InsertionGuard guard(b);
    b.createBlock(&halve.getBefore(), {}, {type, type}, {loc, loc});
    ValueRange range = halve.getBeforeArguments();
    Value isLong = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult,
                                         add(range[0], index(1)), range[1]);
    scf::ConditionOp::create(b, loc, isLong, range);
    b.createBlock(&halve.getAfter(), {}, {type, type}, {loc, loc});
    range = halve.getAfterArguments();
    Value middle =
        arith::ShRUIOp::create(b, loc, add(range[0], range[1]), index(1));
    Value isAbove =
        arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ugt,
                              extractIndex(batch.indices, middle), column);
    Value low = arith::SelectOp::create(b, loc, isAbove, range[0], middle);
    Value high = arith::SelectOp::create(b, loc, isAbove, middle, range[1]);
    scf::YieldOp::create(b, loc, ValueRange{low, high});
    return halve.getResult(0);
  }

  /// What the region makes of the elements after the first, where that is not
  /// 0, and the old elements elsewhere.
  static SmallVector<Value> updated(OpBuilder &b, csr::UpdateRowsOp op,
                                    ValueRange elements) {
    IRMapping mapping;
    mapping.map(op.getBody().getArguments(), elements.drop_front());
    Block &region = op.getBody().front();
    for (Operation &inner : region.without_terminator())
      b.clone(inner, mapping);
    Location loc = op.getLoc();
    Value none = arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(0));
    Value isTouched = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult,
                                            none, elements[0]);
    SmallVector<Value> results;
    for (auto [changed, old] :
         llvm::zip_equal(region.getTerminator()->getOperands(),
                         elements.take_back(op.getOutputs().size())))
      results.push_back(arith::SelectOp::create(
          b, loc, isTouched, mapping.lookupOrDefault(changed), old));
    return results;
  }

  RewriterBase &rewriter_;
};

/// Rewrites the ops of one function, whose batches have at most `most` rows.
class FunctionRewriter {
public:
  FunctionRewriter(RewriterBase &b, int64_t most) : b_(b), most_(most) {}

  LogicalResult rewrite(func::FuncOp function) {
    SmallVector<Operation *> ops;
    function.walk([&](Operation *op) {
      if (isa<csr::MatmulOp, csr::MatmulTransposedOp, csr::GroupColumnsOp,
              csr::UpdateRowsOp>(op))
        ops.push_back(op);
    });
    SmallVector<csr::GroupColumnsOp> groups;
    for (Operation *op : ops) {
      b_.setInsertionPoint(op);
      if (auto product = dyn_cast<csr::MatmulOp>(op))
        CsrRewriter(b_, op).rewrite(product);
      else if (auto group = dyn_cast<csr::GroupColumnsOp>(op))
        groups.push_back(group);
      else if (failed(rewriteColumns(op)))
        return failure();
    }
    for (csr::GroupColumnsOp group : groups)
      if (failed(erase(group)))
        return failure();
    return success();
  }

private:
  LogicalResult rewriteColumns(Operation *op) {
    if (auto update = dyn_cast<csr::UpdateRowsOp>(op)) {
      if (getConstantIntValue(update.getFirst()) != 0)
        return op->emitError("expected an update of all rows");
      ColumnMasks &masks = masksFor(op, update.getBatch(), update.getColumns());
      CsrRewriter(b_, op).rewrite(update, masks);
      return success();
    }
    // One that was split has a slice of the columns.
    auto product = cast<csr::MatmulTransposedOp>(op);
    SmallVector<OpFoldResult> first;
    Value starts = product.getStarts();
    while (auto slice = starts.getDefiningOp<tensor::ExtractSliceOp>()) {
      first.push_back(slice.getMixedOffsets()[0]);
      starts = slice.getSource();
    }
    auto group = starts.getDefiningOp<csr::GroupColumnsOp>();
    if (!group)
      return op->emitError("expected the columns of a csr.group_columns");
    ColumnMasks &masks = masksFor(
        group, group.getBatch(), group.getStarts().getType().getDimSize(0) - 1);
    b_.setInsertionPoint(op);
    Value sum = CsrRewriter(b_, op).sumColumns(
        product.getInit(), product.getRhs(), group.getBatch(), masks, first);
    b_.replaceOp(op, sum);
    return success();
  }

  /// A batch's masks, made at `op` where it is the first to need them.
  ColumnMasks &masksFor(Operation *op, const csr::Batch &batch,
                        int64_t columns) {
    std::unique_ptr<ColumnMasks> &masks = masksOf_[batch.rows];
    if (!masks)
      masks = std::make_unique<ColumnMasks>(b_, op, batch, columns, most_);
    return *masks;
  }

  /// Erases a group of columns, with slices that nobody needs any more.
  LogicalResult erase(csr::GroupColumnsOp group) {
    SetVector<Operation *> users(group->user_begin(), group->user_end());
    for (Operation *user : users) {
      if (!isa<tensor::ExtractSliceOp>(user) || !user->use_empty())
        return user->emitError("expected a batch's columns only as operands "
                               "of csr.matmul_transposed");
      b_.eraseOp(user);
    }
    b_.eraseOp(group);
    return success();
  }

  RewriterBase &b_;
  int64_t most_;
  /// By a batch's rows.
  DenseMap<Value, std::unique_ptr<ColumnMasks>> masksOf_;
};

class CsrAsLoopsPass : public mlc::impl::CsrAsLoopsBase<CsrAsLoopsPass> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isExternal())
      return;
    auto batch = function->getAttrOfType<IntegerAttr>(steps::kBatch);
    if (!batch) {
      function.emitError("expected the attribute ") << steps::kBatch;
      return signalPassFailure();
    }
    WalkResult known = function.walk([](Operation *op) {
      StringRef what;
      if (isa<csr::SampledMatmulOp, csr::QuantizedSampledMatmulOp>(op))
        what = "a gradient with respect to #graph.csr data";
      else if (isa<csr::QuantizedMatmulOp, csr::IntegerMatmulOp>(op))
        what = "a product with a quantised weight";
      else
        return WalkResult::advance();
      op->emitError() << what
                      << " is computed by CPUs only; compile with --target cpu";
      return WalkResult::interrupt();
    });
    if (known.wasInterrupted())
      return signalPassFailure();
    IRRewriter rewriter(&getContext());
    if (failed(FunctionRewriter(rewriter, batch.getInt()).rewrite(function)))
      signalPassFailure();
  }
};

} // namespace
