//===- FieldChoice.h - Which columns are text and label ---------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_FIELDCHOICE_H
#define MLC_RUNTIME_IMPORT_FIELDCHOICE_H

#include "Import/TextFormat.h"

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace mlc::runtime {

/// A column of CSV, or a field of JSON, as the first records show it.
struct FieldSeen {
  std::string name;
  bool isFilled = true; ///< Somewhere.
  bool isText = false;  ///< Holds white space within most of its values.
};

/// The names of the columns that are read.
struct FieldChoice {
  std::vector<std::string> text, label;
};

/// Those that were asked for, `a,b` being two of them unless there is one of
/// that name. Where nothing was asked for and there is none of the usual name:
/// as text the only column whose values have white space in them; as label the
/// only other one that is not empty, or else one of a usual name. `fail` throws
/// what it is told; `fields.note` is told what was chosen unasked.
FieldChoice chooseFields(std::span<const FieldSeen> seen,
                         const TextFields &fields,
                         const std::function<void(const std::string &)> &fail);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_FIELDCHOICE_H
