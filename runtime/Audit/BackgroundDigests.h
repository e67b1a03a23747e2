//===- BackgroundDigests.h - Hashes files beside other work -----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_AUDIT_BACKGROUNDDIGESTS_H
#define MLC_RUNTIME_AUDIT_BACKGROUNDDIGESTS_H

#include "Audit/Digest.h"
#include "Audit/IdleThread.h"
#include "System/MappedFile.h"

#include <atomic>
#include <cstddef>
#include <string>
#include <vector>

namespace mlc::runtime {

/// SHA-256 of files, computed by a thread that takes only spare time; whoever
/// asks for them computes what is left.
class BackgroundDigests {
public:
  /// Maps all files at once: what is hashed is what they are now. Throws
  /// InputError.
  explicit BackgroundDigests(const std::vector<std::string> &paths);
  ~BackgroundDigests();
  BackgroundDigests(const BackgroundDigests &) = delete;
  BackgroundDigests &operator=(const BackgroundDigests &) = delete;

  /// Those of all files, in the order of their paths.
  const std::vector<std::string> &finish();

private:
  struct Work {
    explicit Work(const std::string &path);
    bool isThisProgram; ///< Hashed once in a process.
    MappedFile file;
    std::size_t done = 0;
    RunningSha256 hash;
  };

  bool areLarge() const;
  bool isDone() const { return current_ == works_.size(); }
  void hashSome();
  void hashMeanwhile();

  std::vector<Work> works_;
  std::size_t current_ = 0; ///< Whose turn it is. Of whoever hashes.
  std::atomic<bool> stops_ = false;
  std::vector<std::string> digests_;
  IdleThread thread_; ///< Last, since it uses all others.
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_AUDIT_BACKGROUNDDIGESTS_H
