//===- ElementLoops.cpp - Loops that compute an element each --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ElementLoops.h"

using namespace mlir;
using namespace mlc;

Value LoopWords::index(int64_t value) {
  return arith::ConstantIndexOp::create(b, loc, value);
}
Value LoopWords::integer(int64_t value) {
  return arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(value));
}
Value LoopWords::number(float value) {
  return arith::ConstantOp::create(b, loc, b.getF32FloatAttr(value));
}
Value LoopWords::add(Value x, Value y) {
  return arith::AddIOp::create(b, loc, x, y);
}
Value LoopWords::extract(Value list, ValueRange place) {
  return tensor::ExtractOp::create(b, loc, list, place);
}
Value LoopWords::extractIndex(Value list, Value place) {
  return toIndex(extract(list, place));
}
Value LoopWords::toIndex(Value value) {
  return arith::IndexCastUIOp::create(b, loc, b.getIndexType(), value);
}

std::pair<Value, Value> LoopWords::rowOf(Value rows, Value indptr,
                                         Value example) {
  Value row = extractIndex(rows, example);
  return {extractIndex(indptr, row), extractIndex(indptr, add(row, index(1)))};
}

scf::ForOp LoopWords::loop(Value from, Value to, ValueRange carried,
                           LoopBody body) {
  return scf::ForOp::create(
      b, loc, from, to, index(1), carried,
      [&](OpBuilder &inner, Location, Value place, ValueRange values) {
        OpBuilder::InsertionGuard guard(b);
        b.setInsertionPoint(inner.getInsertionBlock(),
                            inner.getInsertionPoint());
        SmallVector<Value> results = body(place, values);
        scf::YieldOp::create(b, loc, results);
      });
}

Value LoopWords::choose(Value condition, Type type, Branch yes, Branch no) {
  auto branch = scf::IfOp::create(b, loc, type, condition,
                                  /*addThenBlock=*/true, /*addElseBlock=*/true);
  for (auto [block, body] : {std::pair(branch.thenBlock(), yes),
                             std::pair(branch.elseBlock(), no)}) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(block);
    Value result = body();
    scf::YieldOp::create(b, loc, result);
  }
  return branch.getResult(0);
}

SmallVector<Value> ElementLoops::build(Body body) {
  Location loc = op.getLoc();
  SmallVector<Value> inputs, empties;
  SmallVector<AffineMap> inputMaps;
  // What is filled with a number starts as the number: null here.
  SmallVector<Value> fills;
  for (auto [init, map] : llvm::zip_equal(op.getDpsInits(), maps)) {
    auto type = cast<RankedTensorType>(init.getType());
    empties.push_back(tensor::EmptyOp::create(
        b, loc, tensor::getMixedSizes(b, loc, init), type.getElementType()));
    auto fill = init.getDefiningOp<linalg::FillOp>();
    fills.push_back(fill ? fill.getInputs()[0] : Value());
    if (!fill) {
      inputs.push_back(init);
      inputMaps.push_back(map);
    }
  }
  SmallVector<AffineMap> all(inputMaps);
  llvm::append_range(all, maps);
  SmallVector<utils::IteratorType> iterators(loops,
                                             utils::IteratorType::parallel);
  auto generic = linalg::GenericOp::create(
      b, loc, ValueRange(empties).getTypes(), inputs, empties, all, iterators,
      [&](OpBuilder &inner, Location, ValueRange arguments) {
        OpBuilder::InsertionGuard guard(b);
        b.setInsertionPoint(inner.getInsertionBlock(),
                            inner.getInsertionPoint());
        SmallVector<Value> firsts, places;
        unsigned input = 0;
        for (Value fill : fills)
          firsts.push_back(fill ? fill : arguments[input++]);
        for (unsigned loop = 0; loop < loops; ++loop)
          places.push_back(linalg::IndexOp::create(b, loc, loop));
        linalg::YieldOp::create(b, loc, body(places, firsts));
      });
  return llvm::to_vector_of<Value>(generic.getResults());
}
