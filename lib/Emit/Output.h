//===- Output.h - Output files, whole or not at all -----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_EMIT_OUTPUT_H
#define MLC_LIB_EMIT_OUTPUT_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <system_error>

namespace mlc {

/// Writes `bytes` to a new file beside `path`, which takes the name `path` once
/// it is complete. On an error an old `path` stays and nothing else is left.
llvm::Error writeOutput(llvm::StringRef path, llvm::StringRef bytes);

/// Flushes standard output; a full disk behind it is an error.
llvm::Error flushStandardOutput();

/// `path: reason`, the code's words in lower case.
llvm::Error fileError(llvm::StringRef path, std::error_code code);

/// The folder of the runtime's archives, found from the tool's own place, so
/// that an installed or moved tree works: bin/mlc and lib/mlc/.
std::string runtimeFolder();

/// What a program is linked with beside the runtime.
struct LinkOptions {
  bool useBlas = false;  ///< OpenBLAS.
  bool isStatic = false; ///< No shared library at all.
  std::string sanitize;  ///< The library of a -fsanitize=; empty for none.
};

/// Links the bytes of object files with the runtime into the executable `path`,
/// by the system's C++ driver; whole or not at all.
llvm::Error linkExecutable(llvm::StringRef path,
                           llvm::ArrayRef<std::string> objects,
                           const LinkOptions &options);

} // namespace mlc

#endif // MLC_LIB_EMIT_OUTPUT_H
