//===- Interpreter.h - A slow, plain f64 interpreter ------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_REFERENCE_INTERPRETER_H
#define MLC_REFERENCE_INTERPRETER_H

#include "lib/Reference/Tensor.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace mlc::reference {

/// Sees an op, its operands' values and its result, which it may change, before
/// the result is used.
using ResultHook = llvm::function_ref<void(mlir::Operation *,
                                           llvm::ArrayRef<DatumRef>, Datum &)>;

/// Evaluates one step function as the stage autodiff makes it: graph ops,
/// `arith` and `math` on scalars and tensors, some `tensor` ops, and a return.
/// All arithmetic is in f64, whatever the types say; narrowing to f32 does
/// nothing, but a constant that the compiler has rounded to f32 stays so. Graph
/// ops are evaluated by their own formulas (Formulas.h), not as the compiler
/// expands them, so that the result checks the compiler.
///
/// Takes one datum an argument and gives one a result. Fails, with a located
/// error, where a datum does not fit its type, at an op that it does not know,
/// where sizes that are `?` do not fit, and at a label or row out of range.
/// Calls `onResult`, where it is given, after each op.
mlir::FailureOr<std::vector<DatumRef>>
evaluate(mlir::func::FuncOp function, llvm::ArrayRef<DatumRef> arguments,
         ResultHook onResult = nullptr);

} // namespace mlc::reference

#endif // MLC_REFERENCE_INTERPRETER_H
