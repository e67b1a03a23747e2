//===- OutputFolder.h - A folder that is written whole ----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TOOLS_MLC_COMPRESS_OUTPUTFOLDER_H
#define MLC_TOOLS_MLC_COMPRESS_OUTPUTFOLDER_H

#include "../Folders.h"

#include <filesystem>
#include <string>

namespace mlc {

/// A folder that appears with all its files or not at all. Until then they are
/// in a temporary folder beside it, as is what is needed meanwhile.
class OutputFolder {
public:
  /// Throws InputError where there is such a folder already that is not empty,
  /// or where none can be made there.
  explicit OutputFolder(const std::string &path);

  /// Where the file of this name is written to.
  std::string file(const char *name) const { return files_ / name; }
  /// A folder that does not stay.
  std::string work() const { return work_; }
  /// Throws InputError.
  void commit();

private:
  std::filesystem::path path_;
  WorkFolder temporary_;
  std::filesystem::path files_, work_;
};

} // namespace mlc

#endif // MLC_TOOLS_MLC_COMPRESS_OUTPUTFOLDER_H
