//===- Emulation.h - A GPU for models, emulated -----------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_SMITH_EMULATION_H
#define MLC_TEST_SMITH_EMULATION_H

#include <string>

namespace mlc::smith {

/// Makes the kernels of the model `text` for test/device's driver, in `folder`,
/// and has this process take that driver for CUDA's, and what stands in for
/// cuBLASLt; `gemm` is CompileOptions', `order` is one of Warp.h.
/// Throws InputError where there is no such driver or the model does not
/// compile.
void emulateGpu(const std::string &text, const std::string &folder,
                const std::string &gemm, int order);

} // namespace mlc::smith

#endif // MLC_TEST_SMITH_EMULATION_H
