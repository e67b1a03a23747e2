//===- Terminal.cpp - How wide the terminal is ----------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "System/Terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

namespace mlc::runtime {

std::size_t resultColumns() {
  winsize size{};
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

} // namespace mlc::runtime
