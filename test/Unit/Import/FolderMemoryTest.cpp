//===- FolderMemoryTest.cpp - Memory that folders of texts take -----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/FolderReader.h"

#include "Support/DataCommand.h"
#include "Support/Files.h"
#include "Support/PeakMemory.h"

#include <gtest/gtest.h>

using namespace mlc::runtime;
using namespace mlc::test;

namespace {

class FolderMemoryTest : public testing::Test {
protected:
  void SetUp() override {
    if (isSanitized)
      GTEST_SKIP() << "a sanitizer needs memory of its own";
    for (const char *part : {"pos", "neg"})
      std::filesystem::create_directory(folder / part);
  }

  /// What reading all of it takes.
  std::int64_t peak(TextCheck check = TextCheck::Refuse) {
    return peakMemory([&] {
      LabelReader labels({.kind = LabelKind::Numbers});
      TextFields fields;
      fields.check = check;
      FolderReader reader(folder / "", fields, labels);
      for (Document document; reader.next(document);)
        ;
    });
  }

  TemporaryFolder folder;
  std::string text = folder / "pos/0_1.txt";
};

TEST_F(FolderMemoryTest, ManyFilesTakeTheirNames) {
  constexpr std::int64_t files = 50'000, perFile = 150;
  writeFile(text, "");
  const std::int64_t one = peak();
  // Names of one file: on a disk new files are slow.
  for (std::int64_t file = 1; file < files; ++file)
    std::filesystem::create_hard_link(
        text, folder / ("pos/" + std::to_string(file) + "_1.txt"));
  EXPECT_LE(peak() - one, perFile * files);
}

TEST_F(FolderMemoryTest, TextsTakeTheSizeOfOne) {
  constexpr int texts = 8;
  for (const std::int64_t bytes : {std::int64_t{1}, mebibyte, 4 * mebibyte}) {
    const auto write = [&](char byte) {
      for (int number = 0; number < texts; ++number)
        writeFile(folder / ("pos/" + std::to_string(number) + "_1.txt"),
                  std::string(static_cast<std::size_t>(bytes), byte));
    };
    write('x');
    EXPECT_LE(peak(), 4 * bytes + constantMemory);
    write('\xff'); // Of which each byte becomes three.
    EXPECT_LE(peak(TextCheck::Replace), 10 * bytes + constantMemory);
  }
}

TEST_F(FolderMemoryTest, ATextThatDecompressesForEver) {
  const std::string bomb(100 << 20, 'x');
  writeFile(text + ".xz", compressXz(bomb));
  writeFile(text + ".gz", compressGzip(bomb));
  for (const char *ending : {".gz", ".xz"}) {
    EXPECT_LE(peak(), 128 * mebibyte + constantMemory) << ending;
    std::filesystem::remove(text + ending);
  }
}

} // namespace
