//===- OutputFolder.cpp - A folder that is written whole ------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OutputFolder.h"

#include "Error.h"

#include <cstdlib>
#include <fmt/core.h>
#include <sys/stat.h>

using namespace mlc;
using mlc::runtime::InputError;
namespace fs = std::filesystem;

OutputFolder::OutputFolder(const std::string &path) : path_(path) {
  if (!path_.has_filename()) // "DIR/"
    path_ = path_.parent_path();
  std::error_code error;
  if (fs::exists(path_, error) &&
      !(fs::is_directory(path_, error) && fs::is_empty(path_, error)))
    throw InputError(fmt::format("{}: is there already; remove it, or give "
                                 "another folder by -o",
                                 path));
  std::string name = path_.string() + ".XXXXXX";
  if (!::mkdtemp(name.data()))
    throw InputError(fmt::format("{}: cannot be made as a folder; give another "
                                 "name by -o",
                                 path));
  temporary_ = name;
  files_ = temporary_ / "files";
  work_ = temporary_ / "work";
  fs::create_directory(files_);
  fs::create_directory(work_);
}

OutputFolder::~OutputFolder() {
  std::error_code ignored;
  fs::remove_all(temporary_, ignored);
}

void OutputFolder::commit() {
  std::error_code error;
  fs::rename(files_, path_, error); // An empty folder gives way.
  if (error)
    throw InputError(fmt::format("{}: cannot be written: {}", path_.string(),
                                 error.message()));
}
