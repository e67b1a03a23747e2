//===- RefineReciprocals.cpp - Divisions without the dividing unit --------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlc/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Dialect/Vector/Transforms/VectorRewritePatterns.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace mlc {
#define GEN_PASS_DEF_REFINERECIPROCALS
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;

static constexpr int64_t kLanes = 16;

static bool mayUseReciprocal(Operation *op) {
  auto division = dyn_cast<arith::DivFOp>(op);
  return division &&
         bitEnumContainsAny(division.getFastmath(), arith::FastMathFlags::arcp);
}

static bool isWhole(Type type) {
  auto vector = dyn_cast<VectorType>(type);
  return vector && vector.getRank() > 0 && !vector.isScalable() &&
         vector.getElementType().isF32() &&
         vector.getShape().back() % kLanes == 0;
}

namespace {

/// 1 / b to 14 bits.
Value estimateReciprocal(OpBuilder &b, Location loc, Value divisor) {
  auto all = arith::ConstantOp::create(b, loc, b.getI16IntegerAttr(-1));
  return LLVM::CallIntrinsicOp::create(
             b, loc, divisor.getType(),
             b.getStringAttr("llvm.x86.avx512.rcp14.ps.512"),
             ValueRange{divisor, divisor, all})
      .getResult(0);
}

/// Divides one register's worth.
struct DivideByReciprocal : OpRewritePattern<arith::DivFOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(arith::DivFOp op,
                                PatternRewriter &b) const override {
    if (!mayUseReciprocal(op) || !isWhole(op.getType()))
      return failure();
    if (cast<VectorType>(op.getType()).getNumElements() != kLanes)
      return failure();
    Location loc = op.getLoc();
    auto type = VectorType::get(kLanes, b.getF32Type());
    auto flat = [&](Value value) {
      return b.createOrFold<vector::ShapeCastOp>(loc, type, value);
    };
    Value x = flat(op.getLhs()), y = flat(op.getRhs());
    Value one = arith::ConstantOp::create(
        b, loc, DenseElementsAttr::get(type, b.getF32FloatAttr(1.0f)));
    Value minusY = arith::NegFOp::create(b, loc, y);
    auto fma = [&](Value u, Value v, Value w) -> Value {
      return math::FmaOp::create(b, loc, u, v, w);
    };
    Value reciprocal = estimateReciprocal(b, loc, y);
    reciprocal = fma(reciprocal, fma(minusY, reciprocal, one), reciprocal);
    Value quotient = arith::MulFOp::create(b, loc, x, reciprocal);
    Value remainder = fma(minusY, quotient, x);
    Value result = fma(remainder, reciprocal, quotient);
    b.replaceOp(op,
                b.createOrFold<vector::ShapeCastOp>(loc, op.getType(), result));
    return success();
  }
};

class RefineReciprocalsPass
    : public mlc::impl::RefineReciprocalsBase<RefineReciprocalsPass> {
  using RefineReciprocalsBase::RefineReciprocalsBase;

  void runOnOperation() override {
    if (lanes == kLanes && failed(refine()))
      return signalPassFailure();
    getOperation().walk([](arith::DivFOp op) {
      op.setFastmath(
          bitEnumClear(op.getFastmath(), arith::FastMathFlags::arcp));
    });
  }

  LogicalResult refine() {
    RewritePatternSet patterns(&getContext());
    vector::UnrollVectorOptions registers;
    registers.setFilterConstraint([](Operation *op) {
      return success(mayUseReciprocal(op) &&
                     isWhole(op->getResult(0).getType()));
    });
    registers.setNativeShapeFn(
        [](Operation *op) -> std::optional<SmallVector<int64_t>> {
          auto type = cast<VectorType>(op->getResult(0).getType());
          SmallVector<int64_t> shape(type.getRank(), 1);
          shape.back() = kLanes;
          return shape;
        });
    vector::populateVectorUnrollPatterns(patterns, registers);
    patterns.add<DivideByReciprocal>(&getContext());
    return applyPatternsGreedily(getOperation(), std::move(patterns));
  }
};

} // namespace
