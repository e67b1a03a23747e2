//===- FaultySystem.h - A system whose Nth call fails -----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_UNIT_FAULT_FAULTYSYSTEM_H
#define MLC_TEST_UNIT_FAULT_FAULTYSYSTEM_H

#include "System/OperatingSystem.h"

#include <cstdint>

namespace mlc::test {

/// Which call fails, and how.
struct Fault {
  std::int64_t nth = 0; ///< From 1; 0: none.
  bool forever = false; ///< Whether all calls after it fail, too.
  int reason = 0;       ///< An errno; 0: it is only a short write.
};

/// The real system, but for a fault. Nothing is brought to the disk, which
/// makes no difference while the machine runs.
class FaultySystem : public runtime::OperatingSystem {
public:
  explicit FaultySystem(Fault fault) : fault_(fault) {}

  /// Calls so far that could fail.
  std::int64_t calls() const { return calls_; }
  bool hasFailed() const { return hasFailed_; }

  int open(const char *path, int flags, mode_t mode) override;
  ssize_t read(int file, std::span<std::byte> bytes) override;
  ssize_t write(int file, std::span<const std::byte> bytes) override;
  int sync(int file) override;
  int close(int file) override;
  int rename(const char *from, const char *to) override;
  int remove(const char *path) override;
  int truncate(int file, off_t size) override;
  int makeFolder(const char *path) override;
  int list(const char *path, std::vector<std::string> &names) override;
  void *map(int file, std::size_t size) override;

private:
  bool isHit();
  /// Sets errno where this call fails.
  bool fails();

  Fault fault_;
  std::int64_t calls_ = 0;
  bool hasFailed_ = false;
};

} // namespace mlc::test

#endif // MLC_TEST_UNIT_FAULT_FAULTYSYSTEM_H
