//===- Emulation.h - A GPU for models, emulated -----------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_SMITH_EMULATION_H
#define MLC_TEST_SMITH_EMULATION_H

#include "Program.h"

#include <string>

namespace mlc::smith {

/// Makes the kernels of the model `text` for test/device's driver, in `folder`,
/// and has this process take that driver for CUDA's, and what stands in for
/// cuBLASLt; the settings' order is one of Warp.h.
/// Throws InputError where there is no such driver or the model does not
/// compile.
void emulateGpu(const std::string &text, const std::string &folder,
                const RunSettings &settings);

} // namespace mlc::smith

#endif // MLC_TEST_SMITH_EMULATION_H
