//===- UnknownArguments.h - What an unknown argument may mean ---*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_UNKNOWNARGUMENTS_H
#define MLC_RUNTIME_IMPORT_UNKNOWNARGUMENTS_H

#include <string>

namespace CLI {
class App;
class ParseError;
} // namespace CLI

namespace mlc::runtime {

/// What a parser says of wrong arguments, as it follows `error: `: those that
/// it does not know in the order in which they stand, and an option or a
/// command that is called nearly so.
std::string describeParseError(const CLI::App &app,
                               const CLI::ParseError &error);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_UNKNOWNARGUMENTS_H
