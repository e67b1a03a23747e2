//===- CapturedOutput.cpp - What is printed, kept -------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CapturedOutput.h"

#include <algorithm>
#include <cstdlib>
#include <sys/mman.h>
#include <unistd.h>

using namespace mlc::test;

/// In place of standard output and standard error.
static const int files[2] = {::memfd_create("output", MFD_CLOEXEC),
                             ::memfd_create("errors", MFD_CLOEXEC)};

CapturedOutput::CapturedOutput() {
  clear();
  for (int stream : {STDOUT_FILENO, STDERR_FILENO}) {
    kept[stream - 1] = ::dup(stream);
    ::dup2(files[stream - 1], stream);
  }
}

CapturedOutput::~CapturedOutput() {
  for (int stream : {STDOUT_FILENO, STDERR_FILENO}) {
    ::dup2(kept[stream - 1], stream);
    ::close(kept[stream - 1]);
  }
}

std::string CapturedOutput::errors() const {
  std::string text(::lseek(files[1], 0, SEEK_END), '\0');
  const ssize_t count = ::pread(files[1], text.data(), text.size(), 0);
  text.resize(std::max<ssize_t>(count, 0));
  return text;
}

void CapturedOutput::clear() {
  for (int file : files) {
    if (::ftruncate(file, 0) != 0)
      std::abort();
    ::lseek(file, 0, SEEK_SET);
  }
}
