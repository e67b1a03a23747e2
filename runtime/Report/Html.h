//===- Html.h - A page in one file ------------------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_REPORT_HTML_H
#define MLC_RUNTIME_REPORT_HTML_H

#include "Metrics/Measure.h"

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mlc::runtime {

/// Text as HTML has it between tags and in quoted attributes.
std::string escapeHtml(std::string_view text);

/// `<data>` with all of a number's digits in `value`, and `data-figure`, by
/// which a program finds it again; "undefined" where it is not finite.
std::string htmlFigure(std::string_view name, double value,
                       std::string_view shown);

/// Names and texts below each other.
std::string
htmlFacts(std::span<const std::pair<std::string, std::string>> facts);

/// One file of HTML: everything is in it, and its content security policy
/// forbids whatever else, scripts too. It follows the reader's choice of light
/// or dark and any width.
class HtmlPage {
public:
  explicit HtmlPage(std::string title) : title_(std::move(title)) {}

  /// `body` is HTML.
  void addSection(std::string_view heading, std::string_view body);
  /// Something that went wrong or is odd, in front of the sections.
  void addWarning(std::string_view text);

  std::string text() const;

private:
  std::string title_, warnings_, sections_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_REPORT_HTML_H
