//===- Console.cpp - What people read -------------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "System/Console.h"

#include "Error.h"
#include "System/OperatingSystem.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace mlc::runtime {

// The first failure of stdout; there is only one stdout.
static int outputError = 0;

void printResult(std::string_view text) {
  const int reason = writeAll(STDOUT_FILENO, std::as_bytes(std::span(text)));
  if (outputError == 0)
    outputError = reason;
}

bool hasColor() {
  const char *unwanted = std::getenv("NO_COLOR");
  return ::isatty(STDOUT_FILENO) == 1 && !(unwanted && *unwanted);
}

void finishOutput() {
  if (outputError != 0)
    throw InputError(
        fmt::format("standard output: {}", std::strerror(outputError)));
}

static void writeError(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
}

static bool isTerminal() {
  const char *terminal = std::getenv("TERM");
  return isatty(STDERR_FILENO) &&
         !(terminal && std::string_view(terminal) == "dumb");
}

static bool wantsColor() {
  const char *noColor = std::getenv("NO_COLOR");
  return isTerminal() && !(noColor && *noColor);
}

void printError(std::string_view message) {
  // In pieces: where memory ran out, none is to be had for the whole.
  writeError(wantsColor() ? "\x1b[1;31merror:\x1b[0m " : "error: ");
  writeError(message);
  writeError("\n");
}

void printNote(std::string_view message) {
  writeError(fmt::format("{}\n", message));
}

ProgressLine::ProgressLine() : terminal_(isTerminal()) {}

bool ProgressLine::isDue() const {
  using namespace std::chrono_literals;
  return Clock::now() - last_ >= (terminal_ ? Clock::duration(100ms) : 10s);
}

void ProgressLine::show(std::string_view text) {
  last_ = Clock::now();
  if (!terminal_)
    return printNote(text);
  // A line that wraps could not be overwritten.
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1)
    text = text.substr(0, size.ws_col - 1);
  writeError(fmt::format("\r{}\x1b[K", text));
  shown_ = true;
}

void ProgressLine::clear() {
  if (shown_)
    writeError("\r\x1b[K");
  shown_ = false;
}

} // namespace mlc::runtime
