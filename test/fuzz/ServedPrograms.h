//===- ServedPrograms.h - Models to be asked, without a network ---*- C++
//-*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_FUZZ_SERVEDPROGRAMS_H
#define MLC_TEST_FUZZ_SERVEDPROGRAMS_H

#include "Serve/Routes.h"

#include <cstddef>
#include <deque>
#include <optional>
#include <string>

namespace mlc::test {

/// What a body may have, as the server is told.
inline constexpr std::size_t mostBody = 1 << 16;

/// A small model that was just trained, behind the routes of a server.
struct ServedProgram {
  /// `source`: a file of LIBSVM or CSV, by `options` of mlc data.
  ServedProgram(const MlcProgram &program, const std::string &folder,
                const std::string &source, std::vector<std::string> options);

  MlcProgram program;
  runtime::ApiKeys keys;
  std::optional<runtime::ModelSlot> slot;
  std::optional<runtime::Routes> routes;
  runtime::ThreadModel thread;
};

/// One for each kind of input: sparse rows, texts, and columns of a table.
/// Called "m". Made at the first call.
std::deque<ServedProgram> &servedPrograms();

/// Ends the process with a message, as a finding.
[[noreturn]] void fail(const char *message, const std::string &detail = "");

/// Ends the process where this is no answer: an error without its JSON, or JSON
/// that cannot be read.
void expectAnswer(const runtime::HttpResponse &response);

} // namespace mlc::test

#endif // MLC_TEST_FUZZ_SERVEDPROGRAMS_H
