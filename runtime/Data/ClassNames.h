//===- ClassNames.h - Names of classes in files -----------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_DATA_CLASSNAMES_H
#define MLC_RUNTIME_DATA_CLASSNAMES_H

#include "Data/Safetensors.h"

#include <span>
#include <string>
#include <vector>

namespace mlc::runtime {

/// `__metadata__.class_names` of a data set or of weights, a JSON list of
/// texts. Where labels are classes, name i is that of class i; where they are
/// F32 of one column, the two names are those of 0 and 1; where they are F32 of
/// several columns, name i is that of column i. Empty where the file has none,
/// since its labels are numbers. Throws InputError where the entry is not a
/// list of different names.
std::vector<std::string> classNamesOf(const SafetensorsFile &file);

/// The entry for these names.
std::string classNamesEntry(std::span<const std::string> names);

/// Names for an error or a note: quoted, the first 20 of them.
std::string showNames(std::span<const std::string> names);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_DATA_CLASSNAMES_H
