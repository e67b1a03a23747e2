//===- Predictions.h - Reads what eval --predictions wrote ------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TOOLS_MLC_PREDICTIONS_H
#define MLC_TOOLS_MLC_PREDICTIONS_H

#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace mlc {

/// Calls `take` for each row of the file that `PROGRAM eval --predictions`
/// wrote, in its order: with the row's outputs, and with the JSON of its fields
/// but for the first, the row's number, and without braces. Throws InputError.
void readPredictions(const std::string &path,
                     const std::function<void(std::span<const double> outputs,
                                              std::string_view fields)> &take);

} // namespace mlc

#endif // MLC_TOOLS_MLC_PREDICTIONS_H
