//===- InputFile.cpp - A fuzzer's input as a file -------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "InputFile.h"

#include "Error.h"

#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <sys/mman.h>
#include <unistd.h>

using namespace mlc::test;

InputFile::InputFile(const std::uint8_t *data, std::size_t size)
    : descriptor_(::memfd_create("input", MFD_CLOEXEC)),
      path_("/proc/self/fd/" + std::to_string(descriptor_)) {
  if (descriptor_ < 0 ||
      ::write(descriptor_, data, size) != static_cast<ssize_t>(size))
    std::abort();
}

InputFile::~InputFile() { ::close(descriptor_); }

void mlc::test::expectReadOrRefused(const std::string &path,
                                    const std::function<void()> &read) {
  constexpr std::size_t maxMessageBytes = 2000;
  try {
    read();
  } catch (const runtime::InputError &error) {
    const std::string_view message = error.what();
    const bool isGood =
        (message.starts_with(path) || message.starts_with("the input: ")) &&
        message.find("; ") != std::string_view::npos &&
        message.size() < maxMessageBytes;
    if (!isGood) {
      std::fprintf(stderr, "a message without place or advice: %s\n",
                   error.what());
      std::abort();
    }
  }
}
