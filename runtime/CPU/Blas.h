//===- Blas.h - The BLAS library's threads ----------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_CPU_BLAS_H
#define MLC_RUNTIME_CPU_BLAS_H

#include <string>

namespace mlc::runtime {

/// Has OpenBLAS, where the program is linked with it, compute each product on
/// the thread that asks for it: workers are threads already, and a product's
/// bits must not depend on how many there are.
void useOneBlasThread();

/// OpenBLAS's name for the set of kernels that it chose for this CPU, such as
/// "SkylakeX": products have other bits with another set. Empty where the
/// program is not linked with it.
std::string blasKernels();

} // namespace mlc::runtime

#endif // MLC_RUNTIME_CPU_BLAS_H
