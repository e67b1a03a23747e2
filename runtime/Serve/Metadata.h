//===- Metadata.h - What the server says of itself --------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_SERVE_METADATA_H
#define MLC_RUNTIME_SERVE_METADATA_H

#include "Serve/ServedModel.h"

#include <string>
#include <string_view>

namespace mlc::runtime {

// Bodies of the Open Inference Protocol, as JSON.

std::string serverMetadata(const MlcProgram &program);
std::string modelMetadata(std::string_view name, const ServedModel &model);
/// Triton's model repository extension; null: the model is not loaded.
std::string repositoryIndex(std::string_view name, const ServedModel *model);

/// What there is, for tools that make clients: OpenAPI 3.1.
std::string openApiText(std::string_view name);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_SERVE_METADATA_H
