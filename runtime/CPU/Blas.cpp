//===- Blas.cpp - The BLAS library's threads ------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CPU/Blas.h"

// Null in programs that use no library products.
extern "C" __attribute__((weak)) void openblas_set_num_threads(int threads);
extern "C" __attribute__((weak)) char *openblas_get_corename();

void mlc::runtime::useOneBlasThread() {
  if (openblas_set_num_threads)
    openblas_set_num_threads(1);
}

std::string mlc::runtime::blasKernels() {
  return openblas_get_corename ? openblas_get_corename() : "";
}
