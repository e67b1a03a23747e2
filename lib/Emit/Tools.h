//===- Tools.h - Other programs, and files for them -------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_EMIT_TOOLS_H
#define MLC_LIB_EMIT_TOOLS_H

#include "Output.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/Twine.h"

#include <string>

namespace mlc {

/// A folder that is gone, with all that is in it, when this is.
class TemporaryFolder {
public:
  TemporaryFolder() = default;
  TemporaryFolder(const TemporaryFolder &) = delete;
  ~TemporaryFolder();

  llvm::Error open();
  /// The path of a file in it.
  std::string in(const llvm::Twine &file) const;

private:
  llvm::SmallString<128> path_;
};

/// Runs a program that is found in PATH; what it says is in the error where it
/// fails. `log` is a file for that.
llvm::Error runTool(llvm::StringRef tool, llvm::ArrayRef<std::string> arguments,
                    llvm::StringRef log);

/// An archive of the runtime by its name, `mlc-library`; an error where it is
/// not beside mlc.
llvm::Expected<std::string> findRuntimeArchive(llvm::StringRef name);

/// Writes what the file `from` has to `to`, as writeOutput does.
llvm::Error copyOutput(llvm::StringRef from, llvm::StringRef to);

} // namespace mlc

#endif // MLC_LIB_EMIT_TOOLS_H
