//===- Page.h - The page for people -----------------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_SERVE_PAGE_H
#define MLC_RUNTIME_SERVE_PAGE_H

#include "Serve/HttpMessage.h"

#include <span>
#include <string>

namespace mlc::runtime {

/// Fills in the file of the page that stands at this path, with a content
/// security policy that lets it load and ask nothing but this server. False
/// where there is none.
bool findPageFile(std::span<const std::string> segments,
                  HttpResponse &response);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_SERVE_PAGE_H
