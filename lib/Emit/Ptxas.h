//===- Ptxas.h - PTX as binary code -----------------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_EMIT_PTXAS_H
#define MLC_LIB_EMIT_PTXAS_H

#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>

namespace mlc {

/// The binary code that ptxas makes of PTX for `architecture` (sm_90); nothing
/// where there is no ptxas (in CUDA_HOME/bin, /usr/local/cuda/bin or PATH), or
/// one that does not know the architecture. Programs need none: drivers
/// assemble PTX too, once for each start.
std::optional<std::string> assemblePtx(llvm::StringRef ptx,
                                       llvm::StringRef architecture);

} // namespace mlc

#endif // MLC_LIB_EMIT_PTXAS_H
