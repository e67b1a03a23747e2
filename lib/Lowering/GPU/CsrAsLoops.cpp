//===- CsrAsLoops.cpp - CSR products, one element a thread ----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ColumnMasks.h"
#include "dialects/Csr/Csr.h"
#include "mlc/GpuPasses.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace mlc {
#define GEN_PASS_DEF_CSRASLOOPS
#include "mlc/GpuPasses.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;

namespace {

class CsrRewriter : public LoopWords {
public:
  CsrRewriter(RewriterBase &b, Operation *op)
      : LoopWords(b, op->getLoc()), rewriter(b) {}

  /// result[i, j] = init[i, j] + the terms of row i in turn.
  void rewrite(csr::MatmulOp op) {
    ElementLoops loops(rewriter, op, b.getMultiDimIdentityMap(2), 2);
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
    rewriter.replaceOp(op, results);
  }

  /// result[k, j] = init[k, j] + the terms of column k, example by example.
  /// The op's columns begin at `first` of the group's.
  void rewrite(csr::MatmulTransposedOp op, csr::GroupColumnsOp group,
               ColumnMasks &masks, ArrayRef<OpFoldResult> first) {
    ElementLoops loops(rewriter, op, b.getMultiDimIdentityMap(2), 2);
    auto results = loops.build([&](ValueRange at,
                                   ValueRange firsts) -> SmallVector<Value> {
      Value column = at[0];
      for (OpFoldResult offset : first)
        column = add(column, getValueOrCreateConstantIndexOp(b, loc, offset));
      scf::ForOp sum =
          loop(index(0), index(masks.wordCount()), firsts,
               [&](Value word, ValueRange carried) -> SmallVector<Value> {
                 Value first = arith::MulIOp::create(b, loc, word,
                                                     index(ColumnMasks::kBits));
                 return {masks.forEachBit(
                     masks.wordAt(column, word), carried[0],
                     [&](Value bit, Value partial) {
                       Value example = add(first, bit);
                       Value rhs = extract(op.getRhs(), {example, at[1]});
                       Value value = entryAt(group, example, column);
                       return addProduct(value, rhs, partial);
                     })};
               });
      return {sum.getResult(0)};
    });
    rewriter.replaceOp(op, results);
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
  Value entryAt(csr::GroupColumnsOp op, Value example, Value column) {
    return choose(
        op.getOnes(), b.getF32Type(), [&] { return number(1.0f); },
        [&] {
          auto [begin, end] = rowOf(op.getRows(), op.getIndptr(), example);
          return extract(op.getValues(), search(op, begin, end, column));
        });
  }

  /// The place in [begin, end) that holds `column`.
  Value search(csr::GroupColumnsOp op, Value begin, Value end, Value column) {
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
                              extractIndex(op.getIndices(), middle), column);
    Value low = arith::SelectOp::create(b, loc, isAbove, range[0], middle);
    Value high = arith::SelectOp::create(b, loc, isAbove, middle, range[1]);
    scf::YieldOp::create(b, loc, ValueRange{low, high});
    return halve.getResult(0);
  }

  RewriterBase &rewriter;
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
    WalkResult known = function.walk([](csr::SampledMatmulOp op) {
      op.emitError("a gradient with respect to #graph.csr data is computed by "
                   "CPUs only; compile with --target cpu");
      return WalkResult::interrupt();
    });
    if (known.wasInterrupted())
      return signalPassFailure();
    IRRewriter rewriter(&getContext());
    SmallVector<csr::MatmulOp> products;
    SmallVector<csr::GroupColumnsOp> groups;
    function.walk([&](csr::MatmulOp op) { products.push_back(op); });
    function.walk([&](csr::GroupColumnsOp op) { groups.push_back(op); });
    for (csr::MatmulOp op : products) {
      rewriter.setInsertionPoint(op);
      CsrRewriter(rewriter, op).rewrite(op);
    }
    for (csr::GroupColumnsOp group : groups)
      if (failed(rewrite(rewriter, group, batch.getInt())))
        return signalPassFailure();
    function.walk([&](csr::MatmulTransposedOp op) {
      op.emitError("expected the columns of a csr.group_columns");
      signalPassFailure();
    });
  }

  /// Erases slices that nobody needs any more.
  static void eraseUnused(RewriterBase &rewriter, csr::GroupColumnsOp group) {
    SetVector<Operation *> users(group->user_begin(), group->user_end());
    for (Operation *user : users)
      if (isa<tensor::ExtractSliceOp>(user) && user->use_empty())
        rewriter.eraseOp(user);
  }

  static LogicalResult rewrite(RewriterBase &rewriter,
                               csr::GroupColumnsOp group, int64_t batch) {
    ColumnMasks masks(rewriter, group, batch);
    SmallVector<csr::MatmulTransposedOp> products;
    group->getParentOfType<func::FuncOp>().walk(
        [&](csr::MatmulTransposedOp op) { products.push_back(op); });
    for (csr::MatmulTransposedOp product : products) {
      // One that was split has a slice of the columns.
      SmallVector<OpFoldResult> first;
      Value starts = product.getStarts();
      while (auto slice = starts.getDefiningOp<tensor::ExtractSliceOp>()) {
        first.push_back(slice.getMixedOffsets()[0]);
        starts = slice.getSource();
      }
      if (starts != group.getStarts())
        continue;
      rewriter.setInsertionPoint(product);
      CsrRewriter(rewriter, product).rewrite(product, group, masks, first);
    }
    eraseUnused(rewriter, group);
    if (failed(masks.replaceStarts()))
      return failure();
    rewriter.eraseOp(group);
    return success();
  }
};

} // namespace
