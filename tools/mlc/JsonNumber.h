//===- JsonNumber.h - Numbers of JSON with all of their bits ----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TOOLS_MLC_JSONNUMBER_H
#define MLC_TOOLS_MLC_JSONNUMBER_H

#include "Report/Figures.h"

#include <charconv>
#include <limits>
#include <string>
#include <string_view>

namespace mlc {

/// The number behind the first `"name": ` of JSON that mlc wrote, rounded as it
/// was printed: Boost.JSON's own reading may differ in the last bit. NaN where
/// there is none, or null.
inline double jsonNumberOf(const std::string &json, std::string_view name) {
  const std::string key = runtime::jsonText(name) + ": ";
  const std::size_t at = json.find(key);
  double number = std::numeric_limits<double>::quiet_NaN();
  if (at != json.npos)
    std::from_chars(json.data() + at + key.size(), json.data() + json.size(),
                    number);
  return number;
}

} // namespace mlc

#endif // MLC_TOOLS_MLC_JSONNUMBER_H
