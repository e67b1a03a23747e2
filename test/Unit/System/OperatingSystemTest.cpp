//===- OperatingSystemTest.cpp - What the system may answer ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "System/OperatingSystem.h"

#include "Support/Files.h"

#include <cerrno>
#include <cstring>
#include <gtest/gtest.h>

using namespace mlc::runtime;
using namespace mlc::test;

namespace {
/// In the place of the system, with the answers of some file systems.
struct OtherSystem : OperatingSystem {
  OtherSystem() { setOperatingSystem(this); }
  ~OtherSystem() override { setOperatingSystem(nullptr); }

  int open(const char *path, int flags, mode_t mode) override {
    if (openError == 0)
      return OperatingSystem::open(path, flags, mode);
    errno = openError;
    return -1;
  }
  ssize_t write(int file, std::span<const std::byte> bytes) override {
    return takesNothing ? 0 : OperatingSystem::write(file, bytes);
  }
  int sync(int) override {
    errno = syncError;
    return syncError == 0 ? 0 : -1;
  }

  bool takesNothing = false;
  int openError = 0, syncError = 0;
};
} // namespace

TEST(OperatingSystem, AWriteOfNothingIsAFullDisk) {
  OtherSystem system;
  system.takesNothing = true;
  const char text[] = "text";
  EXPECT_EQ(writeAll(1, std::as_bytes(std::span(text))), ENOSPC);
}

/// What a file system cannot do, or a person may not, is no failure.
TEST(OperatingSystem, FoldersThatCannotBeSynced) {
  TemporaryFolder folder;
  OtherSystem system;
  for (const int reason : {0, EINVAL, ENOTSUP}) {
    system.syncError = reason;
    EXPECT_EQ(syncFolder(folder / "."), 0) << std::strerror(reason);
  }
  system.syncError = EIO;
  EXPECT_EQ(syncFolder(folder / "."), EIO);
  for (const int reason : {EACCES, ENOENT}) {
    system.openError = reason;
    EXPECT_EQ(syncFolder(folder / "."), reason == EACCES ? 0 : ENOENT);
  }
}

TEST(OperatingSystem, FailuresAreTold) {
  TemporaryFolder folder;
  std::vector<std::string> names;
  EXPECT_EQ(os().list((folder / "none").c_str(), names), -1);
  EXPECT_EQ(errno, ENOENT);
  EXPECT_EQ(os().map(-1, 10), nullptr);
  EXPECT_EQ(errno, EBADF);
}

TEST(OperatingSystem, AdviceSuitsTheReason) {
  for (const int reason : {ENOSPC, EDQUOT, EFBIG})
    EXPECT_STREQ(adviceOnWriting(reason), "make room or choose another place");
  EXPECT_STREQ(adviceOnWriting(EISDIR), "give the name of a file");
  EXPECT_STREQ(adviceOnWriting(EACCES),
               "check that the folder is there and writable");
}
