//===- Digest.h - SHA-256 of bytes ------------------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_AUDIT_DIGEST_H
#define MLC_RUNTIME_AUDIT_DIGEST_H

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace mlc::runtime {

/// SHA-256 of all that was added, whatever the pieces.
class RunningSha256 {
public:
  RunningSha256();
  ~RunningSha256();
  RunningSha256(RunningSha256 &&) noexcept;

  void add(std::span<const std::byte> bytes);
  /// 64 lower-case hexadecimal digits, as `sha256sum` prints them. The end:
  /// nothing is added after it.
  std::string text();

private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string sha256Of(std::span<const std::byte> bytes);

/// Of a file's bytes as they lie on the disk. Throws InputError.
std::string sha256OfFile(const std::string &path);

/// What stands in records for the place of the running program.
std::string pathOfThisProgram();

} // namespace mlc::runtime

#endif // MLC_RUNTIME_AUDIT_DIGEST_H
