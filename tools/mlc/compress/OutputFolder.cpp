//===- OutputFolder.cpp - A folder that is written whole ------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OutputFolder.h"

#include "Error.h"

#include <fmt/core.h>

using namespace mlc;
using mlc::runtime::InputError;
namespace fs = std::filesystem;

/// Throws InputError where there is something that is not an empty folder.
static fs::path expectNew(const std::string &given) {
  fs::path path = given;
  if (!path.has_filename()) // "DIR/"
    path = path.parent_path();
  std::error_code error;
  if (fs::exists(path, error) &&
      !(fs::is_directory(path, error) && fs::is_empty(path, error)))
    throw InputError(fmt::format("{}: is there already; remove it, or give "
                                 "another folder by -o",
                                 given));
  return path;
}

OutputFolder::OutputFolder(const std::string &path)
    : path_(expectNew(path)), temporary_(path_),
      files_(temporary_.path() / "files"), work_(temporary_.path() / "work") {
  fs::create_directory(files_);
  fs::create_directory(work_);
}

void OutputFolder::commit() {
  std::error_code error;
  fs::rename(files_, path_, error); // An empty folder gives way.
  if (error)
    throw InputError(fmt::format("{}: cannot be written: {}", path_.string(),
                                 error.message()));
}
