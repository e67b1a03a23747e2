//===- Embedded.h - Files that are part of the program ----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_SERVE_EMBEDDED_H
#define MLC_RUNTIME_SERVE_EMBEDDED_H

#include <string_view>

namespace mlc::runtime {

// The files of the folder page, which CMakeLists.txt writes into a source.
extern const std::string_view pageHtml, pageScript, pageStyle, openApiJson;

} // namespace mlc::runtime

#endif // MLC_RUNTIME_SERVE_EMBEDDED_H
