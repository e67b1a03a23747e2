//===- HelpText.cpp - What --help prints ----------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/HelpText.h"

#include "System/Terminal.h"

#include <CLI/CLI.hpp>
#include <algorithm>

using namespace mlc::runtime;

/// Where what is broken off a line begins: under the text behind the first gap
/// of spaces, which parts an option from its description.
static std::size_t indentOf(std::string_view line, std::size_t columns) {
  const std::size_t first = std::min(line.find_first_not_of(' '), line.size());
  const std::size_t gap = line.find("  ", first);
  const std::size_t description =
      gap == line.npos ? line.npos : line.find_first_not_of(' ', gap);
  const std::size_t indent = description == line.npos ? first : description;
  // In a narrow terminal, text needs the room more.
  return std::min(indent, columns / 2);
}

std::string mlc::runtime::wrapHelp(std::string_view text, std::size_t columns) {
  if (columns == 0)
    return std::string(text);
  std::string wrapped;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    const std::size_t indent = indentOf(line, columns);
    std::size_t used = 0; // Columns in front of `line`.
    while (used + line.size() > columns) {
      const std::size_t room = columns - used;
      const std::size_t start = line.find_first_not_of(' ');
      std::size_t at = line.rfind(' ', room);
      if (at == line.npos || at < start)
        at = line.find(' ', std::max(room, start));
      const std::size_t rest =
          at == line.npos ? line.npos : line.find_first_not_of(' ', at);
      if (rest == line.npos)
        break;
      wrapped += line.substr(0, line.find_last_not_of(' ', at) + 1);
      wrapped += '\n' + std::string(indent, ' ');
      line.remove_prefix(rest);
      used = indent;
    }
    wrapped += line;
    text.remove_prefix(end);
    if (!text.empty()) {
      wrapped += '\n';
      text.remove_prefix(1);
    }
  }
  return wrapped;
}

std::string mlc::runtime::helpOf(const CLI::App &app) {
  return wrapHelp(app.help(), resultColumns());
}
