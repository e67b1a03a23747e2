//===- LibraryProducts.cpp - Large products go to cuBLASLt ----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Blas/Blas.h"
#include "lib/CostModel.h"
#include "lib/Support/Bounds.h"
#include "lib/Support/Explain.h"
#include "mlc/GpuPasses.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"

namespace mlc {
#define GEN_PASS_DEF_LIBRARYPRODUCTS
#include "mlc/GpuPasses.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;

namespace {

int64_t multiplicationsOf(linalg::MatmulOp op, int64_t batch) {
  int64_t count = 1;
  for (unsigned loop = 0; loop < op.getNumLoops(); ++loop)
    count *= boundOfLoop(op, loop).value_or(batch);
  return count;
}

/// Whether every size that is not fixed is the batch, as the library is told
/// (MlcProduct).
bool isOfBatch(linalg::MatmulOp op, int64_t batch) {
  return llvm::all_of(llvm::enumerate(op.getStaticLoopRanges()),
                      [&](auto loop) {
                        return !ShapedType::isDynamic(loop.value()) ||
                               boundOfLoop(op, loop.index()) == batch;
                      });
}

bool isZero(Value value) {
  auto fill = value.getDefiningOp<linalg::FillOp>();
  return fill && matchPattern(fill.getInputs()[0], m_AnyZeroFloat());
}

/// The generic op that makes `value`, with `inputs` inputs and nothing but
/// `count` ops in its body.
linalg::GenericOp genericOf(Value value, unsigned inputs, size_t count) {
  auto op = value.getDefiningOp<linalg::GenericOp>();
  if (!op || op.getNumDpsInputs() != inputs || op.getNumDpsInits() != 1 ||
      llvm::range_size(op.getBlock()->without_terminator()) != count)
    return {};
  return op;
}

/// What `op` yields.
Value yielded(linalg::GenericOp op) {
  return op.getBlock()->getTerminator()->getOperand(0);
}

bool hasIdentityMaps(linalg::GenericOp op) {
  return op.getNumParallelLoops() == op.getNumLoops() &&
         llvm::all_of(op.getIndexingMapsArray(),
                      [](AffineMap map) { return map.isIdentity(); });
}

/// The vector of which each row of `value` is a copy; null for anything else.
Value copiedRow(Value value) {
  linalg::GenericOp op = genericOf(value, 1, 0);
  if (!op || op.getNumLoops() != 2 || op.getNumParallelLoops() != 2 ||
      yielded(op) != op.getBlock()->getArgument(0))
    return {};
  AffineMap map = op.getIndexingMapsArray()[0];
  return map.getNumResults() == 1 && map.getDimPosition(0) == 1
             ? op.getDpsInputs()[0]
             : Value();
}

/// max(x, 0) of the op's only input.
bool isRelu(linalg::GenericOp op) {
  auto max = yielded(op).getDefiningOp<arith::MaximumFOp>();
  return hasIdentityMaps(op) && max &&
         max.getLhs() == op.getBlock()->getArgument(0) &&
         matchPattern(max.getRhs(), m_AnyZeroFloat());
}

/// y > 0 ? dy : 0 of the op's inputs y and dy.
bool isReluGradient(linalg::GenericOp op) {
  auto choice = yielded(op).getDefiningOp<arith::SelectOp>();
  if (!hasIdentityMaps(op) || !choice)
    return false;
  auto compare = choice.getCondition().getDefiningOp<arith::CmpFOp>();
  return compare && compare.getPredicate() == arith::CmpFPredicate::OGT &&
         compare.getLhs() == op.getBlock()->getArgument(0) &&
         matchPattern(compare.getRhs(), m_AnyZeroFloat()) &&
         choice.getTrueValue() == op.getBlock()->getArgument(1) &&
         matchPattern(choice.getFalseValue(), m_AnyZeroFloat());
}

/// The sum of all rows of the op's only input.
bool isRowSum(linalg::GenericOp op) {
  auto sum = yielded(op).getDefiningOp<arith::AddFOp>();
  if (!sum || op.getNumLoops() != 2 || op.getNumReductionLoops() != 1 ||
      !isZero(op.getDpsInits()[0]))
    return false;
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  return maps[0].isIdentity() && maps[1].getNumResults() == 1 &&
         maps[1].getDimPosition(0) == 1 &&
         llvm::is_contained(sum->getOperands(),
                            Value(op.getBlock()->getArgument(0))) &&
         llvm::is_contained(sum->getOperands(),
                            Value(op.getBlock()->getArgument(1)));
}

class LibraryProductsPass
    : public mlc::impl::LibraryProductsBase<LibraryProductsPass> {
public:
  using LibraryProductsBase::LibraryProductsBase;

private:
  void runOnOperation() override {
    func::FuncOp step = getOperation();
    if (step.isExternal() || gemm == GpuGemm::Generated ||
        (gemm == GpuGemm::Auto &&
         (steps == GpuSteps::Kernel || steps == GpuSteps::Chip)))
      return;
    auto batch = step->getAttrOfType<IntegerAttr>(steps::kBatch);
    if (!batch) {
      step.emitError("expected the attribute ") << steps::kBatch;
      return signalPassFailure();
    }
    const int64_t least = CostModel::of(step).libraryProduct;
    SmallVector<linalg::MatmulOp> products;
    step.walk([&](linalg::MatmulOp op) {
      if (!isOfBatch(op, batch.getInt())) {
        explain(op, "product") << remark::add(
            "{0} by a kernel of an element a thread: cuBLASLt is told of no "
            "unknown size but the batch",
            sizesOf(op.getStaticLoopRanges()));
        return;
      }
      const int64_t count = multiplicationsOf(op, batch.getInt());
      const bool isLarge = gemm == GpuGemm::CublasLt || count >= least;
      explain(op, "product") << remark::add(
          "{0} by {1}: {2} multiplications, where cuBLASLt is expected to be "
          "faster from {3} on",
          sizesOf(op.getStaticLoopRanges()),
          isLarge ? "cuBLASLt" : "a kernel of an element a thread", count,
          least);
      if (isLarge)
        products.push_back(op);
    });
    IRRewriter b(&getContext());
    SmallVector<blas::GemmOp> made;
    for (linalg::MatmulOp op : products)
      if (blas::GemmOp product = makeProduct(b, op))
        made.push_back(product);
    for (blas::GemmOp &product : made)
      takeReluGradient(b, product, made);
    for (blas::GemmOp &product : made)
      takeRowSum(b, product);
  }

  static bool isTransposed(linalg::MatmulOp op, unsigned operand,
                           unsigned column) {
    return op.getIndexingMapsArray()[operand].getDimPosition(0) == column;
  }

  /// The product in the library's words, with its bias and relu; null where it
  /// starts at anything else.
  static blas::GemmOp makeProduct(IRRewriter &b, linalg::MatmulOp op) {
    Value init = op.getDpsInits()[0], bias = copiedRow(init);
    if (!bias && !isZero(init))
      return {};
    Value unset = cast<DestinationStyleOpInterface>(init.getDefiningOp())
                      .getDpsInits()[0];
    Operation *replaced = op;
    bool hasRelu = false;
    if (op->hasOneUse()) {
      auto next = dyn_cast<linalg::GenericOp>(*op->user_begin());
      hasRelu = next && genericOf(next.getResult(0), 1, 1) && isRelu(next);
      if (hasRelu)
        replaced = next;
    }
    b.setInsertionPoint(op);
    auto product = blas::GemmOp::create(
        b, op.getLoc(), op.getResultTypes(), op.getDpsInputs()[0],
        op.getDpsInputs()[1], bias, /*mask=*/Value(), ValueRange{unset},
        hasRelu, isTransposed(op, 0, /*column=*/2),
        isTransposed(op, 1, /*column=*/1));
    b.replaceOp(replaced, product.getResults());
    if (replaced != op)
      b.eraseOp(op);
    return product;
  }

  /// The same product with other operands or results.
  static blas::GemmOp remake(IRRewriter &b, blas::GemmOp op, Value mask,
                             ValueRange outputs) {
    b.setInsertionPoint(op);
    auto product = blas::GemmOp::create(
        b, op.getLoc(), outputs.getTypes(), op.getLeft(), op.getRight(),
        op.getBias(), mask, outputs, op.getRelu(), op.getTransposeLeft(),
        op.getTransposeRight());
    b.replaceOp(op, product.getResults().take_front(op.getNumResults()));
    return product;
  }

  /// Where only a relu's gradient uses the product, it is computed with it.
  static void takeReluGradient(IRRewriter &b, blas::GemmOp &product,
                               MutableArrayRef<blas::GemmOp> all) {
    if (product.getRelu() || product.getBias() ||
        !product.getResult(0).hasOneUse())
      return;
    auto next = dyn_cast<linalg::GenericOp>(*product.getResult(0).user_begin());
    if (!next || !genericOf(next.getResult(0), 2, 2) || !isReluGradient(next) ||
        next.getDpsInputs()[1] != product.getResult(0))
      return;
    auto relu = next.getDpsInputs()[0].getDefiningOp<blas::GemmOp>();
    auto *known = llvm::find(all, relu);
    if (!relu || known == all.end() || !relu.getRelu())
      return;
    if (!relu.getOther())
      *known = relu = addMask(b, relu);
    product = remake(b, product, relu.getResult(1), product.getOutputs());
    b.replaceOp(next, product.getResult(0));
  }

  static blas::GemmOp addMask(IRRewriter &b, blas::GemmOp relu) {
    Value unset = relu.getOutputs()[0];
    auto type = cast<RankedTensorType>(unset.getType());
    b.setInsertionPoint(relu);
    SmallVector<OpFoldResult> sizes{
        tensor::getMixedSize(b, relu.getLoc(), unset, 0),
        b.getIndexAttr(blas::GemmOp::bytesOfMask(type.getDimSize(1)))};
    if (auto empty = unset.getDefiningOp<tensor::EmptyOp>())
      sizes[0] = empty.getMixedSizes()[0];
    Value bits =
        tensor::EmptyOp::create(b, relu.getLoc(), sizes, b.getI8Type());
    return remake(b, relu, Value(), ValueRange{unset, bits});
  }

  /// Where the sum of the right operand's rows is needed too, it is computed
  /// with the product.
  static void takeRowSum(IRRewriter &b, blas::GemmOp &product) {
    if (product.getTransposeRight() || product.getBias() || product.getMask() ||
        product.getOther() || product.getRelu())
      return;
    for (Operation *user : product.getRight().getUsers()) {
      auto sum = dyn_cast<linalg::GenericOp>(user);
      if (!sum || !genericOf(sum.getResult(0), 1, 1) || !isRowSum(sum) ||
          !product->isBeforeInBlock(sum))
        continue;
      Value unset =
          sum.getDpsInits()[0].getDefiningOp<linalg::FillOp>().getOutputs()[0];
      b.setInsertionPoint(product);
      Value own = tensor::EmptyOp::create(
          b, sum.getLoc(), cast<RankedTensorType>(unset.getType()).getShape(),
          b.getF32Type());
      product =
          remake(b, product, Value(), ValueRange{product.getOutputs()[0], own});
      b.replaceOp(sum, product.getResult(1));
      return;
    }
  }
};

} // namespace
