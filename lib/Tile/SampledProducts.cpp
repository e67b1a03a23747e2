//===- SampledProducts.cpp - Sampled products as loops --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Csr/Csr.h"
#include "lib/Support/LoopBuilder.h"
#include "mlc/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"

namespace mlc {
#define GEN_PASS_DEF_SAMPLEDPRODUCTS
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;

namespace {

/// The loops of one csr.sampled_matmul.
class SampledLoops : public LoopBuilder {
public:
  SampledLoops(RewriterBase &b, csr::SampledMatmulOp op)
      : LoopBuilder(b, op.getLoc()), op_(op) {}

  Value build() {
    Value count = b.createOrFold<tensor::DimOp>(loc, op_.getRows(), 0);
    return loop(index(0), count, op_.getInit(),
                [&](Value i, ValueRange list) { return ofRow(i, list[0]); })
        .getResult(0);
  }

private:
  /// The entries of row `i` of the batch.
  SmallVector<Value> ofRow(Value i, Value list) {
    auto [begin, end] = rowOf(op_.getRows(), op_.getIndptr(), i);
    Value lhs = matrixRow(op_.getLhs(), i);
    return llvm::to_vector_of<Value>(
        loop(begin, end, list, [&](Value p, ValueRange list) {
          Value column = extractIndex(op_.getIndices(), p);
          Value value = dot(lhs, matrixRow(op_.getRhs(), column));
          if (op_.getAccumulate())
            value = arith::AddFOp::create(b, loc, extract(list[0], p), value);
          return SmallVector<Value>{insert(value, list[0], p)};
        }).getResults());
  }

  /// Row `i` of a matrix [n, j], as a matrix [1, j].
  Value matrixRow(Value matrix, Value i) {
    OpFoldResult one = b.getIndexAttr(1);
    return tensor::ExtractSliceOp::create(
        b, loc, matrix, ArrayRef<OpFoldResult>{i, b.getIndexAttr(0)},
        ArrayRef<OpFoldResult>{one, tensor::getMixedSize(b, loc, matrix, 1)},
        ArrayRef<OpFoldResult>{one, one});
  }

  /// The sum of the products of two rows' elements.
  Value dot(Value x, Value y) {
    MLIRContext *context = b.getContext();
    Value zero = arith::ConstantOp::create(b, loc, b.getF32FloatAttr(0.0f));
    Value unset =
        tensor::EmptyOp::create(b, loc, ArrayRef<int64_t>{1}, b.getF32Type());
    Value init = linalg::FillOp::create(b, loc, zero, unset).getResult(0);
    AffineMap both = AffineMap::getMultiDimIdentityMap(2, context);
    AffineMap rows = AffineMap::get(2, 0, getAffineDimExpr(0, context));
    auto sum = linalg::GenericOp::create(
        b, loc, init.getType(), ValueRange{x, y}, init,
        ArrayRef<AffineMap>{both, both, rows},
        ArrayRef<utils::IteratorType>{utils::IteratorType::parallel,
                                      utils::IteratorType::reduction},
        [](OpBuilder &body, Location loc, ValueRange args) {
          Value product = arith::MulFOp::create(body, loc, args[0], args[1]);
          Value sum = arith::AddFOp::create(body, loc, args[2], product);
          linalg::YieldOp::create(body, loc, sum);
        });
    return extract(sum.getResult(0), index(0));
  }

  csr::SampledMatmulOp op_;
};

class SampledProductsPass
    : public mlc::impl::SampledProductsBase<SampledProductsPass> {
  void runOnOperation() override {
    SmallVector<csr::SampledMatmulOp> products;
    getOperation().walk(
        [&](csr::SampledMatmulOp op) { products.push_back(op); });
    IRRewriter rewriter(&getContext());
    for (csr::SampledMatmulOp op : products) {
      rewriter.setInsertionPoint(op);
      rewriter.replaceOp(op, SampledLoops(rewriter, op).build());
    }
  }
};

} // namespace
