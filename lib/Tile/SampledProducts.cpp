//===- SampledProducts.cpp - Sampled products as loops --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RecordRows.h"
#include "dialects/Csr/Csr.h"
#include "lib/Support/LoopBuilder.h"
#include "mlc/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/PatternMatch.h"

namespace mlc {
#define GEN_PASS_DEF_SAMPLEDPRODUCTS
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;

namespace {

/// The loops of one csr.sampled_matmul, or of one with a quantised matrix.
template <typename OpTy>
class SampledLoops : public LoopBuilder {
public:
  SampledLoops(RewriterBase &b, OpTy op)
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
    const auto product = productsOf(op_, i);
    return llvm::to_vector_of<Value>(
        loop(begin, end, list, [&](Value p, ValueRange list) {
          Value value = product(extractIndex(op_.getIndices(), p));
          if (op_.getAccumulate())
            value = arith::AddFOp::create(b, loc, extract(list[0], p), value);
          return SmallVector<Value>{insert(value, list[0], p)};
        }).getResults());
  }

  using Product = std::function<Value(Value column)>;

  /// What makes the product of row `i` of the left side and of a row of the
  /// right one.
  Product productsOf(csr::SampledMatmulOp op, Value i) {
    Value lhs = matrixRow(op.getLhs(), i);
    return [this, op, lhs](Value column) mutable {
      return dot(lhs, matrixRow(op.getRhs(), column));
    };
  }

  /// The same in vectors: as many numbers at a time as are a power of two. Each
  /// vector's lanes are added as a tree.
  Product productsOf(csr::QuantizedSampledMatmulOp op, Value i) {
    constexpr int64_t widest = 16;
    const int64_t columns = op.getLhs().getType().getDimSize(1);
    SmallVector<std::pair<int64_t, Value>> parts; // first column, lhs
    for (int64_t first = 0; first < columns;) {
      const auto width =
          std::min<int64_t>(widest, llvm::bit_floor(uint64_t(columns - first)));
      parts.emplace_back(first, vectorAt(op.getLhs(), i, first, width));
      first += width;
    }
    return [this, op, parts](Value column) mutable {
      RecordRows rows(b, loc, op.getRecords(),
                      {.bits = static_cast<int64_t>(op.getBits()),
                       .bytes = static_cast<int64_t>(op.getRecord()),
                       .isUnscaled = op.getUnscaled()});
      Value place = rows.place(column);
      Value sum, wide;
      auto close = [&] {
        Value part =
            vector::ReductionOp::create(b, loc, vector::CombiningKind::ADD,
                                        wide, arith::FastMathFlags::reassoc);
        if (sum)
          part = arith::AddFOp::create(b, loc, sum, part);
        sum = part;
        wide = {};
      };
      for (const auto &[first, lhs] : parts) {
        const int64_t width = cast<VectorType>(lhs.getType()).getDimSize(0);
        if (wide && wide.getType() != lhs.getType())
          close();
        Value numbers = rows.numbers(place, index(first), width);
        if (wide)
          wide = vector::FMAOp::create(b, loc, lhs, numbers, wide);
        else
          wide = arith::MulFOp::create(b, loc, lhs, numbers);
      }
      close();
      if (!op.getUnscaled())
        sum = arith::MulFOp::create(b, loc, rows.scale(place), sum);
      return sum;
    };
  }

  Value vectorAt(Value matrix, Value row, int64_t first, int64_t width) {
    Value zero = number(0);
    return vector::TransferReadOp::create(
        b, loc, VectorType::get({width}, b.getF32Type()), matrix,
        ValueRange{row, index(first)}, zero,
        AffineMap::get(2, 0, b.getAffineDimExpr(1)), ArrayRef<bool>{true});
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

  OpTy op_;
};

class SampledProductsPass
    : public mlc::impl::SampledProductsBase<SampledProductsPass> {
  void runOnOperation() override {
    lower<csr::SampledMatmulOp>();
    lower<csr::QuantizedSampledMatmulOp>();
  }

  template <typename OpTy>
  void lower() {
    SmallVector<OpTy> products;
    getOperation().walk([&](OpTy op) { products.push_back(op); });
    IRRewriter rewriter(&getContext());
    for (OpTy op : products) {
      rewriter.setInsertionPoint(op);
      rewriter.replaceOp(op, SampledLoops(rewriter, op).build());
    }
  }
};

} // namespace
