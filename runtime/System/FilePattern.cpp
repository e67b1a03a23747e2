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
#include <glob.h>
#include <memory>

namespace mlc::runtime {

bool isFilePattern(const std::string &name) {
  std::error_code error;
  return name.find_first_of("*?[") != std::string::npos &&
         !std::filesystem::exists(name, error);
}

std::vector<std::string> matchFiles(const std::vector<std::string> &given) {
  std::vector<std::string> files;
  for (const std::string &name : given) {
    if (!isFilePattern(name)) {
      files.push_back(name);
      continue;
    }
    glob_t found{};
    const std::unique_ptr<glob_t, decltype(&::globfree)> owner(&found,
                                                               ::globfree);
    if (::glob(name.c_str(), GLOB_NOSORT, nullptr, &found) != 0)
      throw InputError(fmt::format("{}: no file matches this pattern; check "
                                   "the name, or make the parts with mlc data "
                                   "--shard-rows",
                                   name));
    std::vector<std::string> matches(found.gl_pathv,
                                     found.gl_pathv + found.gl_pathc);
    std::ranges::sort(matches); // Not by a locale.
    files.insert(files.end(), matches.begin(), matches.end());
  }
  return files;
}

} // namespace mlc::runtime
