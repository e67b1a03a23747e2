//===- Folders.cpp - Folders that commands write into ---------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Folders.h"

#include "Error.h"

#include <cstdlib>
#include <fmt/core.h>

using namespace mlc;
using mlc::runtime::InputError;
namespace fs = std::filesystem;

void mlc::makeFolder(const std::string &path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error || !fs::is_directory(path, error))
    throw InputError(fmt::format("{}: cannot be made as a folder{}; give "
                                 "another name by -o",
                                 path, error ? ": " + error.message() : ""));
}

WorkFolder::WorkFolder(const fs::path &prefix) {
  std::string name = prefix.string() + ".XXXXXX";
  if (!::mkdtemp(name.data()))
    throw InputError(fmt::format("{}: cannot be made as a folder; give another "
                                 "name by -o",
                                 prefix.string()));
  path_ = name;
}

WorkFolder::~WorkFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}
