//===- CsrAsLoops.cpp - CSR products, one element a thread ----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ElementLoops.h"
#include "dialects/Csr/Csr.h"
#include "mlc/Passes.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace mlc {
#define GEN_PASS_DEF_CSRASLOOPS
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;

namespace {

/// Examples whose bits are one word of a mask.
constexpr int64_t kMaskBits = 64;
/// Threads that share a row's non-zeros where masks are made: a warp.
constexpr int64_t kRowThreads = 32;

class CsrRewriter : public LoopWords {
public:
  CsrRewriter(RewriterBase &b, Operation *op, int64_t batch)
      : LoopWords(b, op->getLoc()), rewriter(b), batch(batch) {}

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
  LogicalResult rewrite(csr::MatmulTransposedOp op) {
    auto group = op.getStarts().getDefiningOp<csr::GroupColumnsOp>();
    if (!group)
      return op.emitError("expected the columns of a csr.group_columns");
    Value masks = masksOf(group);
    rewriter.setInsertionPoint(op);
    const int64_t words = wordCount();
    ElementLoops loops(rewriter, op, b.getMultiDimIdentityMap(2), 2);
    auto results = loops.build([&](ValueRange at,
                                   ValueRange firsts) -> SmallVector<Value> {
      scf::ForOp sum = loop(
          index(0), index(words), firsts,
          [&](Value word, ValueRange carried) -> SmallVector<Value> {
            Value bits = extract(masks, {at[0], word});
            Value first = arith::MulIOp::create(b, loc, word, index(kMaskBits));
            return {forEachBit(bits, carried[0], [&](Value bit, Value partial) {
              Value example = add(first, bit);
              Value rhs = extract(op.getRhs(), {example, at[1]});
              Value value = entryAt(group, example, at[0]);
              return addProduct(value, rhs, partial);
            })};
          });
      return {sum.getResult(0)};
    });
    rewriter.replaceOp(op, results);
    return success();
  }

private:
  int64_t wordCount() const { return llvm::divideCeil(batch, kMaskBits); }

  Value addProduct(Value x, Value y, Value sum) {
    Value product = arith::MulFOp::create(b, loc, x, y);
    return arith::AddFOp::create(b, loc, sum, product);
  }

  std::pair<Value, Value> rowOf(Value rows, Value indptr, Value example) {
    Value row = extractIndex(rows, example);
    return {extractIndex(indptr, row),
            extractIndex(indptr, add(row, index(1)))};
  }

  /// Where all values are 1 there is no list of them to read.
  Value valueAt(Value ones, Value values, Value p) {
    return choose(
        ones, b.getF32Type(), [&] { return number(1.0f); },
        [&] { return extract(values, p); });
  }

  /// Bit i of masks[k, w] says whether example 64 * w + i has a non-zero in
  /// column k. Or-ing bits in any order makes the same mask, so that threads
  /// need not wait for one another.
  Value masksOf(csr::GroupColumnsOp op) {
    rewriter.setInsertionPoint(op);
    const int64_t columns =
        cast<RankedTensorType>(op.getStarts().getType()).getDimSize(0) - 1;
    auto type = MemRefType::get({columns, wordCount()}, b.getI64Type());
    Value masks = memref::AllocOp::create(b, loc, type);
    linalg::FillOp::create(b, loc, integer(0), masks);
    Value count = tensor::DimOp::create(b, loc, op.getRows(), 0);
    auto threads = scf::ParallelOp::create(
        b, loc, ValueRange{index(0), index(0)},
        ValueRange{count, index(kRowThreads)}, ValueRange{index(1), index(1)});
    rewriter.setInsertionPointToStart(threads.getBody());
    Value example = threads.getInductionVars()[0];
    auto [begin, end] = rowOf(op.getRows(), op.getIndptr(), example);
    Value first = add(begin, threads.getInductionVars()[1]);
    auto loop = scf::ForOp::create(b, loc, first, end, index(kRowThreads));
    rewriter.setInsertionPointToStart(loop.getBody());
    Value column = extractIndex(op.getIndices(), loop.getInductionVar());
    Value word = arith::DivUIOp::create(b, loc, example, index(kMaskBits));
    Value bit = arith::RemUIOp::create(b, loc, example, index(kMaskBits));
    Value flag = arith::ShLIOp::create(
        b, loc, integer(1),
        arith::IndexCastOp::create(b, loc, b.getI64Type(), bit));
    memref::AtomicRMWOp::create(b, loc, arith::AtomicRMWKind::ori, flag, masks,
                                ValueRange{column, word});
    rewriter.setInsertionPointAfter(threads);
    return bufferization::ToTensorOp::create(
        b, loc, RankedTensorType::get(type.getShape(), type.getElementType()),
        masks, /*restrict=*/true);
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

  /// Carries a value over the bits that are set, from the lowest.
  Value forEachBit(Value bits, Value carried,
                   function_ref<Value(Value, Value)> body) {
    SmallVector<Type> types{bits.getType(), carried.getType()};
    auto loop = scf::WhileOp::create(b, loc, types, ValueRange{bits, carried});
    OpBuilder::InsertionGuard guard(b);
    b.createBlock(&loop.getBefore(), {}, types, {loc, loc});
    Value left = loop.getBeforeArguments()[0];
    Value isSet = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, left,
                                        integer(0));
    scf::ConditionOp::create(b, loc, isSet, loop.getBeforeArguments());
    b.createBlock(&loop.getAfter(), {}, types, {loc, loc});
    left = loop.getAfterArguments()[0];
    Value place = toIndex(math::CountTrailingZerosOp::create(b, loc, left));
    Value result = body(place, loop.getAfterArguments()[1]);
    Value less = arith::SubIOp::create(b, loc, left, integer(1));
    Value rest = arith::AndIOp::create(b, loc, left, less);
    scf::YieldOp::create(b, loc, ValueRange{rest, result});
    return loop.getResult(1);
  }

  RewriterBase &rewriter;
  int64_t batch;
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
    IRRewriter rewriter(&getContext());
    SmallVector<Operation *> ops;
    function.walk([&](Operation *op) {
      if (isa<csr::MatmulOp, csr::MatmulTransposedOp, csr::GroupColumnsOp>(op))
        ops.push_back(op);
    });
    // Users first: nothing needs the lists of a csr.group_columns then.
    for (Operation *op : llvm::reverse(ops)) {
      rewriter.setInsertionPoint(op);
      CsrRewriter csr(rewriter, op, batch.getInt());
      if (auto product = dyn_cast<csr::MatmulOp>(op))
        csr.rewrite(product);
      else if (auto product = dyn_cast<csr::MatmulTransposedOp>(op)) {
        if (failed(csr.rewrite(product)))
          return signalPassFailure();
      } else if (op->use_empty())
        rewriter.eraseOp(op);
    }
  }
};

} // namespace
