//===- Page.cpp - The page for people -------------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Serve/Page.h"

#include "Serve/Embedded.h"

namespace mlc::runtime {

struct PageFile {
  std::string_view name, type;
  const std::string_view &text;
};

static constexpr PageFile pageFiles[] = {
    {"", "text/html; charset=utf-8", pageHtml},
    {"page.js", "text/javascript; charset=utf-8", pageScript},
    {"page.css", "text/css; charset=utf-8", pageStyle},
};

bool findPageFile(std::span<const std::string> segments,
                  HttpResponse &response) {
  if (segments.size() != 1)
    return false;
  static constexpr std::string_view policy =
      "Content-Security-Policy: default-src 'none'; script-src 'self'; "
      "style-src 'self'; connect-src 'self'; base-uri 'none'; form-action "
      "'none'; frame-ancestors 'none'\r\n"
      "Referrer-Policy: no-referrer\r\nCache-Control: no-cache\r\n";
  for (const PageFile &file : pageFiles)
    if (segments[0] == file.name) {
      response.type = file.type;
      response.headers = policy;
      response.body = file.text;
      return true;
    }
  return false;
}

} // namespace mlc::runtime
