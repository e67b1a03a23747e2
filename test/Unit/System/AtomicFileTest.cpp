//===- AtomicFileTest.cpp - Files written whole or not at all -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "System/AtomicFile.h"
#include "System/OperatingSystem.h"

#include "Support/Files.h"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace mlc::runtime;
using namespace mlc::test;
using Names = std::vector<std::string>;

static void writeText(AtomicFile &file, const std::string &text) {
  file.write(std::as_bytes(std::span(text)));
}

TEST(AtomicFile, AppearsOnlyWhenCommitted) {
  TemporaryFolder folder;
  {
    AtomicFile file(folder / "a");
    writeText(file, "new");
    EXPECT_FALSE(std::filesystem::exists(folder / "a"));
    file.commit();
    EXPECT_EQ(readFile(folder / "a"), "new");
  }
  EXPECT_EQ(folder.names(), Names{"a"});
}

TEST(AtomicFile, KeepsTheOldFileWhenAbandoned) {
  TemporaryFolder folder;
  writeFile(folder / "a", "old");
  {
    AtomicFile file(folder / "a");
    writeText(file, "new");
    file.prepare();
  }
  EXPECT_EQ(readFile(folder / "a"), "old");
  EXPECT_EQ(folder.names(), Names{"a"});
}

TEST(AtomicFile, KeepsPermissionsAndLinks) {
  TemporaryFolder folder;
  writeFile(folder / "real", "old");
  ::chmod((folder / "real").c_str(), 0600);
  std::filesystem::create_symlink("real", folder / "link");
  AtomicFile file(folder / "link");
  writeText(file, "new");
  file.commit();
  EXPECT_EQ(readFile(folder / "real"), "new");
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "link"));
  struct stat status;
  ASSERT_EQ(::stat((folder / "real").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST(AtomicFile, RefusesWhatIsNoRegularFile) {
  TemporaryFolder folder;
  for (const std::string &path :
       {std::string("/dev/full"), std::string("/dev/null"), folder / ""}) {
    std::string message = inputError([&] { AtomicFile file(path); });
    EXPECT_TRUE(message.starts_with(path + ": cannot be written: ")) << message;
  }
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/full"));
  EXPECT_EQ(inputError([&] { AtomicFile file(folder / "none/a"); }),
            (folder / "none/a") +
                ": cannot be written: No such file or directory; check that "
                "the folder is there and writable");
}

TEST(AtomicFile, AFullDiskLeavesNothing) {
  TemporaryFolder folder;
  writeFile(folder / "a", "old");
  std::string message = inputError([&] {
    FileSizeLimit limit(1000);
    AtomicFile file(folder / "a");
    writeText(file, std::string(2000, 'x'));
    file.commit();
  });
  EXPECT_EQ(message, (folder / "a") + ": cannot be written: File too large; "
                                      "make room or choose another place");
  EXPECT_EQ(readFile(folder / "a"), "old");
  EXPECT_EQ(folder.names(), Names{"a"});
}

namespace {

/// Says of a full disk only where a file is closed, as network file systems do.
class FullWhenClosed : public OperatingSystem {
public:
  FullWhenClosed() { setOperatingSystem(this); }
  ~FullWhenClosed() override { setOperatingSystem(nullptr); }

  int close(int file) override {
    OperatingSystem::close(file);
    errno = ENOSPC;
    return -1;
  }
};

} // namespace

TEST(AtomicFile, ADiskThatIsFullWhenItIsClosedLeavesNothing) {
  TemporaryFolder folder;
  writeFile(folder / "a", "old");
  std::string message = inputError([&] {
    FullWhenClosed system;
    AtomicFile file(folder / "a");
    writeText(file, "new");
    file.commit();
  });
  EXPECT_EQ(message, (folder / "a") + ": cannot be written: No space left on "
                                      "device; make room or choose another "
                                      "place");
  EXPECT_EQ(readFile(folder / "a"), "old");
  EXPECT_EQ(folder.names(), Names{"a"});
}

TEST(AtomicFile, RemovesWhatAKilledProcessLeft) {
  TemporaryFolder folder;
  writeFile(folder / "a", "old");
  for (const bool isPrepared : {false, true}) {
    const pid_t child = ::fork();
    if (child == 0) {
      AtomicFile file(folder / "a"), other(folder / "b");
      writeText(file, "half");
      if (isPrepared)
        file.prepare();
      ::raise(SIGKILL);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
    ASSERT_EQ(folder.names().size(), 3u);
    {
      const AtomicFile unused(folder / "a");
    }
    // That of the other file may be in use, for all that is known.
    EXPECT_EQ(folder.names(), (Names{".mlc-b-0.tmp", "a"}));
    {
      const AtomicFile unused(folder / "b");
    }
    EXPECT_EQ(folder.names(), Names{"a"});
  }
  EXPECT_EQ(readFile(folder / "a"), "old");
}

TEST(AtomicFile, LeavesAloneWhatIsBeingWritten) {
  TemporaryFolder folder;
  AtomicFile first(folder / "a");
  writeText(first, "first");
  first.prepare();
  {
    AtomicFile second(folder / "a");
    writeText(second, "second");
    second.commit();
  }
  EXPECT_EQ(readFile(folder / "a"), "second");
  first.commit();
  EXPECT_EQ(readFile(folder / "a"), "first");
  EXPECT_EQ(folder.names(), Names{"a"});
}

TEST(AtomicFile, TakesTheLongestNames) {
  TemporaryFolder folder;
  const std::string name(255, 'n');
  AtomicFile file(folder / name);
  writeText(file, "new");
  file.commit();
  EXPECT_EQ(folder.names(), Names{name});
}

TEST(AtomicFile, InTheFolderOfTheProcess) {
  TemporaryFolder folder;
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder / ".");
  AtomicFile file("a");
  writeText(file, "new");
  file.commit();
  std::filesystem::current_path(before);
  EXPECT_EQ(readFile(folder / "a"), "new");
  EXPECT_EQ(folder.names(), Names{"a"});
}

/// A link where a temporary file would be is neither followed nor removed.
TEST(AtomicFile, LeavesAloneWhatIsNoTemporaryFile) {
  TemporaryFolder folder;
  writeFile(folder / "other", "other");
  std::filesystem::create_symlink("other", folder / ".mlc-a-0.tmp");
  std::filesystem::create_directory(folder / ".mlc-a-1.tmp");
  AtomicFile file(folder / "a");
  writeText(file, "new");
  file.commit();
  EXPECT_EQ(readFile(folder / "a"), "new");
  EXPECT_EQ(readFile(folder / "other"), "other");
  EXPECT_EQ(folder.names(),
            (Names{".mlc-a-0.tmp", ".mlc-a-1.tmp", "a", "other"}));
}

TEST(AtomicFile, WithoutAnotherDescriptor) {
  if (isSanitized)
    GTEST_SKIP() << "UBSan opens pipes to see what an address is";
  TemporaryFolder folder;
  const int next = ::open("/dev/null", O_RDONLY);
  ::close(next);
  rlimit old;
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &old), 0);
  const rlimit one = {static_cast<rlim_t>(next) + 1, old.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &one), 0);
  const std::string message =
      inputError([&] { AtomicFile file(folder / "a"); });
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &old), 0);
  EXPECT_EQ(message, (folder / "a") + ": cannot be written: Too many open "
                                      "files; check that the folder is there "
                                      "and writable");
  EXPECT_EQ(folder.names(), Names{});
}

TEST(AtomicFile, TemporaryNames) {
  EXPECT_TRUE(AtomicFile::isTemporary(".mlc-a-0.tmp"));
  for (const char *name : {".mlc-a-0", "a.tmp", "mlc-a-0.tmp", ""})
    EXPECT_FALSE(AtomicFile::isTemporary(name)) << name;
}
