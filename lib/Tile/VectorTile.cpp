//===- VectorTile.cpp - Tiles that become vector code ---------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "VectorTile.h"
#include "dialects/Mlc/Mlc.h"

using namespace mlir;
using namespace mlc;

void VectorTile::setOn(Operation *op) const {
  op->setAttr(kTile, TileAttr::get(op->getContext(), rows, width, isMasked));
}

std::optional<VectorTile> VectorTile::of(Operation *op) {
  auto tile = op->getAttrOfType<TileAttr>(kTile);
  if (!tile)
    return std::nullopt;
  return VectorTile{tile.getRows(), tile.getWidth(), tile.getMasked()};
}

void VectorTile::clear(Operation *op) { op->removeAttr(kTile); }
