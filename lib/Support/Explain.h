//===- Explain.h - What a pass has chosen, for people --------- -*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_SUPPORT_EXPLAIN_H
#define MLC_LIB_SUPPORT_EXPLAIN_H

#include "mlir/IR/Operation.h"
#include "mlir/IR/Remarks.h"

namespace mlc {

/// An analysis remark at `op` that says what `choice`, one word such as
/// "shards", has fallen on and why: `explain(op, "shards") << "..."`. Its
/// category is the step's name. Without a listener (`mlc compile --explain`,
/// `mlc-opt --remarks-filter`) nothing is built.
mlir::remark::detail::InFlightRemark explain(mlir::Operation *op,
                                             llvm::StringRef choice);
/// At `location`, where that is not the op's.
mlir::remark::detail::InFlightRemark
explain(mlir::Operation *op, llvm::StringRef choice, mlir::Location location);

/// The loops of a computation in words: "64 x 128", where a size that is not
/// fixed is "?".
std::string sizesOf(llvm::ArrayRef<int64_t> sizes);

} // namespace mlc

#endif // MLC_LIB_SUPPORT_EXPLAIN_H
