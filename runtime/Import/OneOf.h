//===- OneOf.h - Options that choose by name --------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_ONEOF_H
#define MLC_RUNTIME_IMPORT_ONEOF_H

#include <CLI/CLI.hpp>
#include <cstddef>
#include <fmt/core.h>
#include <string>
#include <utility>

namespace mlc::runtime {

/// Turns a name into its enumerator, as the number that CLI11 reads.
template <typename Enum, std::size_t count>
CLI::Validator oneOf(const std::pair<const char *, Enum> (&names)[count]) {
  auto replace = [&names](std::string &text) {
    std::string choices;
    for (auto [name, value] : names) {
      if (text == name) {
        text = std::to_string(static_cast<int>(value));
        return std::string();
      }
      choices += choices.empty() ? name : fmt::format(", {}", name);
    }
    return fmt::format("expected one of {}, but got {:?}", choices, text);
  };
  return CLI::Validator(replace, "");
}

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_ONEOF_H
