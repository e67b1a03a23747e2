//===- OwnWeights.h - Weights from a file or the program --------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_PROGRAM_OWNWEIGHTS_H
#define MLC_RUNTIME_PROGRAM_OWNWEIGHTS_H

#include "Data/Safetensors.h"

#include <string>

namespace mlc::runtime {

/// Whether this executable has weights inside (`mlc compile --weights`).
bool hasOwnWeights();

/// The weights file `path` or, where that is empty, the weights inside, which
/// are read where they lie. Throws InputError where they are no safetensors
/// file, and where there are none inside.
SafetensorsFile openWeights(const std::string &path);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_PROGRAM_OWNWEIGHTS_H
