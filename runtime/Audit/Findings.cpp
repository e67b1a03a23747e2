//===- Findings.cpp - What agrees with a record and what not --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit/Findings.h"

#include <algorithm>
#include <boost/json.hpp>
#include <fmt/format.h>

namespace mlc::runtime {

static const char *agreementName(Agreement agreement) {
  switch (agreement) {
  case Agreement::Agrees:
    return "agrees";
  case Agreement::Differs:
    return "differs";
  case Agreement::NotChecked:
    return "not checked";
  case Agreement::NotComparable:
    return "not comparable";
  }
  __builtin_unreachable();
}

static bool isGood(const Finding &finding) {
  return finding.agreement == Agreement::Agrees ||
         finding.agreement == Agreement::NotChecked;
}

bool Findings::isGood() const {
  return std::ranges::all_of(findings_, runtime::isGood);
}

std::string Findings::badParts() const {
  std::string parts;
  for (const Finding &finding : findings_)
    if (!runtime::isGood(finding))
      parts += (parts.empty() ? "" : ", ") + finding.part;
  return parts;
}

std::string Findings::text() const {
  std::string text;
  for (const auto &[part, agreement, detail] : findings_)
    text += fmt::format("{:<16}  {}{}{}\n", part, agreementName(agreement),
                        detail.empty() ? "" : ": ", detail);
  return text;
}

std::string Findings::json() const {
  boost::json::array parts;
  for (const auto &[part, agreement, detail] : findings_)
    parts.push_back({{"part", part},
                     {"result", agreementName(agreement)},
                     {"detail", detail}});
  return boost::json::serialize(boost::json::object{
             {"agrees", isGood()}, {"parts", std::move(parts)}}) +
         "\n";
}

} // namespace mlc::runtime
