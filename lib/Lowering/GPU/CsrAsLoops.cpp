//===- CsrAsLoops.cpp - CSR products, one element a thread ----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ColumnSums.h"
#include "ElementLoops.h"
#include "dialects/Csr/Csr.h"
#include "lib/CostModel.h"
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

  /// An update of all rows: its products, and an element-wise op that keeps the
  /// rows of columns without an example.
  void rewrite(csr::UpdateRowsOp op, ColumnMasks &masks) {
    auto type = cast<RankedTensorType>(op.getOutputs()[0].getType());
    const int64_t shape[] = {static_cast<int64_t>(op.getColumns()),
                             type.getDimSize(1)};
    SmallVector<Value> inputs{masks.touched()};
    rewriter_.setInsertionPoint(op);
    for (Value product : op.getProducts()) {
      Value empty = tensor::EmptyOp::create(b, loc, shape, b.getF32Type());
      Value init =
          linalg::FillOp::create(b, loc, number(0.0f), empty).getResult(0);
      inputs.push_back(
          ColumnSums(rewriter_, loc, op.getBatch(), masks).sum(init, product));
    }
    llvm::append_range(inputs, op.getInputs());
    SmallVector<AffineMap> maps(inputs.size() + op.getOutputs().size(),
                                b.getMultiDimIdentityMap(2));
    maps[0] = AffineMap::get(2, 0, b.getAffineDimExpr(0));
    SmallVector<utils::IteratorType> loops(2, utils::IteratorType::parallel);
    SmallVector<Value> outputs(op.getOutputs());
    const SmallVector<ReassociationIndices> all{{0, 1}};
    if (op.getSums()) { // Their one row as a vector, over all rows.
      loops[0] = utils::IteratorType::reduction;
      for (auto [output, map] : llvm::zip_equal(
               outputs, MutableArrayRef(maps).take_back(outputs.size()))) {
        output = tensor::CollapseShapeOp::create(b, loc, output, all);
        map = AffineMap::get(2, 0, b.getAffineDimExpr(1));
      }
    }
    auto generic = linalg::GenericOp::create(
        b, loc, ValueRange(outputs).getTypes(), inputs, outputs, maps, loops,
        [&](OpBuilder &body, Location, ValueRange elements) {
          linalg::YieldOp::create(body, loc, updated(body, op, elements));
        });
    SmallVector<Value> results(generic.getResults());
    if (op.getSums())
      for (auto [result, type] : llvm::zip_equal(results, op.getResultTypes()))
        result = tensor::ExpandShapeOp::create(b, loc, type, result, all);
    rewriter_.replaceOp(op, results);
  }

private:
  /// Where all values are 1 there is no list of them to read.
  Value valueAt(Value ones, Value values, Value p) {
    return choose(
        ones, b.getF32Type(), [&] { return number(1.0f); },
        [&] { return extract(values, p); });
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
    ColumnSums sums(b_, op->getLoc(), group.getBatch(), masks);
    if (gainsBySubsets(product, masks))
      sums.useSubsets(op->getParentOfType<scf::ForallOp>(), product.getRhs());
    Value sum = sums.sum(product.getInit(), product.getRhs(), first);
    b_.replaceOp(op, sum);
    return success();
  }

  /// Whether a thread has a column of its own, as in a shard of few units: the
  /// threads of a warp would wait for the one with the most examples. Elsewhere
  /// they have the same column of several units. Filling the tables is not to
  /// be more work than using them.
  static bool gainsBySubsets(csr::MatmulTransposedOp op,
                             const ColumnMasks &masks) {
    auto init = cast<RankedTensorType>(op.getInit().getType());
    auto forall = op->getParentOfType<scf::ForallOp>();
    return forall && SubsetSums::isPossible(forall) &&
           SubsetSums::entriesOf(masks.wordCount()) *
                   CostModel::of(op).subsetColumns <=
               init.getDimSize(0);
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
