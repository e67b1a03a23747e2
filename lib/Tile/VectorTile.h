//===- VectorTile.h - Tiles that become vector code ----------- -*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_TILE_VECTORTILE_H
#define MLC_LIB_TILE_VECTORTILE_H

#include "mlir/IR/Operation.h"

#include <cstdint>
#include <optional>

namespace mlc {

/// What `mlc-register-tiles` decides of an op and `mlc-vectorize` reads, from
/// the op's TileAttr: its result's tile has `rows` x `width` elements (`width`
/// alone where it has one dimension). Where `isMasked`, the tile has one row
/// and may have fewer columns.
struct VectorTile {
  int64_t rows = 1, width = 1;
  bool isMasked = false;

  void setOn(mlir::Operation *op) const;
  static std::optional<VectorTile> of(mlir::Operation *op);
  static void clear(mlir::Operation *op);
};

} // namespace mlc

#endif // MLC_LIB_TILE_VECTORTILE_H
