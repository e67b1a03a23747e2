//===- NumberOptions.h - Options that take a number -------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_COMMANDS_NUMBEROPTIONS_H
#define MLC_RUNTIME_COMMANDS_NUMBEROPTIONS_H

#include <CLI/CLI.hpp>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <string>

namespace mlc::runtime {

/// A whole number from `least` to `most`, in the type that it is kept in.
template <typename Number>
CLI::Option *addWhole(CLI::App *command, const char *name, Number &number,
                      const char *help, Number least = 0,
                      Number most = std::numeric_limits<Number>::max()) {
  return command->add_option(name, number, help)
      ->check([least, most](const std::string &text) {
        Number value{};
        const char *end = text.data() + text.size();
        const auto read = std::from_chars(text.data(), end, value);
        return read.ec == std::errc() && read.ptr == end && least <= value &&
                       value <= most
                   ? std::string()
                   : fmt::format("expected a whole number from {} to {}, but "
                                 "got {}",
                                 least, most, text);
      })
      ->type_name("N");
}

/// A finite number that `isGood`; `expected` says what that is.
inline CLI::Option *addReal(CLI::App *command, const char *name, double &number,
                            const char *help, const char *expected,
                            bool (*isGood)(double)) {
  return command->add_option(name, number, help)
      ->check([expected, isGood](const std::string &text) {
        double value = 0;
        const char *end = text.data() + text.size();
        const auto read = std::from_chars(text.data(), end, value);
        return read.ec == std::errc() && read.ptr == end &&
                       std::isfinite(value) && isGood(value)
                   ? std::string()
                   : fmt::format("expected {}, but got {}", expected, text);
      })
      ->type_name("X");
}

} // namespace mlc::runtime

#endif // MLC_RUNTIME_COMMANDS_NUMBEROPTIONS_H
