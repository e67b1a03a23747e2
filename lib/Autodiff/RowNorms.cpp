//===- RowNorms.cpp - Norms of what each row adds to gradients ------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Autodiff/RowNorms.h"

#include "dialects/Graph/Shapes.h"
#include "mlc/Steps.h"

#include <limits>

using namespace mlir;
using namespace mlc;
using namespace mlc::graph;

Value RowNorms::ofParameter(ArrayRef<RowTerm> terms, ParameterOp parameter) {
  const bool areProducts = terms.front().isProduct();
  for (const RowTerm &term : terms)
    if (term.isProduct() != areProducts ||
        term.op->getResultTypes() != terms.front().op->getResultTypes()) {
      emitError(term.op->getLoc())
          << "expected parameter \"" << parameter.getName()
          << "\" to be used in one way alone in private training, but it is "
             "the weight of one op and something else, or of another shape, "
             "for another; leave out one use, or private(...)";
      return {};
    }
  return areProducts ? ofProducts(terms, parameter) : ofSums(terms);
}

/// Of z [n, ..., c] the places of a row, at most.
static double placesOf(Value z) {
  auto type = cast<RankedTensorType>(z.getType());
  double places = 1;
  for (int64_t size : type.getShape().drop_front().drop_back())
    places *= ShapedType::isDynamic(size) ? sizesAttrOf(type).getMost() : size;
  return places;
}

/// |sum over terms and places of z|^2.
Value RowNorms::ofSums(ArrayRef<RowTerm> terms) {
  std::optional<TensorExpr> sum, ofEach;
  double summands = 0;
  for (const RowTerm &term : terms) {
    TensorExpr z = expr(term.right());
    TensorExpr places = expr(sumOfPlaces(z.value()));
    TensorExpr squares = expr(sumOfPlaces((z * z).value()));
    sum = sum ? *sum + places : places;
    ofEach = ofEach ? *ofEach + squares : squares;
    summands += placesOf(z.value());
  }
  TensorExpr square = expr(dot(sum->value(), sum->value()));
  if (summands > 1 && roundoff_ > 0)
    square = square + cancelled(expr(rowSum(ofEach->value())), summands);
  return square.value();
}

/// So many summands may nearly cancel: what rounding can then be wrong by is
/// a share of the sum of their own squares.
TensorExpr RowNorms::cancelled(TensorExpr squares, double summands) const {
  return squares * (2 * summands * (summands + 1) * error());
}

/// Of z [n, ..., c] the sum over all places of a row, [n, c].
Value RowNorms::sumOfPlaces(Value z) {
  auto type = cast<RankedTensorType>(z.getType());
  while (type.getRank() > 2) {
    TensorExpr mean = expr(AverageOp::create(b_, z.getLoc(), z));
    Value places =
        type.isDynamicDim(1)
            ? secondSize(b_, z.getLoc(), z)
            : arith::ConstantOp::create(
                  b_, z.getLoc(),
                  b_.getF32FloatAttr(static_cast<float>(type.getDimSize(1))))
                  .getResult();
    z = (mean * mean.spread(places)).value();
    type = cast<RankedTensorType>(z.getType());
  }
  return z;
}

/// x [n, c] or [n, ..., c] as places of a row, [n, s, c].
Value RowNorms::asPlaces(Value x) {
  auto type = cast<RankedTensorType>(x.getType());
  if (type.getRank() == 3)
    return x;
  auto places = RankedTensorType::get({type.getDimSize(0),
                                       static_cast<int64_t>(placesOf(x)),
                                       type.getShape().back()},
                                      type.getElementType());
  return ReshapeOp::create(b_, x.getLoc(), places, x);
}

/// Of each row of x [n, ...] the sum of all elements, [n, 1].
TensorExpr RowNorms::sumOfRow(Value x) {
  auto type = cast<RankedTensorType>(x.getType());
  if (type.getRank() > 2)
    x = ReshapeOp::create(
        b_, x.getLoc(),
        RankedTensorType::get({type.getDimSize(0), knownElements(type)},
                              type.getElementType()),
        x);
  return expr(rowSum(x));
}

/// Whether x and d are [n, c], without a dimension of places.
static bool hasRowsAlone(const RowTerm &term) {
  return cast<RankedTensorType>(term.left().getType()).getRank() == 2;
}

/// Of each row the sum over places s of one term and t of the other of
/// (x[s] . x'[t]) (d[s] . d'[t]), [n, 1].
TensorExpr RowNorms::pairsOf(const RowTerm &term, const RowTerm &other) {
  if (hasRowsAlone(term) && hasRowsAlone(other))
    return expr(dot(term.left(), other.left())) *
           expr(dot(term.right(), other.right()));
  auto dots = [&](Value x, Value y) {
    const int64_t columns =
        cast<RankedTensorType>(x.getType()).getShape().back();
    longest_ = std::max(longest_, columns);
    return expr(DotPlacesOp::create(b_, x.getLoc(), asPlaces(x), asPlaces(y)));
  };
  TensorExpr ofLeft = dots(term.left(), other.left());
  TensorExpr ofRight = dots(term.right(), other.right());
  return sumOfRow((ofLeft * ofRight).value());
}

/// By how much a sum of squares of x can be too small where tiny squares are
/// taken for 0; of sparse rows the caller has added it.
static double flushedOf(Value x) {
  auto type = cast<RankedTensorType>(x.getType());
  return isCsr(type) ? 0.0
                     : static_cast<double>(type.getShape().back()) *
                           std::numeric_limits<float>::min();
}

/// |sum over terms and places of x^T d|^2: the sum over all pairs of them of
/// (x . x') (d . d').
Value RowNorms::ofProducts(ArrayRef<RowTerm> terms, ParameterOp parameter) {
  std::optional<TensorExpr> sum, ofEach, flushed;
  auto add = [](std::optional<TensorExpr> &to, TensorExpr what) {
    to = to ? *to + what : what;
  };
  double summands = 0;
  for (auto [i, term] : llvm::enumerate(terms)) {
    if (failed(expectRule(term, terms.front(), parameter)))
      return {};
    for (const RowTerm &other : terms.take_front(i))
      add(sum, pairsOf(other, term) * 2.0);
    TensorExpr own = pairsOf(term, term);
    add(sum, own);
    // Then each factor is no smaller than it is in exact arithmetic.
    if (terms.size() == 1 && hasRowsAlone(term))
      return own.value();
    summands += placesOf(term.left());
    TensorExpr ofLeft = expr(dot(term.left(), term.left()));
    TensorExpr ofRight = expr(dot(term.right(), term.right()));
    add(ofEach, sumOfRow((ofLeft * ofRight).value()));
    TensorExpr tinyRight = ofLeft * flushedOf(term.right());
    TensorExpr tinyLeft = ofRight * flushedOf(term.left());
    add(flushed, sumOfRow((tinyRight + tinyLeft).value()));
  }
  sum = *sum + *flushed * summands;
  if (roundoff_ > 0)
    sum = *sum + cancelled(*ofEach, summands);
  return sum->value();
}

/// Fails, with an error at the term, where there is no rule for it.
LogicalResult RowNorms::expectRule(const RowTerm &term, const RowTerm &first,
                                   ParameterOp parameter) {
  auto type = cast<RankedTensorType>(term.left().getType());
  if (llvm::any_of(type.getShape().drop_front(), ShapedType::isDynamic))
    return emitError(term.op->getLoc())
           << "expected rows of a known number of places in private training, "
              "but parameter \""
           << parameter.getName()
           << "\" is the weight of as many as a batch has; write their number "
              "in the place of ?, average them before (graph.average), make "
              "it 'frozen', or leave out private(...)";
  if (isCsr(type) != isCsr(first.left().getType()))
    return emitError(term.op->getLoc())
           << "expected parameter \"" << parameter.getName()
           << "\" not to be the weight of both sparse and dense rows in "
              "private training";
  return success();
}

/// Of each row the sum of products, [n, ..., 1]. Of a vector with itself at
/// least what it is without flushing tiny numbers to 0.
Value RowNorms::dot(Value x, Value y) {
  auto type = cast<RankedTensorType>(x.getType());
  if (isCsr(type))
    return rowSquares(type.getDimSize(0));
  TensorExpr sum = expr(rowSum((expr(x) * expr(y)).value()));
  if (x == y)
    sum = sum + flushedOf(x);
  return sum.value();
}

/// Of sparse rows, [n, 1]: the caller has it.
Value RowNorms::rowSquares(int64_t rows) {
  if (!rowSquares_)
    rowSquares_ = steps::addArgument(
        step_, RankedTensorType::get({rows}, b_.getF32Type()),
        steps::kRowSquares);
  return ReshapeOp::create(b_, step_.getLoc(),
                           RankedTensorType::get({rows, 1}, b_.getF32Type()),
                           rowSquares_);
}

/// Of each row of x [n, ..., c] the sum, [n, ..., 1].
Value RowNorms::rowSum(Value x) {
  const int64_t columns = cast<RankedTensorType>(x.getType()).getShape().back();
  longest_ = std::max(longest_, columns);
  Value one =
      arith::ConstantOp::create(b_, x.getLoc(), b_.getF32FloatAttr(1.0));
  Value ones = tensor::SplatOp::create(
      b_, x.getLoc(), RankedTensorType::get({columns, 1}, b_.getF32Type()), one,
      ValueRange());
  return MatmulOp::create(b_, x.getLoc(), x, ones, /*transpose_lhs=*/false,
                          /*transpose_rhs=*/false);
}
