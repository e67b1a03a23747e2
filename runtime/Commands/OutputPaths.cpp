//===- OutputPaths.cpp - Refuses outputs that could not be written --------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/OutputPaths.h"

#include "Error.h"
#include "System/AtomicFile.h"

#include <filesystem>
#include <fmt/format.h>

namespace mlc::runtime {

namespace fs = std::filesystem;

/// By identity where both exist (links), by name where one does not yet.
static bool isSameFile(const fs::path &a, const fs::path &b) {
  std::error_code error;
  if (fs::equivalent(a, b, error))
    return true;
  return fs::weakly_canonical(a, error) == fs::weakly_canonical(b, error);
}

void expectDistinct(const std::string &option, const std::string &output,
                    const std::vector<std::string> &others) {
  if (output.empty())
    return;
  for (const std::string &other : others)
    if (!other.empty() && isSameFile(output, other))
      throw UsageError(fmt::format("{} {} would overwrite {}; name another "
                                   "file",
                                   option, output, other));
}

void expectWritable(const std::string &path) {
  // Never committed, so it leaves nothing behind.
  const AtomicFile probe(path);
}

void writeText(const std::string &path, std::string_view text) {
  AtomicFile file(path);
  file.write(std::as_bytes(std::span(text)));
  file.prepare();
  file.commit();
}

} // namespace mlc::runtime
