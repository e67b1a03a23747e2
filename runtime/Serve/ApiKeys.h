//===- ApiKeys.h - Who may ask ----------------------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_SERVE_APIKEYS_H
#define MLC_RUNTIME_SERVE_APIKEYS_H

#include <string>
#include <string_view>
#include <vector>

namespace mlc::runtime {

/// Keys that a request may show as `Authorization: Bearer KEY`.
class ApiKeys {
public:
  /// Throws InputError, which does not tell the key, for one that is empty or
  /// has other characters than visible ASCII. `origin`: where it came from.
  void add(std::string_view key, std::string_view origin);
  /// One a line; blank lines count for nothing. Throws InputError.
  void addFile(const std::string &path);

  bool empty() const { return keys_.empty(); }
  /// Whether the field's value shows one of the keys. Its time does not depend
  /// on how much of a key was guessed.
  bool accept(std::string_view authorization) const;

private:
  std::vector<std::string> keys_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_SERVE_APIKEYS_H
