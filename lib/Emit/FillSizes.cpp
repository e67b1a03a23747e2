//===- FillSizes.cpp - Sizes that a data set fills in ---------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Emit/FillSizes.h"
#include "lib/Emit/ModelWords.h"

#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace mlc;

/// The name of the size whose '?' is at the start; empty where that is the
/// number of rows, as in ?x128xf32.
static StringRef sizeName(StringRef text) {
  const StringRef word = text.drop_front().take_while(
      [](char c) { return isAlnum(c) || c == '_'; });
  if (word.empty() || word.starts_with("x"))
    return "";
  // Behind it stands "x" and a size or the element type.
  for (StringRef known : {"features", "outputs"})
    if (word.starts_with(known) &&
        word.drop_front(known.size()).starts_with("x"))
      return known;
  return word;
}

std::optional<std::string>
mlc::withSizes(StringRef text, const std::optional<ModelSizes> &sizes,
               ModelTextError &error) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    if (const size_t length = lengthWithoutCode(text.substr(at))) {
      out += text.substr(at, length);
      at += length;
      continue;
    }
    const StringRef name =
        text[at] == '?' ? sizeName(text.substr(at)) : StringRef();
    if (name.empty()) {
      out += text[at++];
      continue;
    }
    const bool isFeatures = name == "features";
    if (!isFeatures && name != "outputs") {
      error = {at, ("expected ?features or ?outputs, or ? alone for the number "
                    "of rows, but got ?" +
                    name)
                       .str()};
      return std::nullopt;
    }
    if (!sizes) {
      error = {at, ("expected a number in place of ?" + name +
                    "; write one, or give the data set that tells it by "
                    "--data")
                       .str()};
      return std::nullopt;
    }
    const size_t width = 1 + name.size();
    std::string size =
        std::to_string(isFeatures ? sizes->features : sizes->outputs);
    size.resize(std::max(size.size(), width), ' ');
    out += size;
    at += width;
  }
  return out;
}
