//===- Names.h - The model's names of what ops compute --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_NAMES_H
#define MLC_LIB_NAMES_H

#include "mlir/IR/Location.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringRef.h"

/// Where a program is to be profiled, an op's location tells which value of the
/// model it is there for: the location of `%h = graph.relu ...` is named `%h`,
/// that of the gradient's ops `grad(%h)`, that of a parameter's new value
/// `update(%w)`. Without, there are no names.
namespace mlc::names {

using Names = llvm::SmallSetVector<llvm::StringRef, 4>;

/// Adds the names of a location, which fused ops have several of.
void collect(mlir::Location location, Names &names);

/// Names `block`'s ops after `last` `prefix(NAME)`,
/// NAME being that of `of`; leaves them as they are where that has none.
void nameOpsAfter(mlir::Block &block, mlir::Operation *last,
                  llvm::StringRef prefix, mlir::Location of);

} // namespace mlc::names

#endif // MLC_LIB_NAMES_H
