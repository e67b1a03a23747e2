//===- VectorizeCsr.cpp - Csr products on vectors -------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "VectorizeCsr.h"
#include "RecordRows.h"
#include "RowVector.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlc;

LogicalResult mlc::vectorizeCsr(RewriterBase &rewriter, csr::MatmulOp op,
                                VectorTile tile) {
  if (!isOneRow(op.getInit()))
    return failure();
  rewriter.setInsertionPoint(op);
  RowVector v(rewriter, op, tile);
  Value row = v.extractIndex(op.getRows(), v.index(0));
  Value begin = v.extractIndex(op.getIndptr(), row);
  Value end = v.extractIndex(op.getIndptr(), v.add(row, v.index(1)));
  Value init = v.read(op.getInit(), v.index(0));
  auto weightRow = [&](Value p) {
    return v.read(op.getWeight(), v.extractIndex(op.getIndices(), p));
  };
  Value sum = v.choose(
      op.getOnes(), v.vectorType(),
      [&] {
        return v
            .loop(begin, end, init,
                  [&](Value p, ValueRange sum) {
                    return SmallVector<Value>{v.sum(sum[0], weightRow(p))};
                  })
            .getResult(0);
      },
      [&] {
        return v
            .loop(begin, end, init,
                  [&](Value p, ValueRange sum) {
                    Value value = v.extract(op.getValues(), p);
                    return SmallVector<Value>{
                        v.fma(value, weightRow(p), sum[0])};
                  })
            .getResult(0);
      });
  rewriter.replaceOp(op, v.write(sum));
  return success();
}

LogicalResult mlc::vectorizeCsr(RewriterBase &rewriter,
                                csr::QuantizedMatmulOp op, VectorTile tile) {
  if (!isOneRow(op.getInit()))
    return failure();
  rewriter.setInsertionPoint(op);
  RowVector v(rewriter, op, tile);
  RecordRows weight(rewriter, op.getLoc(), op.getRecords(),
                    {.bits = static_cast<int64_t>(op.getBits()),
                     .bytes = static_cast<int64_t>(op.getRecord())});
  Value row = v.extractIndex(op.getRows(), v.index(0));
  Value begin = v.extractIndex(op.getIndptr(), row);
  Value end = v.extractIndex(op.getIndptr(), v.add(row, v.index(1)));
  Value init = v.read(op.getInit(), v.index(0));
  // sum + (value * scale) * numbers; without a value, scale * numbers.
  auto sumOf = [&](llvm::function_ref<Value(Value, Value)> factor) {
    return v
        .loop(begin, end, init,
              [&](Value p, ValueRange sum) {
                Value place = weight.place(v.extractIndex(op.getIndices(), p));
                Value scaled = factor(p, weight.scale(place));
                Value numbers =
                    v.asRow(weight.numbers(place, op.getFirst(), tile.width));
                return SmallVector<Value>{v.fma(scaled, numbers, sum[0])};
              })
        .getResult(0);
  };
  Value sum = v.choose(
      op.getOnes(), v.vectorType(),
      [&] { return sumOf([](Value, Value scale) { return scale; }); },
      [&] {
        return sumOf([&](Value p, Value scale) -> Value {
          return arith::MulFOp::create(v.b, v.loc, v.extract(op.getValues(), p),
                                       scale);
        });
      });
  rewriter.replaceOp(op, v.write(sum));
  return success();
}

LogicalResult mlc::vectorizeCsr(RewriterBase &rewriter,
                                csr::MatmulTransposedOp op, VectorTile tile) {
  if (!isOneRow(op.getInit()))
    return failure();
  rewriter.setInsertionPoint(op);
  RowVector v(rewriter, op, tile);
  Value init = v.read(op.getInit(), v.index(0));
  auto byEntries = [&]() -> Value {
    Value begin = v.extractIndex(op.getStarts(), v.index(0));
    Value end = v.extractIndex(op.getStarts(), v.index(1));
    return v
        .loop(begin, end, init,
              [&](Value q, ValueRange sum) {
                Value example = v.extractIndex(op.getExamples(), q);
                Value value = v.extract(op.getEntries(), q);
                return SmallVector<Value>{
                    v.fma(value, v.read(op.getRhs(), example), sum[0])};
              })
        .getResult(0);
  };
  const int64_t words = op.getMasks().getType().getDimSize(1);
  auto byMasks = [&]() -> Value {
    return v
        .loop(v.index(0), v.index(words), init,
              [&](Value word, ValueRange sum) {
                Value bits = v.extract(op.getMasks(), {v.index(0), word});
                Value first =
                    arith::MulIOp::create(v.b, v.loc, word, v.index(64));
                return SmallVector<Value>{
                    v.forEachBit(bits, sum[0], [&](Value bit, Value sum) {
                      return v.sum(sum, v.read(op.getRhs(), v.add(first, bit)));
                    })};
              })
        .getResult(0);
  };
  Value sum = words ? v.choose(op.getOnes(), v.vectorType(), byMasks, byEntries)
                    : byEntries();
  rewriter.replaceOp(op, v.write(sum));
  return success();
}
