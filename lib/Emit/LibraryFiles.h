//===- LibraryFiles.h - What lies beside a library --------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_EMIT_LIBRARYFILES_H
#define MLC_LIB_EMIT_LIBRARYFILES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mlc {

/// What the files of a library say of its model.
struct LibraryFacts {
  std::string name; ///< As C has it: what all symbols begin with.
  int64_t features = 0, featuresStep = 0, outputs = 0;
  int64_t columns = 0;   ///< Cells of a table's row; 0: it takes none.
  std::string inputs;    ///< For people: "texts", ...
  std::string libraries; ///< For the linker beside -lm: "-lopenblas".
};

/// The functions of every library, without NAME_: mlc_model_X of
/// runtime/Library.
llvm::ArrayRef<llvm::StringLiteral> libraryFunctions();

/// A name for symbols in the model's or the caller's words: letters, digits
/// and underscores stay, all else becomes an underscore.
std::string libraryName(llvm::StringRef words);

std::string libraryHeader(const LibraryFacts &facts);
/// For pkg-config: NAME.pc, which lies in the folder of the library.
std::string libraryPackage(const LibraryFacts &facts);
/// For find_package(NAME): NAMEConfig.cmake, the same.
std::string libraryConfig(const LibraryFacts &facts);

} // namespace mlc

#endif // MLC_LIB_EMIT_LIBRARYFILES_H
