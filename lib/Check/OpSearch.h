//===- OpSearch.h - The first op that differs -------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_CHECK_OPSEARCH_H
#define MLC_CHECK_OPSEARCH_H

#include "lib/Check/JitProgram.h"
#include "lib/Check/RoundingCloud.h"

#include <optional>
#include <string>

namespace mlc {

/// An op whose value is not what the reference gives.
struct OpDifference {
  mlir::Operation *op; ///< Of the module that was searched.
  Distance distance;   ///< Of `what` nothing is said.
};

/// Looks for the op that a difference comes from. Generated code has no ops
/// left, so for one op after another the step is compiled again, with the op's
/// value as a result of the step, and run once.
///
/// A value can be a result where a step has room for it: a batch's rows where a
/// prediction stands, a number where the loss does, and a tensor of a
/// parameter's shape in place of the parameter's new value. Others, such as
/// labels, are passed over. An error that is gone as soon as an op's value is
/// wanted is not found.
class OpSearch {
public:
  /// `differentiated`: what the stage autodiff makes of the model; `data`: the
  /// path of the data set that `inputs` of the step are rows of.
  OpSearch(mlir::ModuleOp differentiated, const JitOptions &options,
           std::string data)
      : module_(differentiated), options_(options), data_(std::move(data)) {}

  /// The first op of the step `name` (mlc/Steps.h) that differs on `inputs`, in
  /// the order of the function; nothing where none does. Throws InputError
  /// where the data set cannot be read.
  std::optional<OpDifference> run(llvm::StringRef name,
                                  const reference::StepInputs &inputs);

private:
  mlir::ModuleOp module_;
  JitOptions options_;
  std::string data_;
};

} // namespace mlc

#endif // MLC_CHECK_OPSEARCH_H
