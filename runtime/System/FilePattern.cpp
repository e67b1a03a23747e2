//===- FilePattern.cpp - Files that a pattern names -----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "System/FilePattern.h"

#include "Error.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <fnmatch.h>
#include <string_view>

namespace mlc::runtime {

static bool hasPattern(std::string_view text) {
  return text.find_first_of("*?[") != text.npos;
}

bool isFilePattern(const std::string &name) {
  std::error_code error;
  return hasPattern(name) && !std::filesystem::exists(name, error);
}

/// What is not hidden in the pattern's folder and is named as it says, sorted.
/// Not by glob, which in a static program brings all that looks users up.
static std::vector<std::string> matchesOf(const std::string &pattern) {
  const std::filesystem::path whole(pattern);
  const std::filesystem::path folder = whole.parent_path();
  const std::string name = whole.filename();
  std::error_code error;
  if (hasPattern(folder.native()) && !std::filesystem::exists(folder, error))
    throw InputError(fmt::format("{}: expected '*', '?' and '[' in the name of "
                                 "the file alone, but the folder has one, too; "
                                 "name one folder",
                                 pattern));
  std::vector<std::string> matches;
  const std::filesystem::path searched = folder.empty() ? "." : folder;
  std::filesystem::directory_iterator entry(searched, error);
  for (; !error && entry != end(entry); entry.increment(error))
    if (const std::string file = entry->path().filename();
        ::fnmatch(name.c_str(), file.c_str(), FNM_PERIOD) == 0)
      matches.push_back(folder / file);
  if (error)
    throw InputError(fmt::format("{}: cannot read the folder {}: {}", pattern,
                                 searched.native(), error.message()));
  if (matches.empty())
    throw InputError(fmt::format("{}: no file matches this pattern; check "
                                 "the name, or make the parts with mlc data "
                                 "--shard-rows",
                                 pattern));
  std::ranges::sort(matches); // Not by a locale.
  return matches;
}

std::vector<std::string> matchFiles(const std::vector<std::string> &given) {
  std::vector<std::string> files;
  for (const std::string &name : given) {
    if (!isFilePattern(name)) {
      files.push_back(name);
      continue;
    }
    const std::vector<std::string> matches = matchesOf(name);
    files.insert(files.end(), matches.begin(), matches.end());
  }
  return files;
}

} // namespace mlc::runtime
