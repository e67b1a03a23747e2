//===- FolderFuzzer.cpp - Reading reviews from a folder -------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ReadAll.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>

using namespace mlc::runtime;
using namespace mlc::test;
namespace fs = std::filesystem;

namespace {
/// A folder with pos/ and neg/ that goes with the process.
struct Folder {
  Folder() {
    std::string name = fs::temp_directory_path() / "mlc-fuzz-XXXXXX";
    if (!::mkdtemp(name.data()))
      std::abort();
    path = name;
    fs::create_directory(path / "pos");
    fs::create_directory(path / "neg");
  }
  ~Folder() { fs::remove_all(path); }
  fs::path path;
};
} // namespace

/// The first line is the name of a file in pos/, the rest what is in it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data,
                                      std::size_t size) {
  static const Folder folder;
  const std::string_view input(reinterpret_cast<const char *>(data), size);
  std::string name(input.substr(0, input.find('\n')));
  const std::string_view text =
      input.substr(std::min(input.size(), name.size() + 1));
  constexpr std::size_t longestName = 255;
  if (name.empty() || name == "." || name == ".." ||
      name.size() > longestName ||
      name.find_first_of(std::string_view("/\0", 2)) != std::string::npos)
    return 0;
  const fs::path file = folder.path / "pos" / name;
  std::ofstream(file, std::ios::binary) << text;
  readAllBothWays(folder.path, TextFormat::Folder);
  fs::remove(file);
  return 0;
}
