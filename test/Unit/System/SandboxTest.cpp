//===- SandboxTest.cpp - What a process can do after it gave up the rest --===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "System/Sandbox.h"

#include "Support/Files.h"
#include "Support/Sanitized.h"
#include "System/FileOpener.h"
#include "System/MappedFile.h"

#include <cerrno>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace mlc::runtime {
namespace {

using namespace mlc::test;

/// The exit status of a process that does this in a sandbox.
template <typename Action>
int statusOf(Action action) {
  const pid_t child = fork();
  if (child == 0) {
    // A thread that is there already is bound as well.
    std::atomic<bool> isBound = false;
    std::atomic<int> status = -1;
    std::thread other([&] {
      while (!isBound)
        std::this_thread::yield();
      status = action();
    });
    if (!enterSandbox())
      _exit(99);
    isBound = true;
    other.join();
    _exit(status);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

TEST(SandboxTest, RefusesWhatServersDoNotNeed) {
  if (isSanitized)
    GTEST_SKIP() << "a sanitizer needs rights of its own";
  const auto refused = [](auto call) {
    return statusOf([&] {
      errno = 0;
      return call() == -1 && errno == EPERM ? 0 : 1;
    });
  };
  EXPECT_EQ(refused([] { return ::open("/etc/passwd", O_RDONLY); }), 0);
  EXPECT_EQ(refused([] { return ::socket(AF_INET, SOCK_STREAM, 0); }), 0);
  EXPECT_EQ(refused([] {
              char name[] = "/bin/true";
              char *const argv[] = {name, nullptr};
              return ::execv(name, argv);
            }),
            0);
  EXPECT_EQ(refused([] { return ::fork(); }), 0);
  EXPECT_EQ(refused([] { return ::kill(::getppid(), 0); }), 0);
  EXPECT_EQ(refused([] { return ::unlink("/nowhere"); }), 0);
  EXPECT_EQ(refused([] {
              void *memory = ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC,
                                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
              return memory == MAP_FAILED ? -1 : 0;
            }),
            0);
}

TEST(SandboxTest, LeavesWhatServersNeed) {
  if (isSanitized)
    GTEST_SKIP() << "a sanitizer needs rights of its own";
  EXPECT_EQ(statusOf([] {
              // Memory of any size, and time.
              std::vector<char> large(64 << 20, 'x');
              std::this_thread::sleep_for(std::chrono::milliseconds(1));
              return large.back() == 'x' && ::write(2, "", 0) == 0 ? 0 : 1;
            }),
            0);
}

TEST(FileOpenerTest, OpensItsFileAlone) {
  const TemporaryFolder folder;
  const std::string path = folder / "weights", other = folder / "other";
  writeFile(other, "other");
  FileOpener opener(path);
  setOperatingSystem(&opener);
  // Not there yet, then there, then another one in its place.
  EXPECT_NE(inputError([&] { MappedFile file(path); }).find("No such file"),
            std::string::npos);
  for (const char *bytes : {"first", "second"}) {
    writeFile(path + ".new", bytes);
    std::filesystem::rename(path + ".new", path);
    const MappedFile file(path);
    EXPECT_EQ(file.text(), bytes);
  }
  EXPECT_NE(
      inputError([&] { MappedFile file(other); }).find("Permission denied"),
      std::string::npos);
  EXPECT_EQ(opener.remove(other.c_str()), -1);
  EXPECT_EQ(opener.makeFolder((folder / "new").c_str()), -1);
  setOperatingSystem(nullptr);
}

TEST(FileOpenerTest, DoesMoreInOneFolder) {
  const TemporaryFolder folder;
  const std::string own = folder / "log", other = folder / "other";
  std::filesystem::create_directory(own);
  writeFile(other, "other");
  FileOpener opener("", own);
  const auto expectRefused = [](int result) {
    EXPECT_EQ(errno, EACCES);
    EXPECT_EQ(result, -1);
  };
  constexpr int create = O_WRONLY | O_CREAT | O_TRUNC;
  EXPECT_EQ(opener.makeFolder((own + "/a").c_str()), 0);
  EXPECT_EQ(opener.makeFolder((own + "/a").c_str()), -1);
  EXPECT_EQ(errno, EEXIST);
  Descriptor file(opener.open((own + "/a/b").c_str(), create, 0600));
  ASSERT_TRUE(file.isOpen());
  EXPECT_EQ(writeAll(file.get(), std::as_bytes(std::span("bytes", 5))), 0);
  EXPECT_EQ(opener.rename((own + "/a/b").c_str(), (own + "/c").c_str()), 0);
  EXPECT_EQ(readFile(own + "/c"), "bytes");
  EXPECT_TRUE(
      Descriptor(opener.open(own.c_str(), O_RDONLY | O_DIRECTORY, 0)).isOpen());
  // What leads out of it.
  for (const std::string &bad :
       {other, own + "/../other", own + "/a/../../other", own + "x",
        std::string(), std::string("/etc/passwd")}) {
    expectRefused(opener.open(bad.c_str(), O_RDONLY, 0));
    expectRefused(opener.open(bad.c_str(), create, 0600));
    expectRefused(opener.remove(bad.c_str()));
    expectRefused(opener.makeFolder(bad.c_str()));
    expectRefused(opener.rename(bad.c_str(), (own + "/d").c_str()));
    expectRefused(opener.rename((own + "/c").c_str(), bad.c_str()));
  }
  std::filesystem::create_symlink(other, own + "/link");
  EXPECT_EQ(opener.open((own + "/link").c_str(), O_RDONLY, 0), -1);
  EXPECT_EQ(errno, ELOOP);
  EXPECT_EQ(
      opener.open((own + "/" + std::string(9000, 'x')).c_str(), O_RDONLY, 0),
      -1);
  EXPECT_EQ(readFile(other), "other");
  EXPECT_EQ(opener.remove((own + "/c").c_str()), 0);
  EXPECT_FALSE(std::filesystem::exists(own + "/c"));
}

} // namespace
} // namespace mlc::runtime
