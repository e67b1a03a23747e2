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

/// As old Macintoshes, and some spreadsheets there, write them.
TEST(LineReader, LinesThatEndWithCr) {
  TemporaryFolder folder;
  const auto linesOf = [&](const std::string &text) {
    writeFile(folder / "a", text);
    LineReader reader(folder / "a");
    std::vector<std::string> lines;
    for (std::string_view line; reader.next(line);)
      lines.emplace_back(line);
    return lines;
  };
  using Lines = std::vector<std::string>;
  EXPECT_EQ(linesOf("a\rb\r\rc"), (Lines{"a", "b", "", "c"}));
  EXPECT_EQ(linesOf("a\rb\r"), (Lines{"a", "b"}));
  // A CR within a line that ends with LF is part of it.
  EXPECT_EQ(linesOf("a\rb\nc\r\n"), (Lines{"a\rb", "c"}));
  EXPECT_EQ(linesOf("a\r"), (Lines{"a\r"}));
  std::string large;
  for (int line = 0; line < 100'000; ++line)
    large += "word\r";
  EXPECT_EQ(linesOf(large).size(), 100'000u);
}

TEST(LineReader, Encodings) {
  TemporaryFolder folder;
  const auto read = [&](const std::string &bytes, TextEncoding encoding) {
    writeFile(folder / "a", bytes);
    LineReader reader(folder / "a", encoding);
    reader.setCheck(TextCheck::Require);
    std::string all;
    for (std::string_view line; reader.next(line);)
      all.append(line) += '|';
    return all;
  };
  const std::string little("\xff\xfe"
                           "a\0\xe9\0\n\0\x3d\xd8\x00\xde",
                           12),
      big("\xfe\xff\0a\0\xe9\0\n\xd8\x3d\xde\x00", 12);
  const std::string expected = "a\xc3\xa9|\xf0\x9f\x98\x80|";
  EXPECT_EQ(read(little, TextEncoding::Auto), expected);
  EXPECT_EQ(read(big, TextEncoding::Auto), expected);
  EXPECT_EQ(read(little, TextEncoding::Utf16Le), expected);
  EXPECT_EQ(read(big.substr(2), TextEncoding::Utf16Be), expected);
  EXPECT_EQ(read("\x80\xe9\xff", TextEncoding::Latin1),
            "\xe2\x82\xac\xc3\xa9\xc3\xbf|");
  EXPECT_NE(inputError([&] {
              read(little.substr(0, 11), TextEncoding::Auto);
            }).find("ends within a character"),
            std::string::npos);
  // Half of a character's pair is none.
  EXPECT_NE(inputError([&] {
              read(little.substr(0, 10), TextEncoding::Auto);
            }).find("the byte 0xed"),
            std::string::npos);
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
