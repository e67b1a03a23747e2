//===- PeakMemory.cpp - How much memory reading takes ---------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Support/PeakMemory.h"

#include "Error.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace mlc::test {

/// From the start of the process, large pieces go back to the system when they
/// are freed. Else what tests freed before, and the child may take again, would
/// decide how much more it takes.
[[maybe_unused]] static const int whenLarge =
    ::mallopt(M_MMAP_THRESHOLD, 128 << 10);

/// The most memory that a fork of this process ever has, in bytes; what this
/// one has counts too.
static std::int64_t peakOfFork(const std::function<void()> &action) {
  static auto *const peak = static_cast<std::int64_t *>(
      ::mmap(nullptr, sizeof(std::int64_t), PROT_READ | PROT_WRITE,
             MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  *peak = -1;
  // What was given back would be there for the child to take again, unseen.
  ::malloc_trim(0);
  const pid_t child = ::fork();
  if (child == 0) {
    try {
      action();
    } catch (const runtime::InputError &) {
    }
    rusage usage;
    ::getrusage(RUSAGE_SELF, &usage);
    *peak = std::int64_t{usage.ru_maxrss} * 1024;
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  return *peak;
}

std::int64_t peakMemory(const std::function<void()> &action) {
  const std::int64_t before = peakOfFork([] {});
  return peakOfFork(action) - before;
}

void PrintTo(const MemoryInput &input, std::ostream *out) {
  *out << input.name;
}

void expectMemoryFollows(const MemoryInput &input, const std::string &path) {
  for (const std::int64_t bytes : {std::int64_t{64}, mebibyte, 4 * mebibyte}) {
    std::ofstream(path, std::ios::binary)
        << input.make(static_cast<std::size_t>(bytes));
    const auto size = static_cast<double>(std::filesystem::file_size(path));
    const std::int64_t peak = peakMemory([&] { input.read(path); });
    EXPECT_LE(static_cast<double>(peak),
              input.factor * size + static_cast<double>(constantMemory))
        << size << " bytes";
    testing::Test::RecordProperty(std::to_string(bytes) + "_bytes_take",
                                  std::to_string(peak));
  }
}

std::string repeat(std::string_view piece, std::size_t bytes) {
  std::string text;
  while (text.size() < bytes)
    text += piece;
  return text;
}

std::string words(const char *before, const char *behind, std::size_t bytes) {
  std::string text, word = "a";
  while (text.size() < bytes) {
    (text += before).append(word) += behind;
    std::size_t at = 0;
    while (at < word.size() && word[at] == 'z')
      word[at++] = 'a';
    if (at == word.size())
      word += 'a';
    else
      ++word[at];
  }
  return text;
}

std::string withLength(std::string header) {
  const std::uint64_t length = header.size();
  return header.insert(0, reinterpret_cast<const char *>(&length),
                       sizeof(length));
}

} // namespace mlc::test
