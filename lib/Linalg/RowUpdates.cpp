//===- RowUpdates.cpp - Updates of rows that a batch touches --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowUpdates.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlc;
using namespace mlc::graph;

namespace {

/// One csr.update_rows: the selects that it replaces, and what they need.
class RowUpdate {
public:
  explicit RowUpdate(Value batch) : batch_(batch) {}

  /// Adds a select and all that computes its changed value element by element.
  void add(arith::SelectOp select) {
    selects_.push_back(select);
    visit(select.getTrueValue());
  }

  /// Whether both compute a value in common.
  bool shares(const RowUpdate &other) const {
    return llvm::any_of(ops_,
                        [&](Operation *op) { return other.ops_.contains(op); });
  }

  void merge(const RowUpdate &other) {
    for (arith::SelectOp select : other.selects_)
      add(select);
  }

  void replace(RewriterBase &b, const BoundedBatch &of) {
    llvm::sort(selects_, [](arith::SelectOp x, arith::SelectOp y) {
      return x->isBeforeInBlock(y);
    });
    b.setInsertionPoint(selects_.back());
    Location loc = selects_.back().getLoc();
    SmallVector<Value> factors, outs;
    for (graph::MatmulOp product : products_)
      factors.push_back(product.getRhs());
    for (arith::SelectOp select : selects_)
      outs.push_back(select.getFalseValue());
    // What is read where it will be written is no input.
    inputs_.remove_if([&](Value value) { return is_contained(outs, value); });
    auto type = cast<RankedTensorType>(outs[0].getType());
    Value first = arith::ConstantIndexOp::create(b, loc, 0);
    Value count = arith::ConstantIndexOp::create(b, loc, type.getDimSize(0));
    const csr::Batch &rows = of.batch;
    auto update = csr::UpdateRowsOp::create(
        b, loc, ValueRange(outs).getTypes(), rows.rows, rows.indptr,
        rows.indices, rows.values, rows.ones, of.capacity, first, count,
        factors, inputs_.getArrayRef(), outs, type.getDimSize(0),
        /*sums=*/false);
    fillBody(b, update);
    for (auto [select, result] : llvm::zip_equal(selects_, update.getResults()))
      b.replaceOp(select, result);
    eraseUnused(b);
  }

private:
  void visit(Value value) {
    Operation *op = value.getDefiningOp();
    if (ops_.contains(op))
      return;
    auto product = dyn_cast_if_present<graph::MatmulOp>(op);
    if (product && product.getTransposeLhs() && product.getLhs() == batch_ &&
        !product.getTransposeRhs()) {
      products_.insert(product);
      return;
    }
    if (isScalar(op))
      return;
    if (!op || !OpTrait::hasElementwiseMappableTraits(op) ||
        op->getNumResults() != 1) {
      inputs_.insert(value);
      return;
    }
    for (Value operand : op->getOperands())
      visit(operand);
    ops_.insert(op); // after what it needs
  }

  /// Whether `op` makes a tensor of one number.
  static bool isScalar(Operation *op) {
    DenseElementsAttr elements;
    return isa_and_present<tensor::SplatOp>(op) ||
           (op && matchPattern(op, m_Constant(&elements)) &&
            elements.isSplat());
  }

  void fillBody(RewriterBase &b, csr::UpdateRowsOp update) {
    const size_t count = products_.size() + inputs_.size() + selects_.size();
    OpBuilder::InsertionGuard guard(b);
    b.createBlock(&update.getBody(), {},
                  SmallVector<Type>(count, b.getF32Type()),
                  SmallVector<Location>(count, update.getLoc()));
    IRMapping mapping;
    for (auto [product, element] :
         llvm::zip_equal(products_, update.getProductElements()))
      mapping.map(product->getResult(0), element);
    for (auto [input, element] :
         llvm::zip_equal(inputs_, update.getInputElements()))
      mapping.map(input, element);
    for (auto [output, element] :
         llvm::zip_equal(update.getOutputs(), update.getOutputElements()))
      mapping.map(output, element);
    auto elementOf = [&](Value value) {
      if (!mapping.contains(value))
        mapping.map(value, scalarOf(b, value));
      return mapping.lookup(value);
    };
    for (Operation *op : ops_) {
      for (Value operand : op->getOperands())
        elementOf(operand);
      Operation *clone = b.clone(*op, mapping);
      clone->getResult(0).setType(
          getElementTypeOrSelf(clone->getResult(0).getType()));
    }
    SmallVector<Value> yielded;
    for (arith::SelectOp select : selects_)
      yielded.push_back(elementOf(select.getTrueValue()));
    csr::YieldOp::create(b, update.getLoc(), yielded);
  }

  /// The number that a tensor holds everywhere; a scalar is one itself.
  static Value scalarOf(RewriterBase &b, Value value) {
    if (!isa<RankedTensorType>(value.getType()))
      return value;
    if (auto splat = value.getDefiningOp<tensor::SplatOp>())
      return splat.getInput();
    DenseElementsAttr elements;
    matchPattern(value, m_Constant(&elements));
    return arith::ConstantOp::create(b, value.getLoc(),
                                     elements.getSplatValue<TypedAttr>());
  }

  void eraseUnused(RewriterBase &b) {
    for (Operation *op : llvm::reverse(ops_))
      if (op->use_empty())
        b.eraseOp(op);
    for (graph::MatmulOp product : products_)
      if (product->use_empty())
        b.eraseOp(product);
  }

  Value batch_;
  SmallVector<arith::SelectOp> selects_;
  /// Element-wise ops, each after those that it needs.
  llvm::SetVector<Operation *> ops_;
  llvm::SetVector<graph::MatmulOp> products_;
  llvm::SetVector<Value> inputs_;
};

} // namespace

LogicalResult mlc::lowerRowUpdates(RewriterBase &rewriter,
                                   TouchedColumnsOp touched,
                                   const BoundedBatch &batch) {
  SmallVector<RowUpdate> updates;
  for (Operation *user : touched->getUsers()) {
    auto select = dyn_cast<arith::SelectOp>(user);
    if (!select || select.getCondition() != touched.getResult() ||
        !cast<RankedTensorType>(select.getType()).getElementType().isF32())
      return user->emitError("expected touched columns only to choose which "
                             "rows change");
    RowUpdate update(touched.getInput());
    update.add(select);
    // What shares a computation is updated together.
    for (auto it = updates.begin(); it != updates.end();) {
      if (!update.shares(*it)) {
        ++it;
        continue;
      }
      update.merge(*it);
      it = updates.erase(it);
    }
    updates.push_back(std::move(update));
  }
  for (RowUpdate &update : llvm::reverse(updates))
    update.replace(rewriter, batch);
  rewriter.eraseOp(touched);
  return success();
}
