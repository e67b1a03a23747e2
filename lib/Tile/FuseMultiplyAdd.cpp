//===- FuseMultiplyAdd.cpp - x * y + z as one operation -------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Csr/Csr.h"
#include "mlc/Passes.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace mlc {
#define GEN_PASS_DEF_FUSEMULTIPLYADD
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;

namespace {

/// The product that makes `value`, if nothing else uses it.
arith::MulFOp productOf(Value value) {
  auto product = value.getDefiningOp<arith::MulFOp>();
  return product && product->hasOneUse() && product.getType().isF32()
             ? product
             : arith::MulFOp();
}

/// x * y + z; of two products the second is rounded first.
struct FuseAdd : OpRewritePattern<arith::AddFOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(arith::AddFOp op,
                                PatternRewriter &b) const override {
    for (auto [factor, other] : {std::pair(op.getLhs(), op.getRhs()),
                                 std::pair(op.getRhs(), op.getLhs())})
      if (arith::MulFOp product = productOf(factor)) {
        b.replaceOpWithNewOp<math::FmaOp>(op, product.getLhs(),
                                          product.getRhs(), other);
        return success();
      }
    return failure();
  }
};

/// z - x * y.
struct FuseSub : OpRewritePattern<arith::SubFOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(arith::SubFOp op,
                                PatternRewriter &b) const override {
    arith::MulFOp product = productOf(op.getRhs());
    if (!product)
      return failure();
    Value negative = arith::NegFOp::create(b, op.getLoc(), product.getLhs());
    b.replaceOpWithNewOp<math::FmaOp>(op, negative, product.getRhs(),
                                      op.getLhs());
    return success();
  }
};

class FuseMultiplyAddPass
    : public mlc::impl::FuseMultiplyAddBase<FuseMultiplyAddPass> {
  using FuseMultiplyAddBase::FuseMultiplyAddBase;

  void runOnOperation() override {
    generalizeProducts();
    if (!available)
      return;
    RewritePatternSet patterns(&getContext());
    patterns.add<FuseAdd, FuseSub>(&getContext());
    SmallVector<Operation *> ops;
    getOperation().walk([&](Operation *op) {
      if (isa<linalg::GenericOp, csr::UpdateRowsOp>(op))
        op->getRegion(0).walk([&](Operation *inner) { ops.push_back(inner); });
    });
    GreedyRewriteConfig config;
    config.setStrictness(GreedyRewriteStrictness::ExistingAndNewOps);
    if (failed(applyOpPatternsGreedily(ops, std::move(patterns), config)))
      signalPassFailure();
  }

  void generalizeProducts() {
    IRRewriter rewriter(&getContext());
    SmallVector<linalg::MatmulOp> products;
    getOperation().walk([&](linalg::MatmulOp op) {
      if (!op->hasAttr(steps::kLibrary))
        products.push_back(op);
    });
    for (linalg::MatmulOp product : products) {
      rewriter.setInsertionPoint(product);
      // Only an op with index semantics has no general form.
      if (failed(linalg::generalizeNamedOp(rewriter, product))) {
        product.emitError("expected a product with a general form");
        return signalPassFailure();
      }
    }
  }
};

} // namespace
