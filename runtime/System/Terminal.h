//===- Terminal.h - The terminal that results are shown on ------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_SYSTEM_TERMINAL_H
#define MLC_RUNTIME_SYSTEM_TERMINAL_H

#include <cstddef>
#include <string>
#include <string_view>

namespace mlc::runtime {

/// The columns of the terminal that results are shown on; 0 where stdout is
/// none, or does not tell.
std::size_t resultColumns();

/// The text with spaces for characters that would steer a terminal; line breaks
/// stay.
std::string withoutControls(std::string_view text);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_SYSTEM_TERMINAL_H
