//===- Dialects.cpp - Every dialect that a program passes through ---------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Blas/Blas.h"
#include "dialects/Csr/Csr.h"
#include "dialects/Graph/Graph.h"
#include "dialects/Mlc/Mlc.h"
#include "dialects/Spmd/Spmd.h"
#include "mlc/Pipeline.h"

#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"

using namespace mlir;

void mlc::registerDialects(DialectRegistry &registry) {
  registerAllDialects(registry);
  registerAllExtensions(registry);
  registry.insert<graph::GraphDialect, csr::CsrDialect, blas::BlasDialect,
                  MlcDialect, spmd::SpmdDialect>();
  blas::registerBufferization(registry);
}
