//===- MappedFileTest.cpp - What can be mapped, and what cannot -----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "System/MappedFile.h"

#include "Support/Files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

using namespace mlc::runtime;
using namespace mlc::test;

TEST(MappedFile, RefusesWhatIsNoFile) {
  TemporaryFolder folder;
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(inputError([&] { MappedFile file(folder / "pipe"); }),
            (folder / "pipe") + ": expected a regular file, but got a pipe or "
                                "device; give the name of a file");
  EXPECT_NE(inputError([&] {
              MappedFile file(folder / ".");
            }).find("but got a folder; give"),
            std::string::npos);
  EXPECT_NE(inputError([&] {
              MappedFile file(folder / "none");
            }).find("cannot be read: No such file"),
            std::string::npos);
}

TEST(MappedFile, AnEmptyOneHasNoBytes) {
  TemporaryFolder folder;
  writeFile(folder / "empty", "");
  EXPECT_TRUE(MappedFile(folder / "empty").bytes().empty());
}

TEST(MappedFile, IsFoundByItsAddresses) {
  TemporaryFolder folder;
  writeFile(folder / "a", std::string(10'000, 'a'));
  writeFile(folder / "b", std::string(10'000, 'b'));
  const MappedFile a(folder / "a"), b(folder / "b");
  for (const MappedFile *file : {&a, &b}) {
    const std::string path = folder / (file == &a ? "a" : "b");
    for (const std::byte &byte :
         {std::cref(file->bytes().front()), std::cref(file->bytes().back())}) {
      const char *found = MappedFile::pathAt(&byte);
      ASSERT_NE(found, nullptr);
      EXPECT_EQ(found, path);
    }
  }
  EXPECT_EQ(MappedFile::pathAt(&folder), nullptr);
  EXPECT_EQ(MappedFile::pathAt(nullptr), nullptr);
}

TEST(MappedFile, IsForgottenWhenItIsClosed) {
  TemporaryFolder folder;
  writeFile(folder / "a", "text");
  const void *address;
  {
    const MappedFile file(folder / "a");
    address = file.bytes().data();
    EXPECT_NE(MappedFile::pathAt(address), nullptr);
  }
  EXPECT_EQ(MappedFile::pathAt(address), nullptr);
}

/// More than are kept for signal handlers are read all the same.
TEST(MappedFile, ManyAtOnce) {
  TemporaryFolder folder;
  writeFile(folder / "a", "text");
  std::vector<MappedFile> files;
  for (int count = 0; count < 40; ++count)
    files.emplace_back(folder / "a");
  for (const MappedFile &file : files)
    EXPECT_EQ(file.bytes().size(), 4u);
}
