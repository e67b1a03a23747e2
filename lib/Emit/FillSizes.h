//===- FillSizes.h - Sizes that a data set fills in -------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_EMIT_FILLSIZES_H
#define MLC_LIB_EMIT_FILLSIZES_H

#include "mlc/ModelSizes.h"

#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>

namespace mlc {

/// A place in a model's text, with what is wrong there.
struct ModelTextError {
  size_t offset = 0;
  std::string message;
};

/// A model's text, but for comments and strings, with numbers in place of
/// `?features` and `?outputs`. Each is filled up with spaces, so that what
/// follows stays in its column. Nothing where `sizes` are not given but needed,
/// or a size has another name: `error` is why.
std::optional<std::string> withSizes(llvm::StringRef text,
                                     const std::optional<ModelSizes> &sizes,
                                     ModelTextError &error);

} // namespace mlc

#endif // MLC_LIB_EMIT_FILLSIZES_H
