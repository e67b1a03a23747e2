//===- Console.h - What people read -----------------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_SYSTEM_CONSOLE_H
#define MLC_RUNTIME_SYSTEM_CONSOLE_H

#include <chrono>
#include <string>
#include <string_view>

namespace mlc::runtime {

/// Whether results are shown in colours: on a terminal, unless NO_COLOR is set
/// (https://no-color.org).
bool hasColor();

/// Results: a whole line, or several, at once on stdout. Failures are kept for
/// finishOutput, so that a closed pipe loses no training.
void printResult(std::string_view text);

/// Throws InputError where some of the results could not be written.
void finishOutput();

/// `error: MESSAGE` on stderr, red on a terminal unless NO_COLOR is set.
void printError(std::string_view message);

/// A line of information on stderr.
void printNote(std::string_view message);

/// One line on stderr that is overwritten while the work goes on; where stderr
/// is no terminal, a plain line now and then.
class ProgressLine {
public:
  ProgressLine();
  ~ProgressLine() { clear(); }
  ProgressLine(const ProgressLine &) = delete;
  ProgressLine &operator=(const ProgressLine &) = delete;

  /// Whether enough time has passed for `show` to be worth its text.
  bool isDue() const;
  void show(std::string_view text);
  /// Removes the line, before anything else is printed.
  void clear();

private:
  using Clock = std::chrono::steady_clock;
  bool terminal_;
  bool shown_ = false;
  Clock::time_point last_ = Clock::now();
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_SYSTEM_CONSOLE_H
