//===- TouchedSums.cpp - A batch's sums by column -------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TouchedSums.h"
#include "EntryLoops.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlc;

namespace {

class ColumnSums : public EntryLoops {
public:
  using EntryLoops::EntryLoops;

  /// Adds up what each entry says of its column, in the order of the examples.
  TouchedSums asSums(csr::UpdateRowsOp op, int64_t width, int64_t spare) {
    auto [touched, last] = findRanks(op);
    TouchedSums result{touched.first, last, {}, {}};
    const int64_t columns = op.getColumns();
    const size_t products = op.getProducts().size();
    Value zero = index(0), next = index(1);
    SmallVector<Value> sums(products,
                            empty(columns * width + spare, b.getF32Type()));
    if (products > 0)
      sums = llvm::to_vector_of<Value>(
          loop(zero, arith::MulIOp::create(b, loc, last, index(width)), sums,
               [&](Value place, ValueRange carried) {
                 return llvm::map_to_vector(carried, [&](Value list) {
                   return insert(number(0.0f), list, place);
                 });
               })
              .getResults());
    sums.push_back(empty(columns, b.getI32Type()));
    sums = forEach(
        sums,
        [&, &touched = touched](Value i, Value p, Value column,
                                ValueRange carried) -> SmallVector<Value> {
          Value rank = touched.rankOf(b, loc, column);
          Value value = valueOf(p);
          SmallVector<Value> changed(carried);
          for (auto [product, list] :
               llvm::zip_first(op.getProducts(), changed)) {
            Value place = arith::MulIOp::create(b, loc, rank, index(width));
            for (int64_t j = 0; j < width; ++j) {
              Value element = tensor::ExtractOp::create(
                  b, loc, product, ValueRange{i, index(j)});
              list = insert(math::FmaOp::create(b, loc, value, element,
                                                extract(list, place)),
                            list, place);
              place = add(place, next);
            }
          }
          changed.back() = insert(toI32(column), changed.back(), rank);
          return changed;
        });
    result.columns = sums.pop_back_val();
    result.sums = sums;
    return result;
  }
};

} // namespace

TouchedSums mlc::sumTouchedColumns(RewriterBase &rewriter, csr::UpdateRowsOp op,
                                   int64_t width, int64_t spare) {
  return ColumnSums(rewriter, op.getLoc(), op.getBatch())
      .asSums(op, width, spare);
}
