//===- Names.cpp - The model's names of what ops compute ------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Names.h"

#include "mlir/IR/Block.h"
#include "mlir/IR/Operation.h"

using namespace mlir;
using namespace mlc;

void mlc::names::collect(Location location, Names &names) {
  if (auto name = dyn_cast<NameLoc>(location)) {
    names.insert(name.getName());
    return;
  }
  if (auto fused = dyn_cast<FusedLoc>(location))
    for (Location part : fused.getLocations())
      collect(part, names);
}

void mlc::names::nameOpsAfter(Block &block, Operation *last,
                              llvm::StringRef prefix, Location of) {
  Names known;
  collect(of, known);
  if (known.empty())
    return;
  auto name =
      StringAttr::get(of.getContext(), prefix + "(" + known.front() + ")");
  for (Operation &op :
       llvm::make_range(std::next(last->getIterator()), block.end()))
    op.setLoc(NameLoc::get(name, op.getLoc()));
}
