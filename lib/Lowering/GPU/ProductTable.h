//===- ProductTable.h - A library's products for the runtime ----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_LOWERING_GPU_PRODUCTTABLE_H
#define MLC_LIB_LOWERING_GPU_PRODUCTTABLE_H

#include "dialects/Blas/Blas.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlc {

/// On the module of kernels: the products among the launches, each a dictionary
/// of `step`, `launch` (its place among that step's launches, from 0) and
/// `fields`, the numbers of MlcProduct in their order.
inline constexpr llvm::StringLiteral kProducts = "mlc.products";

/// The numbers of MlcProduct for a product of `step` on memrefs that are whole
/// arguments or pieces of the workspace; an error has been emitted where it is
/// on others.
llvm::FailureOr<mlir::DenseI64ArrayAttr> productFields(blas::GemmOp product,
                                                       mlir::func::FuncOp step,
                                                       int64_t parameterCount);

} // namespace mlc

#endif // MLC_LIB_LOWERING_GPU_PRODUCTTABLE_H
