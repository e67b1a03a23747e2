//===- CommandLineWords.h - What mlc says of its options --------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_COMMANDLINEWORDS_H
#define MLC_COMMANDLINEWORDS_H

#include <string>

namespace CLI {
class App;
class ParseError;
} // namespace CLI

namespace mlc {

/// How commands speak of their options: all alike, those of the compiler and
/// those of the runtime, which share no code but by the tool that links both.
struct CommandLineWords {
  /// What is wrong with a command line, as it follows `error: `.
  std::string (*mistake)(const CLI::App &app, const CLI::ParseError &error);
  std::string (*help)(const CLI::App &app);
};

} // namespace mlc

#endif // MLC_COMMANDLINEWORDS_H
