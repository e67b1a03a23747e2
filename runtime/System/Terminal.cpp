//===- Terminal.cpp - The terminal that results are shown on --------------===//
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

std::string withoutControls(std::string_view text) {
  std::string shown(text);
  for (std::size_t at = 0; at < shown.size(); ++at) {
    const auto byte = static_cast<unsigned char>(shown[at]);
    const bool isControl = (byte < 0x20 && byte != '\n') || byte == 0x7F;
    // U+0080 to U+009F are two bytes.
    const bool isLong = byte == 0xC2 && at + 1 < shown.size() &&
                        static_cast<unsigned char>(shown[at + 1]) < 0xA0;
    if (isControl || isLong)
      shown[at] = ' ';
    if (isLong)
      shown[++at] = ' ';
  }
  return shown;
}

} // namespace mlc::runtime
