//===- CompressedInputTest.cpp - Compressed and very long input -----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/LineReader.h"

#include "Support/DataCommand.h"
#include "Support/Files.h"

#include <cstring>
#include <gtest/gtest.h>
#include <lzma.h>

using namespace mlc::runtime;
using namespace mlc::test;

static std::string readAll(const std::string &path) {
  LineReader reader(path);
  std::string all;
  std::string_view line;
  while (reader.next(line))
    all.append(line) += '\n';
  return all;
}

class CompressedInput : public testing::Test {
protected:
  CompressedInput() {
    for (int line = 0; line < 50'000; ++line)
      text += "1 " + std::to_string(line * 7919 % 10'007) + ":1\n";
  }
  std::string readBytes(const std::string &bytes) {
    writeFile(folder / "x", bytes);
    return readAll(folder / "x");
  }
  void expectError(const std::string &bytes, const std::string &part) {
    std::string message = inputError([&] { readBytes(bytes); });
    EXPECT_TRUE(message.starts_with((folder / "x") + ":")) << message;
    EXPECT_NE(message.find(part), std::string::npos) << message;
  }

  TemporaryFolder folder;
  std::string text;
};

TEST_F(CompressedInput, IsToldByItsFirstBytes) {
  EXPECT_TRUE(readBytes(text) == text);
  EXPECT_TRUE(readBytes(compressXz(text)) == text);
  EXPECT_TRUE(readBytes(compressGzip(text)) == text);
  EXPECT_EQ(readBytes(""), "");
  EXPECT_EQ(readBytes(compressXz("")), "");
  EXPECT_EQ(readBytes(compressGzip("")), "");
}

TEST_F(CompressedInput, PartsFollowOneAnother) {
  EXPECT_TRUE(readBytes(compressXz(text) + compressXz("") + compressXz(text)) ==
              text + text);
  EXPECT_TRUE(readBytes(compressGzip(text) + compressGzip("") +
                        compressGzip(text)) == text + text);
  // Padding, as tapes and xz have it.
  EXPECT_TRUE(readBytes(compressXz(text) + std::string(8, '\0')) == text);
  EXPECT_TRUE(readBytes(compressGzip(text) + std::string(9, '\0')) == text);
}

TEST_F(CompressedInput, Truncated) {
  for (std::size_t percent : {1, 10, 50, 90, 99}) {
    std::string xz = compressXz(text), gzip = compressGzip(text);
    expectError(xz.substr(0, xz.size() * percent / 100),
                "the xz data end too early");
    expectError(gzip.substr(0, gzip.size() * percent / 100),
                "the gzip data end too early");
  }
  expectError(compressGzip("1\n").substr(0, 4), "gzip data end too early");
  for (std::size_t missing = 1; missing < 12; ++missing) {
    std::string xz = compressXz("1\n"), gzip = compressGzip("1\n");
    expectError(xz.substr(0, xz.size() - missing), "end too early");
    expectError(gzip.substr(0, gzip.size() - missing), "end too early");
  }
}

/// More than a block is decompressed ahead, by a thread.
TEST_F(CompressedInput, LargeFiles) {
  std::string noise;
  for (std::uint32_t number = 1, at = 0; at < 1'000'000; ++at) {
    number = number * 1664525 + 1013904223;
    noise += at % 64 == 63 ? '\n' : static_cast<char>('!' + (number >> 26));
  }
  noise += '\n';
  const std::string xz = compressXz(noise);
  ASSERT_GT(xz.size(), std::size_t(1) << 19);
  EXPECT_TRUE(readBytes(xz) == noise);
  expectError(xz.substr(0, xz.size() - 1000), "the xz data end too early");
  // Nobody need read to the end.
  for (int lines : {0, 1, 5000}) {
    writeFile(folder / "x", xz);
    LineReader reader(folder / "x");
    std::string_view line;
    for (int at = 0; at < lines; ++at)
      ASSERT_TRUE(reader.next(line));
  }
}

TEST_F(CompressedInput, ErrorsHaveThePlaceInTheText) {
  std::string gzip = compressGzip("1 0:1\n1 1:1\n1");
  gzip.resize(gzip.size() - 8); // The check sum and the length.
  expectError(gzip, "x:3:2: the gzip data end too early");
}

TEST_F(CompressedInput, Damaged) {
  std::string xz = compressXz(text), gzip = compressGzip(text);
  xz[xz.size() / 2] ^= 0x55;
  expectError(xz, "the xz data are damaged");
  gzip[gzip.size() - 6] ^= 0x55; // In the check sum.
  expectError(gzip, "the gzip data are damaged");
  expectError(compressXz(text) + "and something else",
              "the xz data are damaged");
  expectError(compressGzip(text) + "and something else",
              "have something else behind them");
}

/// Whatever byte is changed: an error, or the text as it was.
TEST_F(CompressedInput, EveryChangedByte) {
  const std::string small = "1 0:1 3:4\n0 2:1\n";
  for (const std::string &whole : {compressXz(small), compressGzip(small)}) {
    std::string path = folder / "x";
    writeFile(path, whole);
    for (std::size_t at = 6; at < whole.size(); ++at)
      for (int bit = 0; bit < 8; ++bit) {
        writeByte(path, at, static_cast<char>(whole[at] ^ (1 << bit)));
        try {
          EXPECT_EQ(readAll(path), small);
        } catch (const InputError &) {
        }
        writeByte(path, at, whole[at]);
      }
  }
}

TEST_F(CompressedInput, OtherFormatsAreNamed) {
  expectError("\x28\xb5\x2f\xfd....", "but got zstd data; decompress it first");
  // Not every text that starts so is an archive.
  EXPECT_EQ(readBytes("BZh9 is a word\n"), "BZh9 is a word\n");
}

TEST_F(CompressedInput, Bzip2) {
  EXPECT_TRUE(readBytes(compressBzip2(text)) == text);
  EXPECT_EQ(readBytes(compressBzip2("")), "");
  EXPECT_TRUE(readBytes(compressBzip2(text) + compressBzip2(text)) ==
              text + text);
  const std::string whole = compressBzip2(text);
  for (std::size_t percent : {10, 50, 99})
    expectError(whole.substr(0, whole.size() * percent / 100),
                "the bzip2 data end too early");
  std::string damaged = whole;
  damaged[whole.size() / 2] ^= 0x55;
  expectError(damaged, "the bzip2 data are damaged");
}

TEST_F(CompressedInput, Zip) {
  const std::string one = zipOf({{"a/", ""}, {"a/x.csv", text}});
  EXPECT_TRUE(readBytes(one) == text);
  EXPECT_TRUE(readBytes(zipOf({{"x", text}, {"readme", "?"}})) == text);
  EXPECT_TRUE(readBytes(zipOf({{"x", ""}})).empty());
  expectError(zipOf({{"a", "1"}, {"b", "2"}}),
              "expected one file in the zip archive, but got \"a\", \"b\"; "
              "name one, such as ");
  // Whatever names are made of, the message is on one line.
  expectError(zipOf({{"a\nb", "1"}, {"c", "2"}}),
              "but got \"a\\nb\", \"c\"; name one, such as ");
  expectError(zipOf({{"__MACOSX/a", "1"}, {".b", "2"}}), "but got none");
  for (std::size_t percent : {1, 10, 50, 99})
    expectError(one.substr(0, one.size() * percent / 100 + 5),
                "the zip data are damaged, or end too early");
  const std::string archive = folder / "two.zip";
  writeFile(archive, zipOf({{"a", "first\n"}, {"b/c", "second\n"}}));
  EXPECT_EQ(readAll(archive + "/a"), "first\n");
  EXPECT_EQ(readAll(archive + "/b/c"), "second\n");
  EXPECT_NE(inputError([&] {
              readAll(archive + "/d");
            }).find("expected a file \"d\" in the zip archive"),
            std::string::npos);
  // A byte that is not what its sum says.
  std::string damaged = one;
  damaged[one.find("a/x.csv") + 300] ^= 0x55;
  expectError(damaged, "the zip data are damaged");
}

TEST_F(CompressedInput, MissingFilesAndFolders) {
  EXPECT_EQ(inputError([&] { readAll(folder / "none"); }),
            (folder / "none") + ": cannot be read: No such file or directory; "
                                "check the name and its permissions");
  EXPECT_NE(inputError([&] { readAll(folder / ""); }).find("Is a directory"),
            std::string::npos);
}

/// A few kilobytes that are one endless line do not fill the memory.
TEST_F(CompressedInput, EndlessLines) {
  std::string endless(LineReader::maxLineBytes + 1, '7');
  expectError(compressGzip("1\n" + endless), "x:2:1: expected a line of at "
                                             "most 64 MiB");
}

/// Headers that ask for more than is given, with a right check sum.
TEST_F(CompressedInput, HeadersThatAskForTooMuch) {
  // Behind the 12 bytes of the stream's header is that of its first block: its
  // size, flags, perhaps sizes; then LZMA2 (0x21) with one byte of properties,
  // the dictionary's size; a check sum ends it.
  constexpr std::size_t block = 12;
  const std::string plain = compressXz("1 0:1\n");
  const std::size_t filter = plain.find("\x21\x01", block + 2);
  ASSERT_LT(filter, block + 8);
  auto change = [&](std::size_t at, char byte) {
    std::string xz = plain;
    xz[at] = byte;
    const std::size_t size =
        (static_cast<unsigned char>(xz[block]) + 1) * 4 - 4;
    const std::uint32_t sum =
        lzma_crc32(reinterpret_cast<const std::uint8_t *>(&xz[block]), size, 0);
    std::memcpy(&xz[block + size], &sum, sizeof(sum));
    return xz;
  };
  constexpr char largest = 40; // 4 GiB
  EXPECT_EQ(readBytes(change(filter, plain[filter])), "1 0:1\n");
  expectError(change(filter + 2, largest),
              "need more than 256 MiB to decompress");
  expectError(change(filter, 0x20), "options that this liblzma does not know");
}

/// Blocks of zlib end anywhere: here between two reads of the file.
TEST_F(CompressedInput, ZerosBehindAreNoMember) {
  const std::string gzip = compressGzip("1\n");
  EXPECT_EQ(readBytes(gzip + std::string(300'000, '\0')), "1\n");
  expectError(gzip + std::string(3, '\0') + "x", "something else behind");
  expectError(gzip + gzip.substr(0, 1), "something else behind");
}
