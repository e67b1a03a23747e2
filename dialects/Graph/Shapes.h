//===- Shapes.h - Words for shapes ----------------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_DIALECTS_GRAPH_SHAPES_H
#define MLC_DIALECTS_GRAPH_SHAPES_H

#include "mlir/IR/BuiltinTypes.h"

#include <string>

namespace mlc::graph {

/// A dimension as a model file writes it.
inline std::string sizeText(int64_t size) {
  return mlir::ShapedType::isDynamic(size) ? "?" : std::to_string(size);
}

} // namespace mlc::graph

#endif // MLC_DIALECTS_GRAPH_SHAPES_H
