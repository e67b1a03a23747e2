//===- ModelSizes.h - What data says of the models for it -------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_MODELSIZES_H
#define MLC_MODELSIZES_H

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace mlc {

/// What a data set says of the models for it: the numbers that stand for
/// `?features` and `?outputs` in a model file.
struct ModelSizes {
  std::int64_t features = 0; ///< Columns of its rows.
  std::int64_t outputs = 0;  ///< Columns of its labels, or its classes.
};

/// Reads the sizes of the data set in a file; where that fails, says on
/// standard error what is wrong, and returns nothing. The compiler is given it
/// by who knows both data sets and the compiler.
using SizesOfData =
    std::function<std::optional<ModelSizes>(const std::string &path)>;

} // namespace mlc

#endif // MLC_MODELSIZES_H
