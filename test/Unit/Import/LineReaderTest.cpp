//===- LineReaderTest.cpp - Lines, and where they are ---------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/LineReader.h"

#include "Support/Files.h"

#include <array>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

using namespace mlc::runtime;
using namespace mlc::test;

namespace {
/// Something else as the standard input, until it goes out of scope.
class StandardInput {
public:
  explicit StandardInput(int file) : kept_(::dup(STDIN_FILENO)) {
    ::dup2(file, STDIN_FILENO);
    ::close(file);
  }
  StandardInput(const StandardInput &) = delete;
  ~StandardInput() {
    ::dup2(kept_, STDIN_FILENO);
    ::close(kept_);
  }

private:
  int kept_;
};
} // namespace

TEST(LineReader, EndsOfLines) {
  TemporaryFolder folder;
  writeFile(folder / "a", "unix\nwindows\r\n\nlast\r");
  LineReader reader(folder / "a");
  const std::pair<std::string, std::string> expected[] = {
      {"unix", "\n"}, {"windows", "\r\n"}, {"", "\n"}, {"last\r", ""}};
  std::string_view line;
  for (const auto &[text, end] : expected) {
    ASSERT_TRUE(reader.next(line));
    EXPECT_EQ(line, text);
    EXPECT_EQ(reader.lineEnd(), end);
  }
  EXPECT_FALSE(reader.next(line));
  EXPECT_EQ(reader.bytesRead(), 20u);
}

TEST(LineReader, AFileOnStandardInput) {
  TemporaryFolder folder;
  writeFile(folder / "a", "skipped\nfirst\nsecond");
  const int file = ::open((folder / "a").c_str(), O_RDONLY);
  // As a shell leaves it that has read a line: reading goes on from there.
  ::lseek(file, 8, SEEK_SET);
  const StandardInput input(file);
  LineReader reader(standardInput);
  std::string_view line;
  ASSERT_TRUE(reader.next(line));
  EXPECT_EQ(line, "first");
  EXPECT_EQ(inputError([&] { reader.fail(line.data() + 1, "odd"); }),
            "standard input:1:2: odd\n  first\n   ^");
}

TEST(LineReader, APipeIsReadyWithAWholeLine) {
  std::array<int, 2> ends;
  ASSERT_EQ(::pipe(ends.data()), 0);
  const StandardInput input(ends[0]);
  ASSERT_EQ(::write(ends[1], "one\ntwo\nthr", 11), 11);
  LineReader reader(standardInput);
  std::string_view line;
  ASSERT_TRUE(reader.next(line));
  EXPECT_EQ(line, "one");
  EXPECT_TRUE(reader.isReady());
  ASSERT_TRUE(reader.next(line));
  EXPECT_FALSE(reader.isReady());
  ::close(ends[1]);
  ASSERT_TRUE(reader.next(line));
  EXPECT_EQ(line, "thr");
  EXPECT_TRUE(reader.isReady());
  EXPECT_FALSE(reader.next(line));
}

TEST(LineReader, AClosedStandardInput) {
  const int nowhere = ::open("/dev/null", O_RDONLY);
  const StandardInput input(nowhere);
  ::close(STDIN_FILENO);
  EXPECT_NE(inputError([] {
              LineReader reader(standardInput);
            }).find("standard input: cannot be read: Bad file descriptor"),
            std::string::npos);
}

TEST(LineReader, WhatIsShownIsOneColumnAByte) {
  TemporaryFolder folder;
  writeFile(folder / "a", "a\t\x01\xc3\xa9\x7f.");
  LineReader reader(folder / "a");
  std::string_view line;
  ASSERT_TRUE(reader.next(line));
  EXPECT_EQ(inputError([&] { reader.fail(&line.back(), "odd"); }),
            (folder / "a") + ":1:7: odd\n  a ????.\n        ^");
}
