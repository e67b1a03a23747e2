//===- RowWeight.h - How much an example counts -----------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_ROWWEIGHT_H
#define MLC_RUNTIME_IMPORT_ROWWEIGHT_H

#include <optional>
#include <string>
#include <string_view>

namespace mlc::runtime {

/// Reads the weight of an example from a cell: a number of 0 or more that a
/// float can hold. Returns what is wrong with it, if anything.
std::optional<std::string> readRowWeight(std::string_view cell, double &weight);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_ROWWEIGHT_H
