//===- WeightsInfo.h - What weights say --------------------------*- C++
//-*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_COMMANDS_WEIGHTSINFO_H
#define MLC_RUNTIME_COMMANDS_WEIGHTSINFO_H

#include "Program/Model.h"

#include <boost/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace mlc::runtime {

/// For `info --json`, of the weights in a file or, without a path, inside the
/// program: null where none are inside; else their `bytes` and `hash`, what
/// rows are made of (`input`: "text", "table", "columns" or, where others make
/// them, "features"), the `columns` of a table, `class_names`, `temperature`,
/// and, where they are known, `threshold`, `trained_on` (the hash of the data),
/// `steps`, `seed` and `options` of the training. Throws InputError where they
/// are not of this program.
boost::json::value weightsJson(const MlcProgram &program,
                               const std::string &path);

/// The same for people: what, and a word for it; empty without weights inside.
std::vector<std::pair<std::string, std::string>>
weightsText(const MlcProgram &program, const std::string &path);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_COMMANDS_WEIGHTSINFO_H
