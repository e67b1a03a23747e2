//===- OwnWeights.cpp - Weights from a file or the program ----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program/OwnWeights.h"

#include "Error.h"
#include "mlc/EmbeddedWeights.h"

#include <cstddef>
#include <span>

namespace mlc::runtime {

bool hasOwnWeights() { return &mlc_weights != nullptr; }

SafetensorsFile openWeights(const std::string &path) {
  if (!path.empty())
    return SafetensorsFile(path);
  if (!hasOwnWeights())
    throw InputError("the program has no weights inside; give --weights");
  return SafetensorsFile(
      "the program's own weights",
      std::span(static_cast<const std::byte *>(mlc_weights.bytes),
                std::size_t(mlc_weights.size)));
}

} // namespace mlc::runtime
