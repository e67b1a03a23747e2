//===- ModelWords.h - Words for mistakes in model files ---------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_EMIT_MODELWORDS_H
#define MLC_LIB_EMIT_MODELWORDS_H

#include "mlir/IR/Diagnostics.h"

#include <optional>
#include <string>

namespace mlc {

/// The bytes of the string or the comment that `text` begins with; 0 where it
/// begins with neither.
size_t lengthWithoutCode(llvm::StringRef text);

/// A model's text with numbers such as 1e-3 as MLIR reads them, 1.e-3. Names,
/// strings and comments stay as they are.
std::string withReadableNumbers(llvm::StringRef text);

/// What the parser says of a mistake, in words for people who know their model
/// and not MLIR: what was expected, and what may have been meant. Nothing where
/// its own words will do.
std::optional<std::string> inPlainWords(llvm::StringRef message,
                                        mlir::MLIRContext &context);

/// Prints diagnostics with the line and a caret, in plain words.
class ModelDiagnostics : public mlir::SourceMgrDiagnosticHandler {
public:
  ModelDiagnostics(llvm::SourceMgr &sources, mlir::MLIRContext *context);

private:
  /// The line of the model's text, without the white space around it.
  llvm::StringRef lineOf(mlir::Location location) const;

  llvm::SourceMgr &sources_;
};

} // namespace mlc

#endif // MLC_LIB_EMIT_MODELWORDS_H
