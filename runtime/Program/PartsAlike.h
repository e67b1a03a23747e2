//===- PartsAlike.h - Whether files are parts of one set --------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_PROGRAM_PARTSALIKE_H
#define MLC_RUNTIME_PROGRAM_PARTSALIKE_H

#include "Data/Dataset.h"

#include <span>

namespace mlc::runtime {

/// Throws InputError that names a part, and what of it is not as in the first:
/// sparse or dense, the number of features, how features were made, labels,
/// class names, the scale of targets; where a file is given twice; and where
/// `__metadata__` says of how many parts they are (`part`, as `mlc data
/// --shard-rows` writes it), where one of them is missing, or of another set.
void expectAlike(std::span<const Dataset> parts);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_PROGRAM_PARTSALIKE_H
