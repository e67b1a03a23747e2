//===- Mlc.h - The mlc dialect ----------------------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_DIALECTS_MLC_MLC_H
#define MLC_DIALECTS_MLC_MLC_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/DialectImplementation.h"

#include "dialects/Mlc/MlcDialect.h.inc"
#include "dialects/Mlc/MlcEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/Mlc/MlcAttrs.h.inc"

namespace mlc {
using mlc_dialect::Memory;
using mlc_dialect::MemoryAttr;
using mlc_dialect::MlcDialect;
using mlc_dialect::RoleAttr;
using mlc_dialect::RoleKind;
using mlc_dialect::ShardsAttr;
using mlc_dialect::SplitAttr;
using mlc_dialect::SplitKind;
using mlc_dialect::TileAttr;

/// The name under which an op carries its TileAttr.
inline constexpr llvm::StringLiteral kTile = "mlc.tile";
/// The name under which an op carries its SplitAttr, and of the attribute that
/// says that it is computed in the loops of the ops that use it.
inline constexpr llvm::StringLiteral kSplit = "mlc.split", kFused = "mlc.fused";
/// On a module: costs by name, other than lib/CostModel.h's own.
inline constexpr llvm::StringLiteral kCosts = "mlc.costs";

/// Whose memory `alloc` makes (`mlc.memory`); nothing where all workers share
/// it.
std::optional<Memory> memoryOf(mlir::Operation *alloc);
void setMemory(mlir::Operation *alloc, Memory memory);

/// Takes this dialect's attributes off the arguments and results of functions:
/// a translation to LLVM IR has no use for them.
void dropArgumentAttributes(mlir::ModuleOp module);

} // namespace mlc

#endif // MLC_DIALECTS_MLC_MLC_H
