//===- Explanation.h - Prints the choices of passes ----------- -*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_EMIT_EXPLANATION_H
#define MLC_LIB_EMIT_EXPLANATION_H

#include "mlir/IR/MLIRContext.h"
#include "llvm/Support/raw_ostream.h"

namespace mlc {

/// Has `context` collect what passes explain (lib/Support/Explain.h), and print
/// it to `stream` when the context ends: a line each, in the order of the
/// model's lines, equal ones of several steps once, with the steps' names.
void printExplanations(mlir::MLIRContext &context, llvm::raw_ostream &stream);

} // namespace mlc

#endif // MLC_LIB_EMIT_EXPLANATION_H
