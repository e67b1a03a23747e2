//===- Csr.h - The csr dialect --------------------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_DIALECTS_CSR_CSR_H
#define MLC_DIALECTS_CSR_CSR_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/TilingInterface.h"

#include "dialects/Csr/CsrDialect.h.inc"

namespace mlc::csr {

/// Rows of a data set, as the ops' descriptions name them.
struct Batch {
  mlir::Value rows, indptr, indices, values, ones;
};

} // namespace mlc::csr

#define GET_OP_CLASSES
#include "dialects/Csr/CsrOps.h.inc"

#endif // MLC_DIALECTS_CSR_CSR_H
