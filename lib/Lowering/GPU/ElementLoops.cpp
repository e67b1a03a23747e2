//===- ElementLoops.cpp - Loops that compute an element each --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ElementLoops.h"

using namespace mlir;
using namespace mlc;

SmallVector<Value> ElementLoops::build(Body body) {
  SmallVector<Value> inputs, empties;
  SmallVector<AffineMap> inputMaps;
  // What is filled with a number starts as the number: null here.
  SmallVector<Value> fills;
  for (auto [init, map] : llvm::zip_equal(destinations_, maps_)) {
    auto type = cast<RankedTensorType>(init.getType());
    empties.push_back(
        tensor::EmptyOp::create(b_, loc_, tensor::getMixedSizes(b_, loc_, init),
                                type.getElementType()));
    auto fill = init.getDefiningOp<linalg::FillOp>();
    fills.push_back(fill ? fill.getInputs()[0] : Value());
    if (!fill) {
      inputs.push_back(init);
      inputMaps.push_back(map);
    }
  }
  SmallVector<AffineMap> all(inputMaps);
  llvm::append_range(all, maps_);
  SmallVector<utils::IteratorType> iterators(loops_,
                                             utils::IteratorType::parallel);
  auto generic = linalg::GenericOp::create(
      b_, loc_, ValueRange(empties).getTypes(), inputs, empties, all, iterators,
      [&](OpBuilder &inner, Location, ValueRange arguments) {
        OpBuilder::InsertionGuard guard(b_);
        b_.setInsertionPoint(inner.getInsertionBlock(),
                             inner.getInsertionPoint());
        SmallVector<Value> firsts, places;
        unsigned input = 0;
        for (Value fill : fills)
          firsts.push_back(fill ? fill : arguments[input++]);
        for (unsigned loop = 0; loop < loops_; ++loop)
          places.push_back(linalg::IndexOp::create(b_, loc_, loop));
        linalg::YieldOp::create(b_, loc_, body(places, firsts));
      });
  return llvm::to_vector_of<Value>(generic.getResults());
}
