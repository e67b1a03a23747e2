//===- Shapes.h - Words for shapes ----------------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_DIALECTS_GRAPH_SHAPES_H
#define MLC_DIALECTS_GRAPH_SHAPES_H

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/Support/MathExtras.h"

#include <limits>
#include <string>

namespace mlc::graph {

/// A dimension as a model file writes it.
inline std::string sizeText(int64_t size) {
  return mlir::ShapedType::isDynamic(size) ? "?" : std::to_string(size);
}

/// The product of the sizes that are known: of a batch, the elements of a row.
/// The largest number where it is larger.
inline int64_t knownElements(mlir::ShapedType type) {
  int64_t elements = 1;
  for (int64_t size : type.getShape())
    if (!mlir::ShapedType::isDynamic(size) &&
        llvm::MulOverflow(elements, size, elements))
      return std::numeric_limits<int64_t>::max();
  return elements;
}

/// Rows of a batch have fewer elements.
inline constexpr int64_t kMaxOfRow = int64_t(1) << 31;

/// The most elements that a row of a batch has.
int64_t mostOfRow(mlir::RankedTensorType type);

} // namespace mlc::graph

#endif // MLC_DIALECTS_GRAPH_SHAPES_H
