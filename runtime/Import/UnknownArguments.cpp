//===- UnknownArguments.cpp - What an unknown argument may mean -----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/UnknownArguments.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <numeric>
#include <string_view>
#include <vector>

using namespace mlc::runtime;

/// How many letters are to be put in, left out or changed to get from one word
/// to the other (Levenshtein).
static std::size_t distanceOf(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < to.size(); ++j) {
      const std::size_t changed = diagonal + (from[i] != to[j]);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

/// The command that was chosen, or `app`.
static const CLI::App &chosen(const CLI::App &app) {
  const auto commands = app.get_subcommands();
  return commands.empty() ? app : *commands.front();
}

/// Whether `word` has the first letters of the words that make up `name`, as
/// --lr has those of --learning-rate.
static bool areInitials(std::string_view word, std::string_view name) {
  std::string initials;
  for (std::size_t at = 2; at < name.size(); ++at)
    if (at == 2 || name[at - 1] == '-')
      initials += name[at];
  return word.size() > 3 && word.substr(2) == initials;
}

/// Of options and commands; a group of options is a command without a name.
static void addNames(const CLI::App &app, std::vector<std::string> &names) {
  for (const CLI::Option *option : app.get_options())
    for (const std::string &name : option->get_lnames())
      names.push_back("--" + name);
  for (const CLI::App *command : app.get_subcommands({}))
    if (command->get_name().empty())
      addNames(*command, names);
    else
      names.push_back(command->get_name());
}

static std::string likest(const CLI::App &app, std::string_view word) {
  std::vector<std::string> names;
  addNames(app, names);
  std::string best;
  std::size_t least = 3; // More is another word.
  word = word.substr(0, word.find('='));
  for (const std::string &name : names)
    if (const std::size_t distance = distanceOf(word, name);
        distance < least && 2 * distance < name.size()) {
      least = distance;
      best = name;
    }
  for (const std::string &name : names)
    if (best.empty() && areInitials(word, name))
      best = name;
  return best;
}

std::string mlc::runtime::describeParseError(const CLI::App &app,
                                             const CLI::ParseError &error) {
  const CLI::App &command = chosen(app);
  const std::vector<std::string> unknown = app.remaining(/*recurse=*/true);
  // An option may stand behind its value.
  const auto option = std::ranges::find_if(
      unknown, [](const std::string &word) { return word.starts_with('-'); });
  const std::string meant =
      unknown.empty()
          ? std::string()
          : likest(command,
                   option == unknown.end() ? unknown.front() : *option);
  // What is missing may be there under a name that is almost right.
  const bool isMisspelt = !meant.empty() && option != unknown.end() &&
                          dynamic_cast<const CLI::RequiredError *>(&error);
  // What stands where a command has to.
  const bool isNoCommand =
      &command == &app && app.get_require_subcommand_min() > 0;
  const bool isUnknown =
      isNoCommand || dynamic_cast<const CLI::ExtrasError *>(&error);
  if (!isMisspelt && (!isUnknown || unknown.empty())) {
    std::string message = error.what();
    // CLI11 starts sentences.
    if (message.size() > 1 &&
        !std::isupper(static_cast<unsigned char>(message[1])))
      message[0] = static_cast<char>(
          std::tolower(static_cast<unsigned char>(message[0])));
    return message;
  }
  return fmt::format("not expected: {}{}", fmt::join(unknown, " "),
                     meant.empty() ? std::string()
                                   : fmt::format("; did you mean {}?", meant));
}
