//===- ProductTable.h - A library's products for the runtime ----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_LOWERING_GPU_PRODUCTTABLE_H
#define MLC_LIB_LOWERING_GPU_PRODUCTTABLE_H

#include "dialects/Blas/Blas.h"
#include "mlc/StepRoles.h"

namespace mlc {

/// On the module of kernels: the products among the launches, each a dictionary
/// of `step`, `launch` (its place among that step's launches, from 0) and
/// `fields`, the words of MlcProduct.
inline constexpr llvm::StringLiteral kProducts = "mlc.products";

/// Describes a product on memrefs that are whole arguments of its step or
/// pieces of the workspace; an error has been emitted where it is on others.
llvm::FailureOr<MlcProduct> describeProduct(blas::GemmOp product,
                                            const TableSizes &tables);

mlir::DenseI64ArrayAttr toAttribute(const MlcProduct &product,
                                    mlir::MLIRContext *context);
MlcProduct productOf(mlir::DenseI64ArrayAttr fields);

} // namespace mlc

#endif // MLC_LIB_LOWERING_GPU_PRODUCTTABLE_H
